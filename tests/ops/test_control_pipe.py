"""Windows' side of the control channel, against a fake of the system's interface: its loops and deadlines, run here."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk import loop, ops
from kiosk.errors import NotRunning
from kiosk.ops.control_messages import MAX_LINE
from tests.ops.fake_pipes import OURS, THEIRS, Winapi
from tests.ops.served import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is the real one")


@pytest.fixture
def windows():
    return Winapi()


@pytest.fixture
def pipe(windows, monkeypatch):
    """The module as Windows has it."""
    monkeypatch.setattr(ops, "windows_account", windows, raising=False)
    monkeypatch.setitem(sys.modules, "_winapi", windows)
    spec = importlib.util.spec_from_file_location(
        "control_pipe_on_windows", str(Path(ops.__file__).with_name("control_pipe.py"))
    )
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as there:
        there.setattr(sys, "platform", "win32")
        spec.loader.exec_module(module)
    module._PEER_LIMIT = 0.3
    module._SLICE = 0.02
    return module


@contextmanager
def listening(pipe, answer=None):
    """Serve until the block ends; yield the pipe's name."""

    async def echo(line):
        return b"reply to " + line

    address = pipe.PipeListener.new_address(None, None)
    up, running, over = threading.Event(), [], asyncio.Event()

    async def serve():
        listener = pipe.PipeListener(address)
        listener.start(answer or echo)
        running.append(asyncio.get_running_loop())
        up.set()
        await over.wait()
        await listener.close()

    thread = threading.Thread(target=lambda: loop.run(serve()), daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    yield address
    running[0].call_soon_threadsafe(over.set)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def ask(pipe, address, line=b"line\n", *, seconds=PATIENCE):
    return pipe.exchange(address, line, time.monotonic() + seconds)


def test_the_pipe_is_made_for_this_account_alone_and_once(pipe, windows):
    with listening(pipe) as address:
        assert ask(pipe, address) == b"reply to line\n"
        with pytest.raises(OSError, match="Windows"):
            pipe.PipeListener(address)

    mode, kind, instances, *_, attributes = windows.made_with[0]
    assert mode & windows.FILE_FLAG_FIRST_PIPE_INSTANCE
    assert kind == 0x8  # PIPE_REJECT_REMOTE_CLIENTS
    assert instances == 1
    assert attributes
    assert windows.sddl == f"for {OURS}"


def test_one_after_the_other_is_answered(pipe):
    with listening(pipe) as address, ThreadPoolExecutor(6) as pool:
        lines = [b"%d\n" % number for number in range(12)]
        assert list(pool.map(lambda line: ask(pipe, address, line), lines)) == [b"reply to " + line for line in lines]


def test_without_a_kiosk_it_is_said_at_once(pipe):
    with pytest.raises(NotRunning):
        ask(pipe, pipe.new_address())
    with pytest.raises(NotRunning):
        ask(pipe, "\\\\server\\pipe\\elsewhere")


def test_no_visitor_is_told_to_another_accounts_pipe(pipe, windows):
    windows.owner = THEIRS
    heard = []

    async def answer(line):
        heard.append(line)
        return b"\n"

    with listening(pipe, answer) as address, pytest.raises(NotRunning, match="somebody else"):
        ask(pipe, address)
    assert heard == []


def test_one_who_stalls_is_cut_off(pipe, windows):
    with listening(pipe) as address:
        stalled = windows.CreateFile(address)
        windows.sockets[stalled].sendall(b"half a")
        assert ask(pipe, address) == b"reply to line\n"
        windows.CloseHandle(stalled)


def test_a_line_without_an_end_is_handed_on_as_it_is(pipe, windows):
    lengths = []

    async def answer(line):
        lengths.append(len(line))
        return b"too long\n"

    with listening(pipe, answer) as address:
        assert ask(pipe, address, b"x" * (MAX_LINE + 100)) == b"too long\n"
    assert lengths == [MAX_LINE + 1]


def test_a_kiosk_that_does_not_answer_is_given_up_on(pipe):
    release = threading.Event()

    async def answer(_line):
        await asyncio.get_running_loop().run_in_executor(None, release.wait, PATIENCE)
        return b"\n"

    with listening(pipe, answer) as address:
        with pytest.raises(TimeoutError):
            ask(pipe, address, seconds=0.1)
        with pytest.raises(TimeoutError):  # it is busy with the one before
            ask(pipe, address, seconds=0.1)
        release.set()


def test_it_ends_while_it_waits(pipe):
    began = time.monotonic()
    with listening(pipe):
        pass
    assert time.monotonic() - began < PATIENCE / 2
