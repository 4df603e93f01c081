"""The keeper: the small process between the supervisor and the engine that leaves nothing behind.

The process that the supervisor starts forks before anything large is imported. The parent stays as the keeper, the
child becomes the engine host. The keeper waits until the host ends, until the supervisor is gone (the lifeline, a pipe
whose other end only the supervisor holds, ends; that happens after kill -9, too) or until it is told to end. Then it
kills every process below it until there is none, deletes the visit folder and ends with the host's status.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

from kiosk.shell.leftovers import stat_of

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36

_CHANGED_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def split(*, folder: Path, lifeline: int, lock: int) -> None:
    """Fork: return in the child, which is to become the host; the parent keeps it and never returns.

    `lifeline` and `lock` are descriptors that the supervisor handed down; the child closes both. POSIX alone.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    keeper = os.getpid()
    # Blocked until the keeper waits for them, so that none is lost in between.
    signal.pthread_sigmask(signal.SIG_BLOCK, _CHANGED_SIGNALS)
    host = os.fork()
    if host == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHANGED_SIGNALS)
        os.close(lifeline)
        os.close(lock)
        _end_with(keeper)
        return
    # The host alone speaks to the supervisor: its end must be the end of these pipes.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    status = 1
    try:
        status = _keep(host, lifeline)
        _delete(folder)
    finally:
        os._exit(status)


def _keep(host: int, lifeline: int) -> int:
    """Wait for one of the three reasons to end, end everything, and return the status of the host."""
    wakeup, alarm = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if sys.platform == "linux" else _pipe()
    signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)
    told: list[int] = []
    for number in _CHANGED_SIGNALS:
        signal.signal(number, lambda number, _frame: told.append(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHANGED_SIGNALS)
    status: int | None = None
    while status is None:
        ready, _, _ = select.select([lifeline, wakeup], [], [])
        with suppress(BlockingIOError):
            os.read(wakeup, 512)
        if lifeline in ready or any(number != signal.SIGCHLD for number in told):
            break
        status = _reap(host)
    return _end_all(host, status)


def _end_all(host: int, status: int | None) -> int:
    """Kill until there is no descendant. As their subreaper, the keeper gets every orphan to wait for."""
    while True:
        for pid in _descendants():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if sys.platform != "linux":  # not run so far: no subreaper there, but all are in the keeper's process group
            _kill_group()
        try:
            ended, raw = os.waitpid(-1, 0)
        except ChildProcessError:
            return 128 + signal.SIGKILL if status is None else status
        if ended == host:
            status = _exit_status(raw)


def _reap(host: int) -> int | None:
    """Collect whatever ended, and return the host's status if it is among it."""
    with suppress(ChildProcessError):
        while True:
            ended, raw = os.waitpid(-1, os.WNOHANG)
            if ended == host:
                return _exit_status(raw)
            if ended == 0:
                return None
    return None


def _exit_status(raw: int) -> int:
    code = os.waitstatus_to_exitcode(raw)
    return code if code >= 0 else 128 - code  # as a shell says it


def _descendants() -> list[int]:
    """Return the processes below this one, the deepest last. Linux alone; elsewhere none."""
    parents: dict[int, int] = {}
    with suppress(FileNotFoundError):
        for name in os.listdir("/proc"):  # noqa: PTH208 - strings are all that is needed
            if name.isdigit():
                parents[int(name)] = stat_of(name)[1]
    found = [os.getpid()]
    for pid in found:  # grows while it is read
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found[1:]


def _delete(folder: Path) -> None:
    from kiosk.shell.folder import delete_visit_folder  # noqa: PLC0415 - shutil is imported while nobody waits

    delete_visit_folder(folder)


def _end_with(keeper: int) -> None:
    """Have the kernel kill this process when the keeper ends."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:  # it ended before that
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _kill_group() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(0, signal.SIGTERM)


def _pipe() -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    return ends
