"""`kiosk setup`."""

from __future__ import annotations

import json
import tomllib

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import ExitStatus, Forbidden, KeyringUnavailable, Unauthorized
from kiosk.operators.pin import PinState
from tests.commands.terminal import Terminal
from tests.credentials.fakes import MemoryStore

KEY = "a-key-of-the-operator"
PIN = "2580"
DEFAULT = "https://integration.enable3.io"


def lines(*answers: str) -> bytes:
    return "".join(f"{answer}\n" for answer in answers).encode()


def written(terminal: Terminal) -> dict[str, object]:
    return tomllib.loads(terminal.config.read_text())


def test_answers_become_the_configuration_and_the_key_is_kept_for_that_address(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    answers = lines("https://eu.example.com/v1/", "jwt", "https://venue.example/kiosk", "de", "Café Größe", KEY)
    assert terminal.run("setup", stdin=answers) == ExitStatus.OK
    assert written(terminal) == {
        "base_url": "https://eu.example.com/v1",
        "auth": "jwt",
        "sdk_url": "https://venue.example/kiosk",
        "language": "de",
        "brand": "Café Größe",
    }
    assert terminal.store("https://eu.example.com/v1").key == Secret(KEY)
    assert terminal.api.tried == [("https://eu.example.com/v1", KEY)]
    output = capsys.readouterr()
    assert KEY not in output.out + output.err + terminal.config.read_text()
    assert str(terminal.config) in output.out


def test_no_answer_keeps_what_there_is(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.config.write_text('brand = "Gym"\nlanguage = "lt"\nscreen = 1\n')
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY)) == ExitStatus.OK
    found = written(terminal)
    assert (found["base_url"], found["brand"], found["language"], found["screen"]) == (DEFAULT, "Gym", "lt", 1)


def test_a_dash_empties_what_may_be_empty(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.config.write_text('language = "lt"\n')
    assert terminal.run("setup", stdin=lines("", "", "-", "", KEY)) == ExitStatus.OK
    assert written(terminal)["language"] == ""


def test_with_yes_only_the_key_is_read(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    arguments = ("setup", "--yes", "--json", "--base-url", "https://eu.example.com")
    assert terminal.run(*arguments, stdin=lines(KEY)) == ExitStatus.OK
    assert written(terminal)["base_url"] == "https://eu.example.com"
    assert terminal.store("https://eu.example.com").key == Secret(KEY)
    data = json.loads(capsys.readouterr().out)
    assert data["configuration"] == str(terminal.config)
    assert (data["stored"], data["accepted"], data["overruled"]) == (True, True, [])


def test_the_key_may_come_from_a_file(tmp_path):
    terminal = Terminal(tmp_path)
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o600)
    assert terminal.run("setup", "--yes", "--api-key-file", str(file)) == ExitStatus.OK
    assert terminal.store(DEFAULT).key == Secret(KEY)


def test_a_refused_key_leaves_everything_as_it_was(tmp_path):
    terminal = Terminal(tmp_path, Unauthorized("the key is not accepted"))
    assert terminal.run("setup", "--yes", stdin=lines(KEY)) == ExitStatus.UNAUTHORIZED
    assert not terminal.config.exists()
    assert terminal.store(DEFAULT).key is None


def test_a_terminal_that_is_not_allowed_yet_is_set_up_with_consent(tmp_path, capsys):
    terminal = Terminal(tmp_path, Forbidden("this address may not use the key"))
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY, "n")) == ExitStatus.FORBIDDEN
    assert not terminal.config.exists()
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY, "yes")) == ExitStatus.OK
    assert terminal.run("setup", "--yes", stdin=lines(KEY)) == ExitStatus.OK
    assert terminal.store(DEFAULT).key == Secret(KEY)
    assert "allow-list" in capsys.readouterr().out


def test_without_a_keyring_no_configuration_is_written(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.new_store = lambda: MemoryStore(error=KeyringUnavailable("there is none"))
    assert terminal.run("setup", "--yes", stdin=lines(KEY)) == ExitStatus.CREDENTIALS
    assert not terminal.config.exists()


@pytest.mark.parametrize(
    "answers",
    [
        ("http://api.example.com",),
        ("", "password"),
        ("", "jwt", ""),
        ("", "jwt", "-"),
        ("", "jwt", "http://venue.example"),
        ("", "", "not a language"),
        ("", "", "", "x" * 65),
        ("", "", "", ""),
    ],
    ids=["plain http", "auth", "no page", "dash page", "page", "language", "brand", "no key"],
)
def test_a_script_that_answers_wrongly_is_stopped_at_once(tmp_path, answers):
    terminal = Terminal(tmp_path)
    assert terminal.run("setup", stdin=lines(*answers)) == ExitStatus.USAGE
    assert terminal.api.tried == []
    assert not terminal.config.exists()


def test_what_a_policy_overrules_is_said(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    terminal.policy.write_text('base_url = "https://policy.example.com"\n')
    assert terminal.run("setup", stdin=lines("https://mine.example.com", "", "", "", KEY)) == ExitStatus.OK
    assert "`base_url` is set to something else" in capsys.readouterr().out


def test_a_pin_is_read_after_the_key_and_kept_as_a_hash(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    assert terminal.run("setup", "--json", stdin=lines("", "", "", "", KEY, PIN)) == ExitStatus.OK
    assert terminal.pins.check(Secret(PIN)).ok
    output = capsys.readouterr()
    assert json.loads(output.out)["pin"] == "set"
    assert PIN not in output.out + output.err
    assert not any(PIN in file.read_text(errors="replace") for file in (tmp_path / "data").iterdir())


def test_without_a_pin_it_is_said_that_nobody_can_open_the_panel(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY)) == ExitStatus.OK
    assert terminal.pins.state() is PinState.UNSET
    assert "kiosk pin set" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("setup",), ("setup", "--yes")])
def test_no_answer_keeps_the_pin_that_there_is(tmp_path, arguments):
    terminal = Terminal(tmp_path)
    terminal.pins.set(Secret(PIN))
    answers = lines(KEY) if "--yes" in arguments else lines("", "", "", "", KEY, "")
    assert terminal.run(*arguments, stdin=answers) == ExitStatus.OK
    assert terminal.pins.check(Secret(PIN)).ok


def test_with_yes_no_pin_is_read(tmp_path):
    terminal = Terminal(tmp_path)
    assert terminal.run("setup", "--yes", stdin=lines(KEY, PIN)) == ExitStatus.OK
    assert terminal.pins.state() is PinState.UNSET


@pytest.mark.parametrize("pin", ["1234", "12", "25 80", "2580258025802"])
def test_what_is_no_pin_leaves_everything_as_it_was(tmp_path, pin):
    terminal = Terminal(tmp_path)
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY, pin)) == ExitStatus.USAGE
    assert not terminal.config.exists()
    assert terminal.store(DEFAULT).key is None
    assert terminal.pins.state() is PinState.UNSET


def test_a_pin_that_cannot_be_kept_leaves_everything_as_it_was(tmp_path):
    terminal = Terminal(tmp_path)
    (tmp_path / "data").touch()
    assert terminal.run("setup", stdin=lines("", "", "", "", KEY, PIN)) == ExitStatus.STORE
    assert not terminal.config.exists()
    assert terminal.store(DEFAULT).key is None
