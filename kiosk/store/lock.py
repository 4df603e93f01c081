"""A lock between processes: a file that one of them at a time holds, until it lets go or ends."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiosk.errors import StoreError
from kiosk.private import open_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PATIENCE = 20.0
"""Seconds. The longest that a holder takes is a check of the whole file: 0.5 s measured with 100,000 events."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05  # seconds between two tries


@contextmanager
def locked(path: Path, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock at `path` in the block, which waits for it for so many seconds.

    Raises StoreError if another process keeps it, and OSError if the file cannot be made, or is not ours alone.
    """
    descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    try:
        _wait_for(descriptor, patience)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, patience: float) -> None:
    deadline, pause = time.monotonic() + patience, _FIRST_PAUSE
    while not _take(descriptor):
        if time.monotonic() > deadline:
            raise StoreError("another process keeps the kiosk's files to itself", hint="end it, or start again")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # PermissionError: Windows' way to say so
        return False
    except OSError as error:
        if error.errno:
            raise
        return False  # wine's way: that it failed, and no more
    return True
