"""The folder of a visit: everything that a shell writes is in it, and it is deleted when the shell ends.

Whoever holds a lock on the folder itself (`flock` on its descriptor, which is handed down to the keeper) says that it
is in use. The kernel lets go of the lock when the last holder ends, however it ends, so a folder without one is
what a power cut left behind.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from kiosk.private import is_shared_safely, make_new_folder

if sys.platform != "win32":
    import fcntl

    _OWN = 0o700
    _FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

log = logging.getLogger(__name__)

PREFIX = "enable3-kiosk-visit-"

_BEING_MADE = 30.0
"""Seconds. A folder without a lock that is younger may be between `mkdtemp` and `flock` in another process."""


def make_visit_folder(base: Path) -> tuple[Path, int]:
    """Make a folder below `base` that only this account can enter; return it and the descriptor that locks it.

    The descriptor is -1 on Windows, where an open file cannot be deleted and therefore says the same. Raises OSError,
    also if other accounts could put something else in the folder's place.
    """
    if not is_shared_safely(base):
        raise PermissionError(errno.EPERM, "other accounts can replace what is in the folder for temporary files")
    if sys.platform == "win32":
        folder = Path(base, PREFIX + os.urandom(8).hex())
        make_new_folder(folder)
    else:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))  # 0700
    return folder, _lock(folder)


def sweep_stale(base: Path) -> int:
    """Delete the visit folders below `base` that nobody holds any more; return how many that were.

    Only real folders of this account with our prefix are touched: never a link, never another account's.
    """
    swept = 0
    if not is_shared_safely(base):
        log.error("nothing is swept: other accounts can replace what is in the folder for temporary files")
        return 0
    for entry in os.scandir(base):
        if entry.name.startswith(PREFIX) and _is_ours(entry) and _sweep_one(Path(entry.path)):
            swept += 1
    return swept


def delete_visit_folder(folder: Path) -> bool:
    """Delete `folder` and all below it; return whether it is gone. Links in it are removed and not followed."""
    for _ in range(3):  # a process that is just ending may still add a file
        with suppress(OSError):
            _delete_tree(folder)
        if not os.path.lexists(folder):
            return True
        time.sleep(0.05)
    return False


if sys.platform == "win32":

    def _delete_tree(folder: Path) -> None:
        import shutil  # noqa: PLC0415 - there alone

        shutil.rmtree(folder, ignore_errors=True)

else:

    def _delete_tree(folder: Path) -> None:
        """Delete all that can be deleted, without recursion: a page that can make folders can make them deep.

        Each folder below is emptied into the top one before it is deleted. All go by descriptors, and no link is
        followed. Raises OSError if something stays.
        """
        top = os.open(folder, _FOLDER)
        try:
            os.fchmod(top, _OWN)
            waiting = _unlink_files(top)
            while waiting:
                with suppress(OSError):  # what stays here makes the last line fail
                    waiting += _dissolve(top, waiting.pop())
        finally:
            os.close(top)
        folder.rmdir()

    def _dissolve(top: int, name: str) -> list[str]:
        """Delete the folder `name` in `top`; what folders were in it are in `top` then, under the names returned."""
        moved = []
        below = os.open(name, _FOLDER, dir_fd=top)
        try:
            for inner in _unlink_files(below):
                moved.append(os.urandom(8).hex())
                os.rename(inner, moved[-1], src_dir_fd=below, dst_dir_fd=top)
        finally:
            os.close(below)
        os.rmdir(name, dir_fd=top)
        return moved

    def _unlink_files(folder: int) -> list[str]:
        """Delete what is in the open `folder` but folders, and return their names. All of them may be moved."""
        folders = []
        for name in os.listdir(folder):
            with suppress(OSError):  # the next one may go
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if not stat.S_ISDIR(found.st_mode):
                    os.unlink(name, dir_fd=folder)
                    continue
                if stat.S_IMODE(found.st_mode) != _OWN:  # without these rights, it cannot be emptied or moved
                    os.chmod(name, _OWN, dir_fd=folder)
                folders.append(name)
        return folders


def _sweep_one(folder: Path) -> bool:
    try:
        lock = _lock(folder)
    except OSError:
        return False  # in use, or gone
    try:
        deleted = delete_visit_folder(folder)
    finally:
        if lock >= 0:
            os.close(lock)
    log.info("deleted a visit folder that was left behind" if deleted else "a visit folder cannot be deleted")
    return deleted


def _is_ours(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        found = entry.stat(follow_symlinks=False)
        owned = sys.platform == "win32" or found.st_uid == os.geteuid()
        return stat.S_ISDIR(found.st_mode) and owned and time.time() - found.st_ctime > _BEING_MADE
    return False


if sys.platform == "win32":

    def _lock(folder: Path) -> int:
        """Raise OSError if a file in `folder` is open: Windows does not rename such a folder."""
        folder.rename(folder)
        return -1

else:

    def _lock(folder: Path) -> int:
        descriptor = os.open(folder, _FOLDER)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor
