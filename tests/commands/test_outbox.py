"""`kiosk outbox` and `kiosk api ... --queue`, against a sandbox."""

from __future__ import annotations

import json
import re
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from kiosk import cli, paths
from kiosk.commands._context import Context
from kiosk.config import Places
from kiosk.core.secret import Secret
from kiosk.errors import ExitStatus
from kiosk.sandbox.faults import Failure, Faults
from kiosk.sandbox.server import RunningSandbox, run_sandbox
from kiosk.store.item import Item
from kiosk.store.outbox import Outbox
from tests.commands.terminal import Typed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

USER = "visitor-canary-42"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


class Command:
    """Runs command lines against a sandbox."""

    def __init__(self, sandbox: RunningSandbox, places: Places, capsys: pytest.CaptureFixture[str]) -> None:
        self.sandbox = sandbox
        self.places = places
        self.capsys = capsys
        self.key = sandbox.api_key
        self.stdin: BytesIO = BytesIO()
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        outer = self

        class TestContext(Context):
            @property
            def places(self) -> Places:
                return outer.places

            @property
            def stdin(self) -> BytesIO:
                return outer.stdin

            def read_key(self) -> Secret:
                return Secret(outer.key)

        def context(args: argparse.Namespace) -> Context:
            return TestContext(args)

        status = cli.main(arguments, context=context)
        self.out, self.err = self.capsys.readouterr()
        return status

    def json(self, *arguments: str) -> Any:
        assert self.run(*arguments, "--json") == ExitStatus.OK, self.out
        return json.loads(self.out)

    def event(self, name: str, *more: str) -> int:
        return self.run(
            *("api", "event", "--queue", "--user", USER, "--event-id", "coffee", "--value", "2.50", "--id", name), *more
        )


