"""`kiosk doctor`."""

from __future__ import annotations

import json
import socket
import threading
import time
from tempfile import TemporaryDirectory

import pytest

from kiosk.api import Probe
from kiosk.commands._checks import check_shell, judge_shell
from kiosk.core.secret import Secret
from kiosk.errors import ConfigError, ExitStatus, Forbidden, KeyringLocked, ShellError, Unreachable
from kiosk.ops.checks import Check, Finding, Status, examine
from kiosk.ops.clock import CLOCK_BAD, CLOCK_GOOD, judge_clock
from tests.commands.terminal import Terminal
from tests.credentials.fakes import MemoryStore

ROWS = [
    "configuration",
    "operator PIN",
    "keyring",
    "api",
    "clock",
    "outbox",
    "display",
    "screen",
    "engine",
    "renderer",
    "lockdown",
    "session",
]
MACHINE = Check(("session",), 5, lambda: [Finding("session", Status.OK, "the kiosk compositor cage")])
REPORT = {
    "engine": "qtwebengine",
    "version": "6.12.0",
    "renderer": "Chromium 140.0",
    "screens": [{"width": 1920, "height": 1080}],
    "enforcement": {"navigation": "enforced", "downloads": "enforced"},
}


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    """A terminal on which all is well, with a shell that is not started."""
    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", lambda *_, **__: REPORT)
    monkeypatch.setattr("kiosk.commands.doctor.check_of_machine", lambda: MACHINE)
    terminal = Terminal(tmp_path, Probe(2.0))
    terminal.store().write(Secret("key"))
    terminal.pins.set(Secret("2580"))
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:  # a short path: sockets need one
        server.bind(f"{folder}/wayland-7")
        server.listen()
        terminal.environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": folder}
        yield terminal


def rows(terminal: Terminal, capsys, *options: str, **given) -> tuple[int, dict[str, dict[str, str]]]:
    status = terminal.run("doctor", "--json", *options, **given)
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert [check["name"] for check in checks] == ROWS
    return status, {check["name"]: check for check in checks}


def failed(found: dict[str, dict[str, str]]) -> set[str]:
    return {name for name, row in found.items() if row["status"] == "failed"}


def test_all_is_well(terminal, capsys):
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.OK
    assert {row["status"] for row in found.values()} == {"ok"}
    assert "1920 x 1080" in found["screen"]["text"]


def test_a_row_that_failed_makes_the_exit_status_and_says_what_to_do(terminal, capsys):
    terminal.api.answers = [Forbidden("this address may not use the key")]
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.CHECK_FAILED
    assert failed(found) == {"api"}
    assert "allow-list" in found["api"]["hint"]
    assert found["clock"]["status"] == "warning"


def test_a_warning_alone_is_no_failure(terminal, capsys):
    terminal.api.answers = [Probe(-100.0)]
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.OK
    assert found["clock"]["status"] == "warning"
    assert "100 s behind" in found["clock"]["text"]


def test_people_get_one_line_a_row_and_what_to_do_below_it(terminal, capsys):
    terminal.api.answers = [Unreachable("no connection to the API")]
    terminal.run("doctor")
    output = capsys.readouterr().out.splitlines()
    table = len(REPORT["enforcement"])
    assert len(output) == len(ROWS) + 1 + table
    api = ROWS.index("api")
    assert output[api].split(maxsplit=2) == ["failed", "api", "no connection to the API"]
    assert output[api + 1].strip().startswith("what to do: check the network")


def test_everything_may_be_wrong_at_once_and_every_row_is_there(terminal, capsys, monkeypatch):
    def broken(*_, **__):
        raise ShellError("the engine is not installed", hint="install it")

    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", broken)
    terminal.environ = {}
    terminal.config.write_text("screeen = 1\n")
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.CHECK_FAILED
    assert failed(found) == {"configuration", "display", "engine"}
    for name in ("keyring", "api", "clock"):
        assert found[name]["text"] == "not checked: see configuration"
    assert "screen" in found["configuration"]["text"]


def test_a_locked_keyring_fails_its_row_and_the_api_is_not_asked(terminal, capsys):
    terminal.stores.clear()
    terminal.new_store = lambda: MemoryStore(error=KeyringLocked("the keyring is locked", hint="unlock it"))
    _, found = rows(terminal, capsys)
    assert failed(found) == {"keyring"}
    assert found["keyring"]["hint"] == "unlock it"
    assert found["api"]["text"] == "not checked: see keyring"
    assert terminal.api.tried == []


def test_with_a_key_from_a_file_an_empty_keyring_is_a_warning(terminal, capsys):
    terminal.stores.clear()
    status, found = rows(terminal, capsys, "--api-key-file", "-", stdin=b"key\n")
    assert status == ExitStatus.OK
    assert (found["keyring"]["status"], found["api"]["status"]) == ("warning", "ok")


def test_the_key_is_not_shown(terminal, capsys):
    terminal.store().write(Secret("a-key-to-search-for"))
    terminal.run("doctor")
    output = capsys.readouterr()
    assert "a-key-to-search-for" not in output.out + output.err


def test_checks_run_at_the_same_time():
    """Each waits for the other two: one after the other they would never end."""
    meeting = threading.Barrier(3, timeout=10)

    def meet(name: str) -> Check:
        def run() -> list[Finding]:
            meeting.wait()
            return [Finding(name, Status.OK, "met")]

        return Check((name,), 10, run)

    assert {found.text for found in examine([meet("api"), meet("keyring"), meet("display")])} == {"met"}


