"""How often a wrong PIN was typed, and when the next one may be: counted on the disk, so that no restart forgets it.

    right, or fewer than five wrong  no delay
    5, 6, 7, 8, 9 or more wrong      30 s, 1 min, 5 min, 15 min, 1 h

A try is counted before the PIN is compared: whoever cuts the power in between has used it up.

The delay runs on a clock that nobody can set, as long as this process lives. After a restart all there is is the time
of day at the last try: if that lies ahead, the clock was set back, and the whole delay begins anew. So no setting of
the clock locks the operator out for longer than the delay itself, which is one hour at the most.
"""

from __future__ import annotations

import time
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.store.database import open_database, translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

FREE_TRIES = 5
"""Wrong PINs in a row before the first delay. The issue's number."""

DELAYS = (30.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds after the fifth wrong PIN, the sixth, and so on; the last one stays.

Our own numbers: 10,000 PINs of four digits take half of them 208 days, and an operator who slips waits half a minute.
"""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pin_tries (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    failures INTEGER NOT NULL CHECK (failures > 0),
    counted_at REAL NOT NULL  -- seconds since the epoch
) STRICT
"""


def delay_after(failures: int) -> float:
    """Return the seconds to wait after so many wrong PINs in a row."""
    return 0.0 if failures < FREE_TRIES else DELAYS[min(failures - FREE_TRIES, len(DELAYS) - 1)]


class PinTries:
    """The tries of one account. Every method opens the file anew, so it may be called in any thread or process.

    Every method raises StoreError if the file cannot be read or written.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        """Use the file at `path`. `clock` is the time of day, in seconds since the epoch; `steady` is never set."""
        self._path = path
        self._clock = clock
        self._steady = steady
        self._turn = Lock()
        self._row: tuple[int, float] | None = None
        self._until = 0.0

    def count(self) -> float:
        """Count a try that is about to be made, and return 0; or count nothing, and return the seconds to wait."""
        with self._turn, translated(self._path), closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            failures = self._look(database)
            wait = self._left()
            if not wait:
                self._write(database, failures + 1)
            database.execute("COMMIT")
            return wait

    def wait(self) -> float:
        """Return the seconds until the next try may be made."""
        with self._turn, translated(self._path), closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            self._look(database)
            database.execute("COMMIT")
            return self._left()

    def reset(self) -> None:
        """Forget all wrong PINs: the right one was typed, or a new one was set."""
        with self._turn, translated(self._path), closing(self._open()) as database:
            database.execute("DELETE FROM pin_tries")

    def _open(self) -> sqlite3.Connection:
        return open_database(self._path, schema=_SCHEMA)

    def _look(self, database: sqlite3.Connection) -> int:
        """Return the wrong PINs so far. Afterwards `_left` is right."""
        row = database.execute("SELECT failures, counted_at FROM pin_tries").fetchone()
        if row is None:
            self._row, self._until = None, 0.0
            return 0
        failures, counted_at = row
        if row != self._row:  # not counted here: by another process, or before a restart
            elapsed = self._clock() - counted_at
            if elapsed < 0:
                self._write(database, failures)
            else:
                self._row, self._until = row, self._steady() + delay_after(failures) - elapsed
        return int(failures)

    def _left(self) -> float:
        return max(0.0, self._until - self._steady())

    def _write(self, database: sqlite3.Connection, failures: int) -> None:
        """Keep `failures`, the last of them now."""
        now = self._clock()
        database.execute("INSERT OR REPLACE INTO pin_tries VALUES (1, ?, ?)", (failures, now))
        self._row, self._until = (failures, now), self._steady() + delay_after(failures)
