"""Folders and files that only this account can write: made so, and refused if they are anything else.

Whoever could put a link, a pipe or a folder of their own where the kiosk writes would choose what it writes to, or keep
it waiting. So no link is followed in the last part of a path, nothing is waited for, and what was opened is looked at
by its descriptor, not once more by its name. On Windows the folder says all this: one that we make gets rights of its
own, which all in it has too, and one that is there must belong to this account, or to an administrator.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    from kiosk import windows_rights

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_ROOT = 0


class NotPrivate(PermissionError):
    """What is at a path is a link, no file or folder, another account's, or one that others may write to."""


def make_private_folder(folder: Path) -> None:
    """Make `folder` (0700) if it is not there, with those above it.

    Raises OSError: NotPrivate if it is a link, another account's, or one that others may write to.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        make_new_folder(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or not _is_of(found, _own()) or not _is_own_on_windows(folder, found):
        raise _refused(folder)


def make_new_folder(folder: Path) -> None:
    """Make `folder` for this account alone. Raises OSError: FileExistsError if something is there."""
    if sys.platform == "win32":
        windows_rights.make_own_folder(folder)
    else:
        folder.mkdir(mode=0o700)


def open_private(path: Path, flags: int) -> int:
    """Return a descriptor of the file at `path`, which is made (0600) with O_CREAT. `flags` as for os.open.

    Raises OSError: NotPrivate if it is no file, another account's, or one that others may write to. A link is ELOOP.
    """
    return _checked(os.open(path, flags | _CAREFUL | _BINARY, 0o600), path, _own())


def open_trusted(path: Path) -> int:
    """Return a descriptor to read the file at `path`, which root may have put there too, by a link or not.

    Raises OSError: NotPrivate if it is no file, a third account's, or one that others may write to.
    """
    flags = os.O_RDONLY | (_CAREFUL & ~getattr(os, "O_NOFOLLOW", 0)) | _BINARY
    return _checked(os.open(path, flags), path, _own() | {_ROOT})


def is_shared_safely(folder: Path) -> bool:
    """Whether nobody else can rename or delete what this account makes in `folder`: it is closed to them, or sticky.

    Raises OSError if it is not there.
    """
    if sys.platform == "win32":
        return True
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), _ROOT}:
        return False
    return not found.st_mode & _OTHERS_WRITE or bool(found.st_mode & stat.S_ISVTX)


def _checked(descriptor: int, path: Path, owners: set[int]) -> int:
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and _is_of(found, owners):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise _refused(path)


def _is_of(found: os.stat_result, owners: set[int]) -> bool:
    return sys.platform == "win32" or (found.st_uid in owners and not found.st_mode & _OTHERS_WRITE)


def _is_own_on_windows(folder: Path, found: os.stat_result) -> bool:
    """Whether Windows says that a folder is no link and nobody else's; True elsewhere."""
    if sys.platform == "win32":
        return found.st_reparse_tag == 0 and windows_rights.is_own_folder(folder)
    return True


def _own() -> set[int]:
    return set() if sys.platform == "win32" else {os.geteuid()}


def _refused(path: Path) -> NotPrivate:
    return NotPrivate(errno.EPERM, "it is not a file or folder of this account alone", str(path))
