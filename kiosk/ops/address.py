"""Where a running kiosk takes requests: a random name, in a file that only its account reads."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 4096
"""Bytes. Longer than any path that a system takes."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Neither a link nor a pipe in the file's place is waited for. Windows has no such flags, and no such files."""


def new_name() -> str:
    """Return 128 bits that nobody guesses, as 32 hexadecimal digits."""
    return os.urandom(16).hex()


def write_address(file: Path, address: str) -> None:
    """Make `file` hold `address`, all at once. Raises OSError."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(os.fsencode(address))
    new.replace(file)


def read_address(file: Path) -> str | None:
    """Return the address that `file` holds, or None if there is none, or not one that only this account can write."""
    with suppress(OSError):
        descriptor = os.open(file, os.O_RDONLY | _NO_LINK)
        with os.fdopen(descriptor, "rb") as stream:
            if _is_ours(os.fstat(descriptor)):
                address = os.fsdecode(stream.read(_LONGEST))
                return address if address and "\0" not in address else None
    return None


def remove_address(file: Path) -> None:
    """Delete `file`, if it is there."""
    with suppress(OSError):
        file.unlink()


def _is_ours(found: os.stat_result) -> bool:
    if not stat.S_ISREG(found.st_mode):
        return False
    if sys.platform == "win32":  # the folder's rights say it: %LOCALAPPDATA% is the account's own
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
