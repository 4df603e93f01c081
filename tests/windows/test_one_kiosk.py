"""One kiosk an account, and the pipe that it takes requests on: with other processes, as it is."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from kiosk.core.user_id import UserId
from kiosk.errors import AlreadyRunning, NotRunning
from kiosk.ops.address import read_address
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import Began, Begin, End, Ended, data_of
from kiosk.ops.instance import take_the_screen
from kiosk.store.lock import locked
from tests.ops.served import PATIENCE, serving

if sys.platform == "win32":
    import _winapi

    from kiosk.ops.control_pipe import PipeListener, is_address

HOLDS = "import sys, pathlib; from kiosk.ops.instance import take_the_screen as take; take(pathlib.Path(sys.argv[1]))"
KEEPS = HOLDS + "; print('has it', flush=True); sys.stdin.read()"


def test_one_process_has_the_screen_and_the_next_gets_it_when_that_is_killed(tmp_path):
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", KEEPS, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "has it\n"
    with pytest.raises(AlreadyRunning):
        take_the_screen(lock)

    holder.kill()
    holder.communicate()
    take_the_screen(lock)


def test_two_processes_take_turns_at_a_file(tmp_path):
    with locked(tmp_path / "lock"):
        code = "import sys, pathlib; from kiosk.store.lock import locked\nwith locked(pathlib.Path(sys.argv[1])): pass"
        other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")])
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(2)
    assert other.wait(PATIENCE) == 0


def test_a_kiosk_is_asked_through_its_pipe_by_this_process_and_by_others(tmp_path):
    file = tmp_path / "state" / "control"
    with serving(file) as served:
        assert is_address(read_address(file))
        assert data_of(ask(file, Begin(UserId.parse("anna"))), Began).visit == 1
        code = (
            "import sys, pathlib; from kiosk.ops.control_client import ask;"
            "from kiosk.ops.control_messages import End; print(ask(pathlib.Path(sys.argv[1]), End()).ok)"
        )
        asked = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)

        assert asked.stdout.strip() == "True"
        assert [type(request) for request in served.asked] == [Begin, End]
        assert data_of(ask(file, End()), Ended).visit is None
    with pytest.raises(NotRunning):
        ask(file, End())


def test_many_ask_at_once_and_all_are_answered(tmp_path):
    file = tmp_path / "control"
    code = (
        "import sys, pathlib; from kiosk.ops.control_client import ask;"
        "from kiosk.ops.control_messages import End; assert ask(pathlib.Path(sys.argv[1]), End()).ok"
    )
    with serving(file) as served:
        asking = [subprocess.Popen([sys.executable, "-c", code, str(file)]) for _ in range(4)]
        assert [process.wait(PATIENCE) for process in asking] == [0] * 4
        assert len(served.asked) == 4


def test_nobody_else_can_make_a_second_pipe_of_the_name(tmp_path):
    file = tmp_path / "control"
    with serving(file) as served, pytest.raises(OSError):  # noqa: PT011 - which one is for Windows to say
        PipeListener(served.address)


def test_a_peer_that_says_nothing_is_cut_off_and_the_next_one_is_answered(tmp_path):
    file = tmp_path / "control"
    with serving(file) as served:
        access = _winapi.GENERIC_READ | _winapi.GENERIC_WRITE
        silent = _winapi.CreateFile(served.address, access, 0, _winapi.NULL, _winapi.OPEN_EXISTING, 0, _winapi.NULL)
        began = time.monotonic()
        assert ask(file, End()).ok
        assert time.monotonic() - began < 5
        _winapi.CloseHandle(silent)
