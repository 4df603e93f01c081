"""What is left of a shell whose keeper was killed: the processes of its session."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

_DEADLINE = 2.0
"""Seconds until what was killed must have vanished."""


def end_session(session: int) -> bool:
    """Kill every process of `session` (the keeper's process id) and return whether they are gone.

    The number cannot have been given to others: it stays taken while one process of the session lives.
    """
    until = time.monotonic() + _DEADLINE
    while members := session_members(session):
        for pid in members:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def session_members(session: int) -> list[int]:
    """Return the living processes of `session`, zombies left out. Linux alone; elsewhere none."""
    if sys.platform != "linux":
        return []
    names = os.listdir("/proc")  # noqa: PTH208 - strings are all that is needed
    return [int(name) for name in names if name.isdigit() and _session(name) == session]


def stat_of(pid: str) -> tuple[bytes, int, int]:
    """Return the state, the parent and the session of a process, all empty if it is gone. Linux alone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123 - many of them, and pathlib is slow
            # The name, in parentheses, may hold anything; the rest follows its last parenthesis (proc(5)).
            state, parent, _group, session = stat.read().rpartition(b")")[2].split()[:4]
    except (OSError, ValueError):
        return b"", 0, 0
    return state, int(parent), int(session)


def _session(pid: str) -> int:
    state, _, session = stat_of(pid)
    return 0 if state == b"Z" else session
