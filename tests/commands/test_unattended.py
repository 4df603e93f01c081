"""`kiosk setup --answers`."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import ExitStatus, Forbidden, KeyringLocked, StoreError, Unauthorized, Unreachable
from kiosk.operators.pin import PinState
from tests.commands.terminal import Terminal, Typed
from tests.credentials.fakes import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

KEY = "a-key-of-the-operator"
PIN = "2580"
ADDRESS = "https://eu.example.com"
ANSWERS = f'base_url = "{ADDRESS}"\nbrand = "Gym"\nsign_in = ["keypad"]\nterminal = "foyer"\n'


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """The command line, and the files that it names."""
    for name, text in (("answers.toml", ANSWERS), ("key", f"{KEY}\n"), ("pin", f"{PIN}\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    files = {"--answers": "answers.toml", "--api-key-file": "key", "--pin-file": "pin"}
    return ["setup", "--json", *(word for option, name in files.items() for word in (option, str(tmp_path / name)))]


def without(given: list[str], option: str) -> list[str]:
    place = given.index(option)
    return given[:place] + given[place + 2 :]


def outcome(capsys) -> dict[str, object]:
    return json.loads(capsys.readouterr().out)


def test_one_command_sets_up_a_terminal_that_nobody_stands_before(terminal, given, capsys):
    assert terminal.run(*given) == ExitStatus.OK
    assert tomllib.loads(terminal.config.read_text()) == tomllib.loads(ANSWERS)
    assert terminal.store(ADDRESS).key == Secret(KEY)
    assert terminal.api.tried == [(ADDRESS, KEY)]
    assert terminal.pins.check(Secret(PIN)).ok
    printed = capsys.readouterr()
    assert KEY not in printed.out + printed.err
    assert PIN not in printed.out + printed.err
    data = json.loads(printed.out)
    assert data["changed"] == ["base_url", "brand", "sign_in", "terminal", "API key", "PIN"]
    assert (data["stored"], data["accepted"], data["pin"]) == (True, True, "set")


def test_run_again_it_changes_nothing(terminal, given, capsys):
    terminal.run(*given)
    capsys.readouterr()
    before = {path: path.stat().st_mtime_ns for path in terminal.config.parent.rglob("*") if path.is_file()}
    assert terminal.run(*given) == ExitStatus.OK
    assert outcome(capsys)["changed"] == []
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert terminal.run(*[word for word in given if word != "--json"]) == ExitStatus.OK
    assert "nothing had to be changed" in capsys.readouterr().out


def test_run_again_it_changes_what_differs_and_keeps_the_rest(terminal, given, tmp_path, capsys):
    terminal.run(*given)
    with terminal.config.open("a") as file:
        file.write("# of this terminal alone\nscreen = 1\n")
    (tmp_path / "answers.toml").write_text(ANSWERS.replace("Gym", "Pool"))
    (tmp_path / "pin").write_text("1593")
    capsys.readouterr()
    assert terminal.run(*given) == ExitStatus.OK
    assert outcome(capsys)["changed"] == ["brand", "PIN"]
    assert "# of this terminal alone\nscreen = 1\n" in terminal.config.read_text()
    assert terminal.pins.check(Secret("1593")).ok


def test_without_a_key_the_one_that_is_there_is_tried_and_stays(terminal, given, capsys):
    terminal.store(ADDRESS).key = Secret(KEY)
    assert terminal.run(*without(given, "--api-key-file")) == ExitStatus.OK
    assert terminal.api.tried == [(ADDRESS, KEY)]
    assert "API key" not in outcome(capsys)["changed"]


def test_a_terminal_that_would_have_no_key_is_not_set_up(terminal, given, capsys):
    assert terminal.run(*without(given, "--api-key-file")) == ExitStatus.CREDENTIALS
    assert not terminal.config.exists()
    assert "--api-key-file" in json.loads(capsys.readouterr().out)["error"]["hint"]


def test_a_terminal_whose_unit_has_the_key_is_set_up_without_one(terminal, given, capsys):
    assert terminal.run(*without(given, "--api-key-file"), "--without-key") == ExitStatus.OK
    assert terminal.api.tried == []
    assert outcome(capsys)["stored"] is False
    assert terminal.pins.check(Secret(PIN)).ok


def test_a_pin_that_is_not_given_stays(terminal, given, capsys):
    terminal.pins.set(Secret("1593"))
    assert terminal.run(*without(given, "--pin-file")) == ExitStatus.OK
    assert terminal.pins.check(Secret("1593")).ok
    assert outcome(capsys)["pin"] == "set"


def test_a_pin_that_is_the_same_counts_as_no_try(terminal, given):
    terminal.run(*given)
    for _ in range(20):
        assert terminal.run(*given) == ExitStatus.OK
    assert terminal.pins.wait() == 0


@pytest.mark.parametrize("option", ["--api-key-file", "--pin-file"])
def test_one_secret_may_come_by_standard_input(terminal, given, option):
    given[given.index(option) + 1] = "-"
    secret = KEY if option == "--api-key-file" else PIN
    assert terminal.run(*given, stdin=secret.encode()) == ExitStatus.OK
    assert terminal.store(ADDRESS).key == Secret(KEY)
    assert terminal.pins.check(Secret(PIN)).ok


def test_two_secrets_may_not(terminal, given, capsys):
    for option in ("--api-key-file", "--pin-file"):
        given[given.index(option) + 1] = "-"
    assert terminal.run(*given, stdin=b"secret") == ExitStatus.USAGE
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["message"] == "--pin-file: is standard input, and so is --api-key-file"
    assert not terminal.config.exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--answers", "a", "--without-key", "--api-key-file", "k"], "contradicts --api-key-file"),
        (["--without-key"], "has no meaning without --answers"),
    ],
    ids=["with a key", "without answers"],
)
def test_options_that_contradict_each_other_are_refused(terminal, capsys, options, problem):
    assert terminal.run("setup", *options) == ExitStatus.USAGE
    assert f"--without-key: {problem}" in capsys.readouterr().err


@pytest.mark.parametrize("error", [Unauthorized("no"), Forbidden("not here"), Unreachable("no network")], ids=repr)
def test_a_key_that_is_not_accepted_leaves_everything_as_it_was(tmp_path, given, error):
    terminal = Terminal(tmp_path, error)
    assert terminal.run(*given, stdin=Typed(b"y\n")) == error.exit_status, "nobody is asked, terminal or not"
    assert not terminal.config.exists()
    assert terminal.store(ADDRESS).key is None
    assert terminal.pins.state() is PinState.UNSET


def test_with_yes_a_key_is_stored_that_could_not_be_tried(tmp_path, given, capsys):
    terminal = Terminal(tmp_path, Unreachable("no network"))
    assert terminal.run(*given, "--yes") == ExitStatus.OK
    data = outcome(capsys)
    assert (data["stored"], data["accepted"], data["problem"]) == (True, False, "api.unreachable")


def test_a_keyring_that_does_not_work_leaves_everything_as_it_was(terminal, given):
    terminal.new_store = lambda: MemoryStore(error=KeyringLocked("it is locked"))
    terminal.config.write_text('brand = "Old"\n')
    assert terminal.run(*given) == ExitStatus.CREDENTIALS
    assert terminal.config.read_text() == 'brand = "Old"\n'
    assert terminal.pins.state() is PinState.UNSET


def test_a_pin_that_cannot_be_kept_leaves_everything_as_it_was(terminal, given, monkeypatch):
    def fail(_: Secret) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(terminal.pins, "set", fail)
    assert terminal.run(*given) == ExitStatus.STORE
    assert not terminal.config.exists()
    assert terminal.store(ADDRESS).key is None


@pytest.mark.skipif(sys.platform == "win32", reason="there a file has no mode")
@pytest.mark.parametrize("name", ["key", "pin"])
def test_a_secret_in_a_file_that_others_may_read_is_refused(terminal, given, tmp_path, name, capsys):
    (tmp_path / name).chmod(0o644)
    assert terminal.run(*given) == ExitStatus.CONFIG
    assert "chmod 600" in json.loads(capsys.readouterr().out)["error"]["hint"]
    assert not terminal.config.exists()


@pytest.mark.parametrize("pin", ["", "1234", "25 80", "x" * 5000])
def test_what_is_no_pin_is_refused_and_not_repeated(terminal, given, tmp_path, pin, capsys):
    (tmp_path / "pin").write_text(pin)
    assert terminal.run(*given) == ExitStatus.USAGE
    assert pin[:4] not in capsys.readouterr().out or not pin.strip()
    assert not terminal.config.exists()


def test_the_key_is_tried_by_the_way_that_the_answers_say(terminal, given, tmp_path):
    (tmp_path / "answers.toml").write_text('base_url = "https://other.example"\n')
    assert terminal.run(*given, "--base-url", ADDRESS) == ExitStatus.OK
    assert terminal.api.tried == [(ADDRESS, KEY)]
    assert tomllib.loads(terminal.config.read_text()) == {"base_url": ADDRESS}


def test_what_a_policy_overrules_is_said(terminal, given, capsys):
    terminal.policy.write_text('brand = "Chain"\n')
    assert terminal.run(*given) == ExitStatus.OK
    assert outcome(capsys)["overruled"] == ["brand"]


def test_a_pin_file_answers_for_a_person_too(terminal, given, tmp_path):
    assert terminal.run("setup", "--yes", *given[4:]) == ExitStatus.OK
    assert terminal.pins.check(Secret(PIN)).ok
