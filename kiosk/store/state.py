"""The signed codes that were used: none is accepted twice, whatever the power and the clock do.

A code is written down before it is accepted, so a kiosk that dies in between costs the visitor a new code and never
gives a second visit. Codes are kept as hashes: their ids are the operator's, and may say something about a visitor.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SCHEMA = """
    CREATE TABLE used_codes (code BLOB PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
    CREATE INDEX used_codes_end ON used_codes (expires_at);
    CREATE TABLE forgotten (one INTEGER PRIMARY KEY CHECK (one = 1), expires_at REAL NOT NULL)
"""

_KEPT = 86_400.0
"""Seconds after its end that a code is remembered. More than a clock is corrected by in ordinary life."""

_MARGIN = 60.0
"""Seconds. More than the clocks of who signs and of this terminal may differ."""

_ASIDE = re.compile(r"\.corrupt-([0-9]{1,15})$", re.ASCII)


class UsedCodes:
    """Remembers codes by their `jti` until nobody could use them any more. All of it blocks; threads may share it."""

    def __init__(self, path: Path, *, life: float, clock: Callable[[], float]) -> None:
        """Keep the codes in the database `path`, a file of their own, which is made when it is needed.

        `life` is the longest that a code may live, in seconds; `clock` tells the time since the epoch.
        """
        self._path = path
        self._life = life + _MARGIN
        self._clock = clock

    def use(self, jti: str, expires_at: float) -> bool:
        """Return whether the code is used for the first time, which is on the disk by then.

        The database is opened for every code: they are seconds apart, and a file that was damaged, deleted or put
        aside since the last one is met as it is now. Raises StoreError; then the code must not be accepted.
        """
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")  # from here on, no other process reads what it may then write
            if self._is_used(database, jti, expires_at):
                return False
            database.execute("INSERT INTO used_codes VALUES (?, ?)", (_hash(jti), expires_at))
            self._forget(database)
            database.execute("COMMIT")
        return True

    def is_used(self, jti: str, expires_at: float) -> bool:
        """Return whether `use` would say no. Raises StoreError."""
        with self._open() as database:
            return self._is_used(database, jti, expires_at)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        from kiosk.store.database import open_database, translated  # noqa: PLC0415 - SQLite, with the first code

        with translated(self._path), closing(open_database(self._path, schema=_SCHEMA)) as database:
            yield database

    def _is_used(self, database: sqlite3.Connection, jti: str, expires_at: float) -> bool:
        """Also true of a code that may have been forgotten: one that ends no later than others that were."""
        (forgotten,) = database.execute("SELECT max(expires_at) FROM forgotten").fetchone()
        if expires_at <= max(forgotten or 0.0, self._lost_until()):
            return True
        found = database.execute("SELECT 1 FROM used_codes WHERE code = ?", (_hash(jti),))
        return found.fetchone() is not None

    def _lost_until(self) -> float:
        """Return the latest end of a code that a damaged file may have had, or 0.

        What was read of it is in the new file, but nobody knows what was not. A time that is far ahead is of a clock
        that was wrong, and must not close the terminal until then.
        """
        now = self._clock()
        names = (file.name for file in self._path.parent.glob(f"{self._path.name}.corrupt-*"))
        times = [(int(match[1]) + 1) / 1000 for match in map(_ASIDE.search, names) if match]
        return max((moment + self._life for moment in times if moment <= now + self._life), default=0.0)

    def _forget(self, database: sqlite3.Connection) -> None:
        """Delete codes that ended long ago, and remember up to which end.

        If the clock was ahead and is set back, a deleted code would be good again: the remembered end refuses it.
        It is that of a code and not of the clock, so a clock that was a year ahead does not refuse a year's codes.
        """
        long_ago = self._clock() - _KEPT
        (end,) = database.execute("SELECT max(expires_at) FROM used_codes WHERE expires_at < ?", (long_ago,)).fetchone()
        if end is None:
            return
        database.execute("DELETE FROM used_codes WHERE expires_at <= ?", (end,))
        keep = "ON CONFLICT (one) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)"
        database.execute(f"INSERT INTO forgotten VALUES (1, ?) {keep}", (end,))  # noqa: S608 - our own text  # nosec B608 # our own text


def _hash(jti: str) -> bytes:
    return hashlib.sha256(jti.encode()).digest()
