"""The operator panel's data and actions."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from kiosk import __version__, logs, loop
from kiosk.api import ApiSettings, Enable3
from kiosk.commands._checks import checks_of
from kiosk.config import Places
from kiosk.core.look import Look
from kiosk.core.secret import Secret
from kiosk.core.session import Session, State
from kiosk.errors import ConfigError, KeyringLocked, StoreError
from kiosk.operators.panel import Panel
from kiosk.ops.checks import Check, Finding, Status
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import RunningSandbox, run_sandbox
from kiosk.shell.pages import render_page
from kiosk.shell.protocol import Ready, ScreenSize, ShowPage, encode_message
from tests.commands.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY = "canary-key-61c2-77b1"
READY = Ready("qtwebengine", "6.12.0", {"navigation": "enforced"}, "140.0.7339.225", [ScreenSize(1920, 1080)])
HANG = 30.0


@dataclass
class Counts:
    pending: int = 0
    dead: int = 0
    oldest: float | None = None


@dataclass
class World:
    """What a panel is given, to be changed by a test."""

    folder: Path
    base_url: str = "http://127.0.0.1:9"
    key: str = KEY
    api_clock: Callable[[], float] = time.time
    ready: Ready | None = READY
    counts: Counts | Exception = field(default_factory=Counts)
    retries: int = 0
    checks: list[Check] = field(default_factory=list)
    reports: list[object] = field(default_factory=list)
    flags: dict[str, object] = field(default_factory=dict)
    since: float = 1_795_000_000.0
    now: float = 1_795_000_500.0
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        policy = self.folder / "policy.toml"
        self.places = Places(user=self.folder / "config.toml", policy=policy, policy_owner=None, environ={})

    def panel(self) -> Panel:
        return Panel(
            terminal="hall-2",
            language="de",
            languages=("en", "de"),
            since=lambda: self.since,
            ready=lambda: self.ready,
            checks=self.make_checks,
            get_api=self.get_api,
            outbox=self.count,
            retry=self.retry,
            places=self.places,
            flags=self.flags,
            clock=lambda: self.now,
        )

    def make_checks(self, report: object) -> list[Check]:
        self.reports.append(report)
        return self.checks

    async def get_api(self) -> Enable3:
        settings = ApiSettings(base_url=self.base_url, connect_timeout=1.0, total_timeout=2.0)
        return await self.opened.enter_async_context(Enable3(settings, Secret(self.key), clock=self.api_clock))

    async def count(self) -> Counts:
        if isinstance(self.counts, Exception):
            raise self.counts
        return self.counts

    async def retry(self) -> None:
        self.retries += 1


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(SandboxOptions(api_key=KEY)) as running:
        yield running


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> logging.Logger:
    logs.set_up(tmp_path / "kiosk.log")
    return logging.getLogger("kiosk.supervisor.app")


def described(
    world: World, panel: Panel | None = None, *, session: Session | None = None, after: str = ""
) -> dict[str, object]:
    """Return what the panel shows, after one of its actions."""
    shown = panel or world.panel()

    async def run() -> dict[str, object]:
        async with world.opened:
            if after:
                await getattr(shown, after)()
            return await shown.describe(session or Session(state=State.PANEL))

    return loop.run(run())


def rows(found: dict[str, object]) -> dict[str, bool]:
    assert isinstance(found["checks"], list)
    return {row["name"]: row["ok"] for row in found["checks"]}


# ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_shows_all_that_the_page_takes(world, log):
    world.counts = Counts(3, 1, 120.0)
    log.error("sign-in failed visit=1 code=api.timeout: no answer; try again")
    log.warning("no screen 3")
    found = described(world)
    errors = found.pop("last_errors")
    assert found == {
        "version": __version__,
        "state": "panel",
        "since": 1_795_000_000,
        "engine": "qtwebengine 6.12.0 (140.0.7339.225)",
        "terminal": "hall-2",
        "outbox": {"pending": 3, "dead": 1, "oldest": 1_795_000_380},
        "language": "de",
        "languages": ["en", "de"],
        "checks": None,
    }
    assert [(error["code"], error["text"]) for error in errors] == [
        ("warning", "no screen 3"),
        ("api.timeout", "sign-in failed visit=1 code=api.timeout: no answer; try again"),
    ]


def test_a_terminal_that_is_out_of_service_says_so_also_while_the_panel_is_open(world):
    assert described(world, session=Session(state=State.PANEL, code="api.timeout"))["state"] == "out-of-service"


def test_without_a_window_or_an_outbox_that_works_it_is_shown_all_the_same(world):
    world.ready, world.counts = None, StoreError("the disk is full")
    found = described(world)
    assert found["engine"] == ""
    assert found["outbox"] == {"pending": "?", "dead": "?", "oldest": None}


def test_the_longest_of_everything_fits_into_one_message_and_its_page(world, log):
    for _ in range(30):
        log.error("%s", "\N{PILE OF POO}" * 5_000)
    names = ("configuration", "keyring", "api", "clock", "display", "screen", "engine", "renderer", "lockdown")
    long = '\\"' + "\N{PILE OF POO}" * 5_000
    world.checks = [
        Check((name,), HANG, lambda name=name: [Finding(name, Status.FAILED, long, long)]) for name in names
    ]
    found = described(world, after="doctor")
    assert len(encode_message(ShowPage("panel", "ar", data=found | {"busy": "doctor", "message": "x" * 500})))
    assert "hall-2" in render_page("panel", language="en", look=Look(), data=found).html


# ── the doctor ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_doctor_judges_the_window_that_there_is_and_starts_no_other(world, tmp_path, monkeypatch):
    def never(*_, **__):
        raise AssertionError("a second engine")

    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", never)
    terminal = Terminal(tmp_path)
    terminal.store().write(Secret(KEY))
    context = terminal.context()
    world.make_checks = lambda report: checks_of(context, from_file=False, report=report)
    found = rows(described(world, after="doctor"))
    assert {name for name, ok in found.items() if not ok} == {"operator PIN", "display"}
    assert found["engine"]
    assert found["lockdown"]
    assert found["api"]


def test_a_check_that_hangs_or_breaks_neither_stops_the_kiosk_nor_hides_the_others(world):
    release = threading.Event()

    def hang() -> list[Finding]:
        threading.Event().wait(HANG)
        return []

    def wait_for_the_loop() -> list[Finding]:
        assert release.wait(HANG)
        return [Finding("display", Status.OK, "fine")]

    def break_() -> list[Finding]:
        raise ZeroDivisionError("a text that may hold anything")

    world.checks = [
        Check(("api", "clock"), 0.1, hang),
        Check(("keyring",), HANG, break_),
        Check(("display",), HANG, wait_for_the_loop),
    ]
    panel = world.panel()

    async def run() -> dict[str, object]:
        asyncio.get_running_loop().call_later(0.01, release.set)  # the loop turns while the checks are made
        await panel.doctor()
        return await panel.describe(Session(state=State.PANEL))

    assert rows(loop.run(run())) == {"api": False, "clock": False, "keyring": False, "display": True}


def test_the_rows_of_yesterday_are_not_shown_when_the_panel_is_opened_again(world):
    world.checks = [Check(("display",), HANG, lambda: [Finding("display", Status.OK, "fine")])]
    panel = world.panel()
    assert described(world, panel, after="doctor")["checks"]
    world.since = world.now + 60
    assert described(world, panel)["checks"] is None


# ── test, retry, language ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_test_reads_the_key_asks_the_api_and_compares_the_clocks(world, sandbox):
    world.base_url = sandbox.base_url
    assert rows(described(world, after="test")) == {"keyring": True, "api": True, "clock": True}


def test_a_clock_that_is_wrong_is_seen(world, sandbox):
    world.base_url = sandbox.base_url
    world.api_clock = lambda: time.time() + 1_000
    found = described(world, after="test")
    assert rows(found) == {"keyring": True, "api": True, "clock": False}
    assert "ahead of" in found["checks"][-1]["text"]


def test_a_key_that_is_refused_is_said_with_what_to_do(world, sandbox):
    world.base_url, world.key = sandbox.base_url, "another-key"
    found = described(world, after="test")
    assert rows(found) == {"keyring": True, "api": False}
    assert "kiosk key set" in found["checks"][-1]["hint"]
    assert "another-key" not in repr(found)


@pytest.mark.parametrize(("error", "row"), [(KeyringLocked("locked"), "keyring"), (ConfigError("x"), "configuration")])
def test_what_keeps_the_api_from_being_opened_is_a_row(world, error, row):
    async def fail() -> Enable3:
        raise error

    world.get_api = fail
    assert rows(described(world, after="test")) == {row: False}


def test_the_outbox_is_sent_again(world):
    loop.run(world.panel().retry_outbox())
    assert world.retries == 1


def test_a_language_is_kept_for_the_next_start(world):
    world.panel().choose_language("fr")
    assert world.places.user.read_text().endswith('language = "fr"\n')


@pytest.mark.parametrize("by", ["policy", "flag"])
def test_a_language_that_would_not_count_is_refused(world, by):
    if by == "policy":
        world.places.policy.write_text('language = "en"\n')
    else:
        world.flags["language"] = "en"
    with pytest.raises(ConfigError):
        world.panel().choose_language("fr")
    assert not world.places.user.exists()
