"""`kiosk key set | test | delete`."""

from __future__ import annotations

import json

import pytest

from kiosk.api import Probe
from kiosk.core.secret import Secret
from kiosk.errors import (
    BadResponse,
    ExitStatus,
    Forbidden,
    KeyringLocked,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unreachable,
)
from tests.commands.terminal import Terminal
from tests.credentials.fakes import MemoryStore

KEY = "a-key-of-the-operator"
UNPROVEN = [Unreachable, TimedOut, TlsFailed, RateLimited, ServerFailed, BadResponse]


def test_a_key_that_the_api_accepts_is_stored(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    assert terminal.run("key", "set", "--json", stdin=f"{KEY}\n".encode()) == ExitStatus.OK
    assert terminal.store().key == Secret(KEY)
    output = capsys.readouterr()
    assert json.loads(output.out) == {"stored": True, "accepted": True, "problem": None}
    assert KEY not in output.out + output.err


def test_a_key_is_stored_for_the_address_that_it_was_tried_against(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.run("key", "set", "--base-url", "https://eu.example.com", stdin=KEY.encode())
    assert terminal.api.tried == [("https://eu.example.com", KEY)]
    assert list(terminal.stores) == ["https://eu.example.com"]


@pytest.mark.parametrize("kind", [Unauthorized, Rejected, NotFound])
def test_a_key_that_the_api_refuses_is_never_stored(tmp_path, kind):
    terminal = Terminal(tmp_path, kind("no"))
    assert terminal.run("key", "set", stdin=f"{KEY}\ny\ny\n".encode()) == kind.exit_status
    assert terminal.store().key is None


@pytest.mark.parametrize("kind", [Forbidden, *UNPROVEN])
@pytest.mark.parametrize("answer", [b"", b"\n", b"n\n", b"maybe\n"])
def test_a_key_that_could_not_be_tried_is_not_stored_without_consent(tmp_path, kind, answer):
    terminal = Terminal(tmp_path, kind("not now"))
    assert terminal.run("key", "set", stdin=KEY.encode() + b"\n" + answer) == kind.exit_status
    assert terminal.store().key is None


@pytest.mark.parametrize("kind", [Forbidden, *UNPROVEN])
def test_a_key_that_could_not_be_tried_is_stored_with_consent(tmp_path, capsys, kind):
    terminal = Terminal(tmp_path, kind("not now"))
    assert terminal.run("key", "set", "--json", stdin=f"{KEY}\ny\n".encode()) == ExitStatus.OK
    assert terminal.store().key == Secret(KEY)
    assert json.loads(capsys.readouterr().out) == {"stored": True, "accepted": False, "problem": kind.code}


def test_for_an_address_that_is_not_allowed_it_is_said_that_the_key_is_right(tmp_path, capsys):
    Terminal(tmp_path, Forbidden("this address may not use the key")).run("key", "set", stdin=f"{KEY}\ny\n".encode())
    output = capsys.readouterr()
    assert "key is right" in output.err
    assert "allow-list" in output.err
    assert "five minutes" in output.out


@pytest.mark.parametrize("stdin", [b"", b"\n", b"two words\n", b"k" * 5000])
def test_what_is_no_key_is_refused_before_the_api_is_asked(tmp_path, stdin):
    terminal = Terminal(tmp_path)
    assert terminal.run("key", "set", stdin=stdin) == ExitStatus.USAGE
    assert terminal.api.tried == []


def test_a_locked_keyring_is_said_so(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    terminal.new_store = lambda: MemoryStore(error=KeyringLocked("the keyring is locked", hint="unlock it"))
    assert terminal.run("key", "set", stdin=KEY.encode()) == ExitStatus.CREDENTIALS
    assert "unlock it" in capsys.readouterr().err


def test_the_stored_key_is_tried(tmp_path, capsys):
    terminal = Terminal(tmp_path, Probe(1.5))
    terminal.store().write(Secret(KEY))
    assert terminal.run("key", "test", "--json") == ExitStatus.OK
    assert json.loads(capsys.readouterr().out) == {"accepted": True, "clockSkew": 1.5}
    assert terminal.api.tried == [("https://integration.enable3.io", KEY)]


def test_a_key_in_a_file_is_tried_without_the_keyring(tmp_path):
    terminal = Terminal(tmp_path)
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o600)
    assert terminal.run("key", "test", "--api-key-file", str(file)) == ExitStatus.OK
    assert terminal.run("key", "test", "--api-key-file", "-", stdin=KEY.encode()) == ExitStatus.OK
    assert terminal.stores == {}


def test_a_test_without_a_key_says_to_run_setup(tmp_path, capsys):
    assert Terminal(tmp_path).run("key", "test") == ExitStatus.CREDENTIALS
    assert "kiosk setup" in capsys.readouterr().err


def test_a_test_of_a_refused_key_ends_with_its_status(tmp_path):
    terminal = Terminal(tmp_path, Unauthorized("the key is not accepted"))
    terminal.store().write(Secret(KEY))
    assert terminal.run("key", "test") == ExitStatus.UNAUTHORIZED


def test_delete_says_whether_there_was_a_key(tmp_path, capsys):
    terminal = Terminal(tmp_path)
    terminal.store().write(Secret(KEY))
    answers = []
    for _ in range(2):
        assert terminal.run("key", "delete", "--json") == ExitStatus.OK
        answers.append(json.loads(capsys.readouterr().out)["deleted"])
    assert answers == [True, False]
