"""Opens a database whatever a power cut, a bad disk or another version made of it.

A file that cannot be used is put aside as NAME.corrupt-<time>, never deleted at once, and what can still be read of it
goes into the new one. So a broken file stops nobody; a full disk or a folder without rights does, with a StoreError.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from kiosk.errors import StoreError
from kiosk.private import make_private_folder, open_private
from kiosk.store.disk import sync_folder
from kiosk.store.lock import locked
from kiosk.store.salvage import salvage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

VERSION = 1
"""`user_version` of our files. A file with another one is put aside like a corrupt one: it may be just that."""

_BUSY_TIMEOUT = 10_000  # milliseconds
_KEPT_ASIDE = 3  # corrupt files; they may hold visitors' ids, so not for ever

_SETTINGS = f"""
    PRAGMA busy_timeout = {_BUSY_TIMEOUT};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;  -- macOS: past the disk's own cache
    PRAGMA foreign_keys = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = ON;  -- what is deleted held visitors' ids
    PRAGMA wal_autocheckpoint = 250;  -- pages of 4 kB: the log beside the file stays near 1 MB
    PRAGMA journal_size_limit = 2097152;
"""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WHY = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free disk space"),
    sqlite3.SQLITE_IOERR: ("the disk does not work as it should", "free disk space; then check the disk"),
    sqlite3.SQLITE_READONLY: ("it may not be written", ""),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", ""),
    sqlite3.SQLITE_BUSY: ("another process keeps the file to itself", "end it, or start again"),
}


class Unusable(Exception):
    """The file is there, and it is not a whole database of ours."""


def open_database(path: Path, *, schema: str) -> sqlite3.Connection:
    """Return a connection to the database at `path`, which is made, or repaired, if need be.

    `schema`: CREATE statements. The file is for this account alone (0600, in a folder of 0700 if that is made here);
    a commit is on the disk when it returns. Statements are committed one by one, unless BEGIN IMMEDIATE comes first.
    Threads may share the connection if they take turns. Raises StoreError, as `translated` says it.
    """
    with translated(path):
        make_private_folder(path.parent)
        with locked(path.with_name(path.name + ".lock")):
            try:
                return _open(path, schema)
            except Unusable as reason:
                return _replace(path, schema, str(reason))


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether `error` says that the file is not what it was: close the connection and open it again."""
    return _primary(error) in _DAMAGED


def is_full(error: sqlite3.Error | OSError) -> bool:
    """Whether `error` says that the disk is full."""
    if isinstance(error, OSError):
        return error.errno in _NO_SPACE
    return _primary(error) == sqlite3.SQLITE_FULL


def is_passing(error: sqlite3.Error) -> bool:
    """Whether `error` says nothing against the file: the disk is full, or another process is at it."""
    return _primary(error) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY}


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do the block as a whole or, if it raises, not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # some errors have rolled it back themselves
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what the file system and SQLite have to say about `path` as StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        problem, hint = _WHY.get(_primary(error), (error.sqlite_errorname if _primary(error) else "an error", ""))
        raise StoreError(f"{path.name}: {problem}", hint=hint or f"check the folder {path.parent}") from None
    except OSError as error:
        full = is_full(error)
        problem = "the disk is full" if full else (error.strerror or type(error).__name__)
        hint = "free disk space" if full else f"let this account write to {path.parent}"
        raise StoreError(f"{path.name}: {problem}", hint=hint) from None


def _primary(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)  # the module's own errors have none
    return code & 0xFF


def _open(path: Path, schema: str) -> sqlite3.Connection:
    os.close(open_private(path, os.O_RDWR | os.O_CREAT))  # the files beside it get the same rights
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, schema)
    except sqlite3.Error as error:
        connection.close()
        # A damaged header can claim that the file is not to be written.
        if is_damaged(error) or (_primary(error) == sqlite3.SQLITE_READONLY and os.access(path.parent, os.W_OK)):
            raise Unusable(getattr(error, "sqlite_errorname", "unreadable")) from None
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, schema: str) -> None:
    connection.executescript(_SETTINGS)
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.executescript(f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version = {VERSION}; COMMIT")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise Unusable(f"version {version}, not {VERSION}")
    if _structure(connection) != _structure_of(schema):
        raise Unusable("its tables are not ours")
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise Unusable("the integrity check failed")


def _structure(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return set(connection.execute("SELECT type, name, sql FROM sqlite_master"))


def _structure_of(schema: str) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(schema)
        return _structure(model)


def _replace(path: Path, schema: str, reason: str) -> sqlite3.Connection:
    aside = _put_aside(path)
    connection = _open(path, schema)
    saved = salvage(aside, connection)
    log.error(
        "%s was unusable (%s): put aside as %s, %d rows saved; check this machine's disk, then delete that file",
        path.name,
        reason,
        aside.name,
        saved,
    )
    return connection


def _put_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.corrupt-{time.time_ns() // 1_000_000}")
    for suffix in ("-wal", "-shm", ""):  # the file last: until then a crash leaves it to be found again
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    sync_folder(path.parent)
    for old in sorted(path.parent.glob(f"{path.name}.corrupt-*[0-9]"))[:-_KEPT_ASIDE]:
        for suffix in ("", "-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
    return aside
