"""One kiosk an account."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk.errors import AlreadyRunning
from kiosk.ops.instance import take_the_screen

HOLD = """
import sys, pathlib
from kiosk.ops.instance import take_the_screen
take_the_screen(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_refused_until_the_first_is_gone(tmp_path):
    lock = tmp_path / "state" / "lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"

        with pytest.raises(AlreadyRunning, match="another kiosk"):
            take_the_screen(lock)
        first.kill()

    os.close(take_the_screen(lock))


def test_children_do_not_inherit_the_screen(tmp_path):
    descriptor = take_the_screen(tmp_path / "lock")

    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