@pytest.fixture
def command(running: RunningSandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    running.state.reset()
    config = tmp_path / "config.toml"
    config.write_text(f'base_url = "{running.base_url}"\noutbox_limit = 100\n')
    return Command(running, Places(user=config, policy=tmp_path / "policy.toml", environ={}), capsys)


def bury(name: str) -> None:
    outbox = Outbox(paths.outbox_file())
    outbox.settle(dead={outbox.find([name])[0].number: "api.rejected (status 400)"})
    outbox.close()


def test_an_event_is_queued_and_sent_later(command: Command):
    assert command.event("one", "--tag", "bar", "--created-at", "2026-11-23T14:00:00Z") == 0
    assert command.out == "queued  id=one  createdAt=2026-11-23T14:00:00Z\n"
    assert command.run("api", "revenue", "--queue", "--amount", "3", "--request-id", "two", "--json") == 0
    assert json.loads(command.out)["requestId"] == "two"
    assert not command.sandbox.state.log.entries()

    assert command.run("outbox", "send") == 0
    assert command.out == "sent: 2, dead letters: 0, still waiting: 0\n"
    assert set(command.sandbox.state.store.events) == {"one"}
    assert set(command.sandbox.state.store.revenue) == {"two"}
    assert command.json("outbox", "list") == {"pending": 0, "dead": 0, "oldest": None, "items": []}


def test_an_event_that_is_wrong_is_not_queued(command: Command):
    assert command.event(" ") == ExitStatus.USAGE

    assert command.json("outbox", "list")["items"] == []


def test_the_list_shows_what_waits_and_masks_the_visitor(command: Command):
    command.event("one")
    command.event("two")
    bury("one")

    assert command.run("outbox", "list") == 0
    head, waiting, dead = command.out.splitlines()
    assert head == "1 waiting, 1 dead letters"
    assert waiting.split("  ")[:4] == ["waiting", "two", "coffee", "2.50"]
    assert dead.startswith("dead     one  coffee  2.50  ••••42")
    assert dead.endswith("api.rejected (status 400)")
    shown = command.json("outbox", "list", "--dead")
    assert [(item["id"], item["user"], item["state"], item["attempts"]) for item in shown["items"]] == [
        ("one", "••••42", "dead", 1)
    ]
    assert "canary" not in json.dumps(shown)


def test_an_item_of_another_version_is_shown_and_can_be_dropped(command: Command):
    outbox = Outbox(paths.outbox_file())
    outbox.append(Item(kind="event", id="odd", lane=Secret("canary"), body=Secret('{"canary": 1}')))
    outbox.defer({1: 7200.0}, reason="api.timeout")

    (shown,) = command.json("outbox", "list")["items"]
    assert (shown["id"], shown["eventId"], shown["user"], shown["reason"]) == ("odd", None, None, "api.timeout")
    assert shown["nextTryAt"] > shown["acceptedAt"]
    assert command.json("outbox", "retry", "--all") == {"retried": 0}
    assert command.json("outbox", "list")["items"][0]["nextTryAt"] is None
    assert command.json("outbox", "drop", "odd", "--yes") == {"dropped": 1}


@pytest.mark.parametrize(("seconds", "shown"), [(30, r"3\d s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d")])
def test_how_old_an_event_is_can_be_read(command: Command, seconds: float, shown: str):
    then = time.time() - seconds
    outbox = Outbox(paths.outbox_file(), clock=lambda: then)
    outbox.append(Item(kind="revenue", id="1", lane=Secret("r"), body=Secret("{}")))

    command.run("outbox", "list")
    assert re.search(f"  {shown} old", command.out)


def test_a_long_list_is_cut_for_people_alone(command: Command):
    outbox = Outbox(paths.outbox_file())
    for number in range(99):
        command.event(f"event-{number}")
    outbox.settle(dead={})
    for name in ("a", "b"):
        command.event(name)

    command.run("outbox", "list")
    assert len(command.out.splitlines()) == 101
    assert len(command.json("outbox", "list")["items"]) == 100
    assert command.event("one too many") == ExitStatus.STORE
    assert "the outbox is full" in command.err


def test_dead_letters_are_retried_by_id_or_all(command: Command):
    for name in ("one", "two", "three"):
        command.event(name)
        bury(name)

    assert command.json("outbox", "retry", "two") == {"retried": 1}
    assert command.json("outbox", "list")["pending"] == 1
    assert command.json("outbox", "retry", "--all") == {"retried": 2}
    assert command.run("outbox", "send") == 0
    assert list(command.sandbox.state.store.events) == ["one", "two", "three"]


@pytest.mark.parametrize("verb", ["retry", "drop"])
def test_an_id_that_is_not_there_or_missing_is_said(command: Command, verb: str):
    assert command.run("outbox", verb) == ExitStatus.USAGE
    assert "ID: is missing" in command.err
    command.event("one")
    assert command.run("outbox", verb, "one", "canary") == ExitStatus.USAGE
    assert "1 of 2" in command.err
    assert "canary" not in command.err


def test_events_are_dropped_after_a_question(command: Command):
    for name in ("one", "two", "three"):
        command.event(name)
    bury("two")

    command.stdin = Typed(b"n\n")
    assert command.run("outbox", "drop", "one") == 0
    assert command.out == "nothing was dropped\n"
    command.stdin = Typed(b"y\n")
    assert command.run("outbox", "drop", "one") == 0
    assert "Enable3 will never get them" in command.err
    command.stdin = BytesIO()
    assert command.run("outbox", "drop", "--all-dead") == ExitStatus.USAGE
    assert command.json("outbox", "drop", "--all-dead", "--yes") == {"dropped": 1}
    assert [item["id"] for item in command.json("outbox", "list")["items"]] == ["three"]


@pytest.mark.parametrize(
    ("status", "expected", "left"),
    [
        (400, ExitStatus.REJECTED, (1, 0)),
        (401, ExitStatus.UNAUTHORIZED, (0, 1)),
        (429, ExitStatus.RATE_LIMITED, (0, 1)),
        (500, ExitStatus.SERVER_FAILED, (0, 1)),
    ],
)
def test_what_was_not_sent_makes_the_exit_status(
    command: Command, status: int, expected: ExitStatus, left: tuple[int, int]
):
    command.event("one")
    command.sandbox.state.faults = Faults(fail=(Failure(status, 1.0),))

    assert command.run("outbox", "send", "--json") == expected
    data = json.loads(command.out)
    assert (data["sent"], data["dead"], data["left"]) == (0, *left)
    assert data["problem"].startswith("api.")


def test_what_fails_once_is_no_failure(command: Command):
    command.event("one")
    command.sandbox.state.faults = Faults(fail=(Failure(500, 1.0),), times=1)
    assert command.run("outbox", "send") == ExitStatus.SERVER_FAILED

    assert command.run("outbox", "send") == 0
    assert command.sandbox.state.store.events


def test_the_doctor_looks_at_it(command: Command):
    from kiosk.commands._checks import check_outbox  # noqa: PLC0415

    class Looking(Context):
        places = command.places

    def row() -> tuple[str, str]:
        from argparse import Namespace  # noqa: PLC0415

        found = check_outbox(Looking(Namespace()))
        return str(found.status), found.text

    assert row() == ("ok", "nothing was ever queued")
    command.event("one")
    assert row() == ("ok", "1 wait, the oldest for 0 s; 0 dead letters")
    bury("one")
    assert row() == ("warning", "0 wait; 1 dead letters")
    for number in range(80):
        command.event(str(number))
    assert row()[0] == "failed"


def test_nothing_of_the_visitor_is_logged(command: Command):
    command.event("one")
    command.sandbox.state.faults = Faults(fail=(Failure(400, 1.0),))
    command.run("outbox", "send")

    assert "canary" not in paths.log_file().read_text()