def test_a_check_that_hangs_or_breaks_hides_no_other():
    release = threading.Event()

    def hang() -> list[Finding]:
        release.wait()
        return []

    def break_() -> list[Finding]:
        raise ZeroDivisionError("a text that may hold anything")

    good = Check(("display",), 5, lambda: [Finding("display", Status.OK, "fine")])
    begun = time.monotonic()
    found = {
        row.name: row for row in examine([Check(("api", "clock"), 0.1, hang), Check(("keyring",), 5, break_), good])
    }
    assert time.monotonic() - begun < 4
    release.set()
    assert found["api"].status is Status.FAILED
    assert "0.1 s" in found["api"].text
    assert found["clock"].text == "not checked: see api"
    assert found["keyring"].text == "the check itself failed (ZeroDivisionError)"
    assert found["display"].status is Status.OK


@pytest.mark.parametrize(
    ("skew", "status"),
    [
        (0.0, Status.OK),
        (-29.9, Status.OK),
        (CLOCK_GOOD, Status.WARNING),
        (-299.9, Status.WARNING),
        (CLOCK_BAD, Status.FAILED),
        (-90_000.0, Status.FAILED),
        (None, Status.WARNING),
    ],
)
def test_the_clock_is_judged_by_its_distance(skew, status):
    found = judge_clock(skew)
    assert found.status is status
    assert bool(found.hint) is (status is not Status.OK)


def test_without_a_pin_it_is_said_that_nobody_can_open_the_panel(terminal, capsys):
    terminal.pins.clear()
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.OK
    assert found["operator PIN"]["status"] == "warning"
    assert "kiosk pin set" in found["operator PIN"]["hint"]


def test_ids_that_nobody_looks_at_are_a_warning(terminal, capsys):
    terminal.config.write_text('sign_in = ["argument", "keypad"]\n')
    assert terminal.run("doctor", "--json") == ExitStatus.OK
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert found["user ids"]["status"] == "warning"
    assert "keypad" in found["user ids"]["text"]
    assert "user_pattern" in found["user ids"]["hint"]


@pytest.mark.parametrize("settings", ['sign_in = ["argument"]', 'sign_in = ["keypad"]\nuser_pattern = "[0-9]{8}"'])
def test_ids_that_are_checked_or_the_operators_own_are_not(terminal, capsys, settings):
    terminal.config.write_text(f"{settings}\n")
    assert rows(terminal, capsys)[0] == ExitStatus.OK


def test_a_damaged_pin_fails(terminal, capsys):
    terminal.pins.restore("damaged")
    status, found = rows(terminal, capsys)
    assert status == ExitStatus.CHECK_FAILED
    assert failed(found) == {"operator PIN"}
    assert "kiosk pin set" in found["operator PIN"]["hint"]


def test_a_shell_that_runs_is_judged_without_another(terminal, monkeypatch):
    def never(*_, **__):
        raise AssertionError("a second engine")

    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", never)

    class Broken:
        @property
        def config(self):
            raise ConfigError("wrong")

    found = check_shell(Broken(), REPORT)
    assert [row.name for row in found] == ["engine", "renderer", "screen", "lockdown"]


def test_a_screen_that_is_not_there_fails():
    screen = next(row for row in judge_shell(REPORT, 2) if row.name == "screen")
    assert screen.status is Status.FAILED
    assert "there are 1" in screen.text


def test_a_screen_that_the_kiosk_does_not_cover_is_a_warning():
    two = REPORT | {"screens": REPORT["screens"] * 2}
    others = next(row for row in judge_shell(two, 0) if row.name == "other screens")
    assert others.status is Status.WARNING
    assert "1 not covered" in others.text
    assert not any(row.name == "other screens" for row in judge_shell(REPORT, 0))


def test_the_table_of_restrictions_is_there_with_what_is_not_enforced_first(terminal, capsys, monkeypatch):
    weak = REPORT | {"enforcement": {"navigation": "enforced", "downloads": "failed", "zoom": "unsupported"}}
    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", lambda *_, **__: weak)
    _, found = rows(terminal, capsys)
    assert found["lockdown"]["details"] == weak["enforcement"]
    terminal.run("doctor")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    places = [
        lines.index(row) for row in (["failed", "downloads"], ["unsupported", "zoom"], ["enforced", "navigation"])
    ]
    assert places == sorted(places)


def test_the_engine_that_is_asked_about_is_the_one_that_is_looked_at(terminal, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr("kiosk.shell.spawn.probe_shell", lambda *_, engine: asked.append(engine) or REPORT)
    rows(terminal, capsys)
    rows(terminal, capsys, "--engine", "webkitgtk")
    assert asked == ["qtwebengine", "webkitgtk"]


def test_a_restriction_that_is_not_enforced_fails_and_is_named():
    weak = REPORT | {"enforcement": {"navigation": "enforced", "downloads": "failed", "zoom": "unsupported"}}
    lockdown = next(row for row in judge_shell(weak, 0) if row.name == "lockdown")
    assert lockdown.status is Status.FAILED
    assert "downloads, zoom" in lockdown.text
    assert "navigation" not in lockdown.text
