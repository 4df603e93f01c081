"""The log: its lines, its file, and what never gets into it."""

from __future__ import annotations

import logging
import re
import stat
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "3f0c1b52-9a53-4b7e-8d0e-2f1f3f8f9a10"
JWT = "eyJhbGciOiJIUzUxMiJ9.eyJpZF91c2VyIjoidTEifQ.LjMAq30RuSAwNs4awCpQNP3X2HLMy7ayQqbrekHyD2"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "asyncio")}
    yield tmp_path / "logs" / "kiosk.log"
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def raised(error: Exception) -> Exception:
    """Return `error` with a traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_an_event_is_one_line(file: Path):
    logs.set_up(file)

    logging.getLogger("kiosk.supervisor.app").info("visit painted visit=%d", 3)

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO kiosk\.supervisor\.app visit painted visit=3\n", file.read_text()
    )


def test_times_are_utc():
    record = logging.makeLogRecord({"created": 1_795_442_400.0, "levelname": "INFO", "name": "n", "msg": "m"})

    assert logs.OneLine(tracebacks=True).format(record) == "2026-11-23T14:00:00Z INFO n m"


def test_an_argument_cannot_forge_a_line(file: Path):
    logs.set_up(file)

    logging.getLogger("kiosk").warning("title %s", "x\n2026-01-01T00:00:00Z INFO kiosk all is well\r")

    assert file.read_text().count("\n") == 1


def test_a_traceback_follows_indented_and_redacted(file: Path):
    logs.set_up(file)
    error = raised(ValueError(f"https://u:p@w.example/x?token={KEY}\n{JWT}"))
    logging.getLogger("kiosk").error("failed", exc_info=error)

    first, *trace = file.read_text().splitlines()
    assert first.endswith("ERROR kiosk failed")
    assert all(line.startswith("    | ") for line in trace)
    assert "test_logs.py" in "".join(trace)
    assert trace[-2:] == ["    | ValueError: https://w.example/…", "    | …"]


def test_the_terminal_gets_no_traceback(file: Path, capsys: pytest.CaptureFixture[str]):
    logs.set_up(file, on_terminal=True)
    logging.getLogger("kiosk").error("failed", exc_info=raised(ValueError("detail")))

    err = capsys.readouterr().err
    assert err.endswith("ERROR kiosk failed\n")
    assert err.count("\n") == 1


def test_without_being_asked_nothing_goes_to_the_terminal(file: Path, capsys: pytest.CaptureFixture[str]):
    logs.set_up(file)
    logging.getLogger("kiosk").critical("failed")

    assert capsys.readouterr().err == ""


def test_setting_up_again_replaces_the_first_time(file: Path):
    logs.set_up(file.with_name("first.log"))
    logs.set_up(file)

    logging.getLogger("kiosk").warning("once")

    assert file.read_text().count("once") == 1
    assert not file.with_name("first.log").exists()


def test_the_level_can_be_changed(file: Path):
    logs.set_up(file)
    logging.getLogger("kiosk").debug("no")
    logs.set_level("debug")
    logging.getLogger("kiosk").debug("yes")
    logs.set_level("error")
    logging.getLogger("kiosk").warning("no")

    assert [line.rpartition(" ")[2] for line in file.read_text().splitlines()] == ["yes"]


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "asyncio"])
def test_talkative_libraries_are_heard_from_warning_on(file: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    for silenced in (name, name.partition(".")[0]):  # the API client switches some off for good
        monkeypatch.setattr(logging.getLogger(silenced), "disabled", False)
        monkeypatch.setattr(logging.getLogger(silenced), "propagate", True)
    logs.set_up(file, level="debug")
    logging.getLogger(name).info("GET")
    logging.getLogger(name).warning("late")

    assert [line.rpartition(" ")[2] for line in file.read_text().splitlines()] == ["late"]


def test_the_file_is_made_at_the_first_event_for_this_account_alone(file: Path):
    logs.set_up(file)
    assert not file.parent.exists()

    logging.getLogger("kiosk").warning("x")

    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_files_are_bounded(file: Path):
    logs.set_up(file)
    for _ in range(600):
        logging.getLogger("kiosk").warning("%s", "word " * 1_600)

    sizes = [path.stat().st_size for path in file.parent.iterdir()]
    assert len(sizes) == 4
    assert max(sizes) <= 1_048_576


def test_a_line_is_bounded(file: Path):
    logs.set_up(file)
    logging.getLogger("kiosk").warning("%s", "word " * 20_000)

    assert len(file.read_text()) < 10_000


def test_a_character_that_utf_8_cannot_hold_is_no_problem(file: Path):
    logs.set_up(file)
    logging.getLogger("kiosk").warning("half %s", "\ud800")

    assert r"half \ud800" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said_once_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "logs").touch()
    logs.set_up(tmp_path / "logs" / "kiosk.log")

    logging.getLogger("kiosk").warning("one")
    logging.getLogger("kiosk").warning("two")

    assert capsys.readouterr().err.count("\n") == 1


def test_a_message_that_does_not_fit_its_arguments_shows_none_of_them(file: Path, capsys: pytest.CaptureFixture[str]):
    logs.set_up(file, on_terminal=True)
    record = logging.makeLogRecord({"msg": "%d", "args": ("canary",), "name": "kiosk", "levelno": logging.ERROR})

    for handler in logging.getLogger().handlers:
        if handler.get_name() == logs.__name__:
            handler.handle(record)

    assert capsys.readouterr().err == f"kiosk: cannot log to {file}: TypeError\n"


# ── recent errors ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_warnings_and_errors_are_remembered_the_oldest_first(file: Path):
    logs.set_up(file)
    log = logging.getLogger("kiosk.supervisor.app")
    log.info("all is well")
    log.warning("no screen %d", 3)
    log.error("sign-in failed visit=%d code=%s", 1, "api.timeout")

    found = logs.recent_errors()
    assert [(entry.level, entry.logger, entry.text) for entry in found] == [
        ("WARNING", "kiosk.supervisor.app", "no screen 3"),
        ("ERROR", "kiosk.supervisor.app", "sign-in failed visit=1 code=api.timeout"),
    ]
    assert abs(found[0].time - time.time()) < 60


def test_what_is_remembered_is_redacted_bounded_and_of_one_line(file: Path):
    logs.set_up(file)
    log = logging.getLogger("kiosk")
    log.warning("got %s\nat https://w.example/x?token=%s", JWT, KEY, exc_info=raised(ValueError("secret=abc")))
    log.error("%s", "word " * 5_000)

    first, second = logs.recent_errors()
    assert first.text == "got … at https://w.example/…"
    assert len(second.text) < 250


class Rude:
    def __str__(self) -> str:
        raise ZeroDivisionError("secret=abc")


@pytest.mark.parametrize(
    ("message", "arguments", "shown"),
    [
        ("%d", ("does not fit",), "a message that cannot be shown (TypeError)"),
        ("%s", (Rude(),), "a message that cannot be shown (ZeroDivisionError)"),
        ("half \ud83d and \x00\x1b[31m red\u202e", (), "half and [31m red"),
        ("", (), ""),
    ],
)
def test_any_message_is_remembered_as_what_can_be_sent(message, arguments, shown):
    recent = logs.Recent()
    recent.handle(logging.makeLogRecord({"levelno": logging.ERROR, "msg": message, "args": arguments}))

    assert [entry.text for entry in recent.entries] == [shown]


def test_only_the_last_twenty_are_remembered(file: Path):
    logs.set_up(file)
    for number in range(50):
        logging.getLogger("kiosk").error("%d", number)

    assert [entry.text for entry in logs.recent_errors()] == [str(number) for number in range(30, 50)]
    logs.set_up(file)
    assert logs.recent_errors() == []


def test_what_comes_again_and_again_hides_nothing_else(file: Path):
    logs.set_up(file)
    log = logging.getLogger("kiosk")
    log.error("the outbox is full")
    for number in range(100):
        log.warning("blocked feature=%s", "downloads" if number % 2 else "print")

    texts = [entry.text for entry in logs.recent_errors()]
    assert texts == ["the outbox is full", "blocked feature=print", "blocked feature=downloads"]


class Broken:
    def __del__(self) -> None:
        raise ValueError("in a destructor")


# ── strays ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thread_that_fails_is_logged(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    logs.set_up(file)
    logs.catch_strays()

    thread = threading.Thread(target=lambda: 1 / 0, name="reader")
    thread.start()
    thread.join()
    Broken()

    text = file.read_text()
    assert "CRITICAL kiosk.logs thread failed thread=reader" in text
    assert "| ZeroDivisionError" in text
    assert "unraisable error type=ValueError" in text
    assert capsys.readouterr().err == ""


# ── redaction ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET https://w.example:8443/a/b?token=x#f now", "GET https://w.example:8443/… now"),
        ("at https://w.example", "at https://w.example"),
        ("at https://user:word@w.example/", "at https://w.example/…"),
        ("url='http://127.0.0.1:8300/widget'", "url='http://127.0.0.1:8300/…'"),
        (f"key {KEY}.", "key …."),
        (f"key {KEY.upper()}", "key …"),
        (f"key {KEY.replace('-', '')}", "key …"),
        (f"got {JWT}", "got …"),
        (f"Authorization: Bearer {JWT}", "Authorization: …"),
        ("X-API-KEY: short", "X-API-KEY: …"),
        ("[(b'X-API-KEY', b'short')]", "[(b'X-API-KEY', …')]"),
        ('{"token": "short"}', '{"token": …"}'),
        ("token=short&x=1", "token=…&x=1"),
        ("password=short", "password=…"),
        ("api_key = short", "api_key = …"),
        ("secret:short", "secret:…"),
        ("GET /api/v1/integration/user/alice%2F/balance", "GET /api/v1/integration/user/…/balance"),
        ("blob QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0MTIzNDU2Nzg5MA== end", "blob … end"),
        ("hex " + "0123456789abcdef" * 3, "hex …"),
        ("visit painted visit=3", "visit painted visit=3"),
        (
            "blocked feature=new-windows reason=not on the allow-list",
            "blocked feature=new-windows reason=not on the allow-list",
        ),
        (
            'File "/usr/lib/python3.11/asyncio/base_events.py", line 653, in run_until_complete',
            'File "/usr/lib/python3.11/asyncio/base_events.py", line 653, in run_until_complete',
        ),
        (
            "in /home/kiosk/projects/enable3-kiosk/kiosk/commands",
            "in /home/kiosk/projects/enable3-kiosk/kiosk/commands",
        ),
        ("token fetched visit=1", "token fetched visit=1"),
    ],
)
def test_what_may_be_a_secret_is_taken_out_and_the_rest_stays(text: str, expected: str):
    assert logs.redact(text) == expected


@given(
    before=st.sampled_from(["", "x ", "key=", "'", "(", "error: "]),
    secret=st.one_of(st.uuids().map(str), st.from_regex(r"[A-Za-z0-9_-]{40,200}", fullmatch=True), st.just(JWT)),
    after=st.sampled_from(["", " x", "'", ")", ".", ","]),
)
def test_keys_and_tokens_are_found_wherever_they_stand(before: str, secret: str, after: str):
    assert secret not in logs.redact(f"{before}{secret}{after}")


@pytest.mark.timeout(10)
@pytest.mark.parametrize("run", ["a", "a-", "a.", "eyJ", "token", "/user/", "://", "a:", "0", "https://a@", "bearer "])
def test_redaction_takes_no_longer_than_the_text_is_long(run: str):
    logs.redact(run * 50_000)


@pytest.fixture
def named() -> Iterator[str]:
    logs.name_visitor("5f1c22ab")
    yield "5f1c22ab"
    logs.name_visitor("")


@pytest.mark.private(23)
def test_the_lines_of_a_visit_say_whose_it_is_without_saying_who(file: Path, named: str):
    logs.set_up(file)

    logging.getLogger("kiosk.supervisor.app").info("widget painted visit=%d", 3)
    logging.getLogger("kiosk.outbox.delivery").info("events are sent again")
    logging.getLogger("kiosk.supervisor.app").info("x" * 20_000)
    logs.name_visitor("")
    logging.getLogger("kiosk.supervisor.app").info("covered")

    tagged, other, long, later = file.read_text().splitlines()
    assert tagged.endswith(f" widget painted visit=3 visitor={named}")
    assert long.endswith(f" visitor={named}")
    assert "visitor=" not in other + later
