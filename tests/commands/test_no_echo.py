"""A key or a PIN that is typed is not shown: the real program on a pseudo-terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")

KEY = b"typed-by-the-operator"
QUESTION = b"(not shown): "
PROGRAM = """
import pathlib, sys
from kiosk.errors import Unauthorized
from tests.commands.terminal import Terminal
from kiosk.api import Probe
terminal = Terminal(pathlib.Path(sys.argv[1]), Unauthorized("the key is not accepted"), Probe(0.0))
status = terminal.run("key", "set", stdin=sys.stdin.buffer)
print("status", status, "kept", terminal.store().key.reveal()[::-1])
"""
PIN_PROGRAM = """
import pathlib, sys
from kiosk.core.secret import Secret
from tests.commands.terminal import Terminal
terminal = Terminal(pathlib.Path(sys.argv[1]))
status = terminal.run("pin", "set", stdin=sys.stdin.buffer)
print("status", status, "kept", terminal.pins.check(Secret("8" + "6" + "4" + "2")).ok)
"""


def converse(folder: Path, *answers: bytes, program: str = PROGRAM) -> bytes:
    """Run `program` on a terminal of its own, type an answer whenever it asks, and return all that was shown."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", program, str(folder)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=slave, stdout=slave, stderr=slave, start_new_session=True):
        os.close(slave)
        shown, asked, until = b"", 0, time.monotonic() + 30
        while time.monotonic() < until:
            if not select.select([master], [], [], 1)[0]:
                continue
            try:
                shown += os.read(master, 4096)
            except OSError:  # Linux says so when the last writer has closed
                break
            if shown.count(QUESTION) > asked:
                os.write(master, answers[asked] + b"\n")
                asked += 1
        os.close(master)
    return shown


def test_a_key_is_typed_without_echo_and_asked_for_again_when_the_api_refuses_it(tmp_path):
    shown = converse(tmp_path, b"the-first-one", b"two words", KEY)
    assert b"kept " + KEY[::-1] in shown
    assert b"the key is not accepted" in shown
    assert b"has a space" in shown
    for typed in (b"the-first-one", b"two words", KEY):
        assert typed not in shown


def test_a_pin_is_typed_twice_without_echo_until_both_are_the_same(tmp_path):
    shown = converse(tmp_path, b"1234", b"8642", b"8643", b"8642", b"8642", program=PIN_PROGRAM)
    assert b"status 0 kept True" in shown
    assert b"counts up or down" in shown
    assert b"not the same both times" in shown
    for typed in (b"1234", b"8642", b"8643"):
        assert typed not in shown
