"""`kiosk pin set | clear | test`."""

from __future__ import annotations

import json

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import ExitStatus
from kiosk.operators.pin import PinState
from kiosk.store.pin_tries import FREE_TRIES
from tests.commands.terminal import Terminal

PIN, WRONG = b"2580\n", b"2581\n"


@pytest.fixture
def terminal(tmp_path):
    return Terminal(tmp_path)


def test_a_pin_from_standard_input_is_kept(terminal, capsys):
    assert terminal.run("pin", "set", "--json", stdin=PIN) == ExitStatus.OK
    assert terminal.pins.check(Secret("2580")).ok
    output = capsys.readouterr()
    assert json.loads(output.out) == {"set": True}
    assert "2580" not in output.out + output.err


@pytest.mark.parametrize("stdin", [b"", b"\n", b"0000\n", b"12345\n", b"\xff\xfe\n", b"2" * 5000])
def test_what_is_no_pin_is_refused_and_the_one_that_there_is_stays(terminal, stdin):
    terminal.run("pin", "set", stdin=PIN)
    assert terminal.run("pin", "set", stdin=stdin) == ExitStatus.USAGE
    assert terminal.pins.check(Secret("2580")).ok


def test_a_test_says_whether_it_is_right(terminal, capsys):
    terminal.run("pin", "set", stdin=PIN)
    found = []
    for typed, status in ((PIN, ExitStatus.OK), (WRONG, ExitStatus.CHECK_FAILED)):
        capsys.readouterr()
        assert terminal.run("pin", "test", "--json", stdin=typed) == status
        found.append(json.loads(capsys.readouterr().out))
    assert found == [{"ok": True, "wait": 0}, {"ok": False, "wait": 0}]


def test_a_test_counts_as_the_terminal_does(terminal, capsys):
    terminal.run("pin", "set", stdin=PIN)
    for _ in range(FREE_TRIES):
        assert terminal.run("pin", "test", stdin=WRONG) == ExitStatus.CHECK_FAILED
    assert "is wrong; the next try is possible in 30 s" in capsys.readouterr().out
    assert terminal.run("pin", "test", stdin=PIN) == ExitStatus.CHECK_FAILED
    assert "too many wrong PINs" in capsys.readouterr().out
    terminal.run("pin", "set", stdin=PIN)
    assert terminal.run("pin", "test", stdin=PIN) == ExitStatus.OK


def test_a_test_without_a_pin_says_how_to_set_one(terminal, capsys):
    assert terminal.run("pin", "test", stdin=PIN) == ExitStatus.CHECK_FAILED
    assert "kiosk pin set" in capsys.readouterr().out


def test_clear_says_whether_there_was_one(terminal, capsys):
    terminal.run("pin", "set", stdin=PIN)
    capsys.readouterr()
    answers = []
    for _ in range(2):
        assert terminal.run("pin", "clear", "--json") == ExitStatus.OK
        answers.append(json.loads(capsys.readouterr().out)["cleared"])
    assert answers == [True, False]
    assert terminal.pins.state() is PinState.UNSET
