"""The outbox's two files: opened when they are needed, repaired when they are broken, used by one at a time."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from kiosk.private import make_private_folder
from kiosk.store.changes import bring_together, snapshot
from kiosk.store.database import is_damaged, is_full, is_passing, open_database, translated
from kiosk.store.journal import Journal
from kiosk.store.lock import locked
from kiosk.store.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    T = TypeVar("T")

log = logging.getLogger(__name__)

_JOURNAL_BYTES = 1_048_576
"""From this size, the journal is written anew as soon as it is twice what is left."""


class OutboxFiles:
    """The database at `path`, and the journal beside it."""

    def __init__(self, path: Path) -> None:
        self.journal = Journal(path.with_name(path.name + ".journal"))
        self._path = path
        self._journal_limit = _JOURNAL_BYTES
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` alone among all threads and processes; once more if the database was broken or the disk full.

        Raises StoreError, and what `work` raises.
        """
        with self._lock, translated(self._path):
            make_private_folder(self._path.parent)
            with locked(self._path.with_name(self._path.name + ".use")):
                try:
                    return work(self._connect())
                except (sqlite3.Error, OSError) as error:
                    if not self._helps_against(error):
                        raise
                return work(self._connect())

    def _helps_against(self, error: sqlite3.Error | OSError) -> bool:
        """Do what can be done; return whether it is worth another try."""
        if isinstance(error, sqlite3.Error) and not is_passing(error):
            self._close()  # this call, or the next one, looks at the file anew
            return is_damaged(error)
        if self._database is None or not is_full(error):
            return False
        with suppress(sqlite3.Error):  # the log beside the database may be larger than what is in it
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return True

    def close(self) -> None:
        """Close the files. The next call opens them again."""
        with self._lock:
            self._close()

    def take_back(self, before: int) -> None:
        """In `run`: cut the journal to the length that it had `before` an append that came to nothing."""
        try:
            self.journal.cut(before)
        except OSError:
            self._close()  # opened again, it takes the item from the journal: sent although refused, and never lost

    def tidy(self, database: sqlite3.Connection) -> None:
        """In `run`: write the journal anew if nothing is left of it, or little of much: it holds visitors' ids."""
        size = self.journal.size()
        left = database.execute("SELECT 1 FROM item WHERE state != 'done' LIMIT 1").fetchone()
        if size and (left is None or size > self._journal_limit):
            self._rewrite(database)

    def _connect(self) -> sqlite3.Connection:
        if self._database is not None and self._opened != _identity(self._path):
            self._close()  # another process found it broken and put a new one in its place
        if self._database is None:
            database = open_database(self._path, schema=SCHEMA)
            try:
                whole = bring_together(database, self.journal)
            except BaseException:
                database.close()
                raise
            self._database, self._opened = database, _identity(self._path)
            self._journal_limit = max(_JOURNAL_BYTES, 2 * self.journal.size())
            if not whole:
                log.warning("lines of the outbox's journal are damaged; it is written anew from the database")
                self._rewrite(database)
        return self._database

    def _close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with suppress(sqlite3.Error):
                database.close()

    def _rewrite(self, database: sqlite3.Connection) -> None:
        try:
            self.journal.replace(snapshot(database))
        except OSError as error:  # a full disk, or Windows while another process reads it: the old one is still right
            log.warning("the outbox's journal cannot be written anew: %s", error.strerror)
        else:
            database.execute("DELETE FROM item WHERE state = 'done'")
        self._journal_limit = max(_JOURNAL_BYTES, 2 * self.journal.size())


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
