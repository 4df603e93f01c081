"""One kiosk an account: whoever holds the lock has the screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from kiosk.errors import AlreadyRunning
from kiosk.private import make_private_folder, open_private

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def take_the_screen(lock: Path) -> int:
    """Lock the file at `lock` until this process ends, however it ends; return the descriptor that holds it.

    The descriptor is not inherited by children. Raises AlreadyRunning if another process has the lock, and OSError if
    the file cannot be made, or others could have put it there.
    """
    make_private_folder(lock.parent)
    descriptor = open_private(lock, os.O_RDWR | os.O_CREAT)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise AlreadyRunning(
            "another kiosk of this account is running",
            hint="one account has one screen: `kiosk status` says what is on it",
        ) from None
    return descriptor
