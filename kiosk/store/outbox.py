"""The outbox: what was accepted stays until Enable3 has it, whatever happens to this machine.

It is a database to work with, and a journal (`journal`) that everything goes into first. `append` returns when both are
on the disk. Opened again, the two are brought together: what one of them lost, the other one has.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kiosk.core.secret import Secret
from kiosk.errors import OutboxFull
from kiosk.store.changes import Change, apply, lines_of
from kiosk.store.database import transaction
from kiosk.store.files import OutboxFiles
from kiosk.store.item import Item, OutboxStatus, Stored
from kiosk.store.journal import Line
from kiosk.store.schema import seat

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from kiosk.store.item import State

log = logging.getLogger(__name__)

FULL_SOON = 0.8
"""The share of the limit from which it is said that the outbox gets full."""

_DAY = 86_400.0
_CLOCK_SET = 1_767_225_600.0
"""2026-01-01. A machine without a battery starts in 1970: what it accepted then has no age that could be told."""

_STORED = "number, kind, id, lane, body, state, accepted, attempts, next_try, reason"


class Outbox:
    """The outbox at `path`, for any number of processes and threads at once. Everything blocks; nothing is opened yet.

    Every method raises StoreError if the disk is full, broken or not to be written; then nothing has changed.
    """

    def __init__(
        self, path: Path, *, limit: int = 100_000, days: float = 30, clock: Callable[[], float] = time.time
    ) -> None:
        """Hold `limit` items at most, dead letters included, each for `days`. `clock`: seconds since the epoch."""
        self._files = OutboxFiles(path)
        self._limit = limit
        self._days = days
        self._clock = clock
        self._warned = False
        self._uncounted = 0

    @property
    def limit(self) -> int:
        """The most items that it holds."""
        return self._limit

    def close(self) -> None:
        """Close the files. The next call opens them again."""
        self._files.close()

    # ── what is accepted ────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, item: Item) -> None:
        """Accept `item`: it is on the disk when this returns. What is in it already, under the same id, stays.

        Raises OutboxFull, and StoreError; then it is not accepted.
        """
        self._files.run(lambda database: self._append(database, item))

    def _append(self, database: sqlite3.Connection, item: Item) -> None:
        before: int | None = None
        try:
            with transaction(database):
                if not self._is_there(database, item):
                    self._make_room(database)
                    line = self._insert(database, item)
                    before = self._files.journal.append([line], durable=True)
        except BaseException:
            if before is not None:
                self._files.take_back(before)
            raise

    def _is_there(self, database: sqlite3.Connection, item: Item) -> bool:
        key = (item.kind, item.id)
        database.execute("DELETE FROM item WHERE kind = ? AND id = ? AND state = 'done'", key)
        return database.execute("SELECT 1 FROM item WHERE kind = ? AND id = ?", key).fetchone() is not None

    def _make_room(self, database: sqlite3.Connection) -> None:
        self._uncounted -= 1
        if self._uncounted > 0:
            return
        held = database.execute("SELECT count(*) FROM item WHERE state != 'done'").fetchone()[0]
        if held >= self._limit:
            raise OutboxFull(f"the outbox is full: it holds {held} events")
        warn_from = self._limit * FULL_SOON
        soon = held + 1 >= warn_from
        if soon and not self._warned:
            log.warning("the outbox holds %d of at most %d events; `kiosk outbox list` shows them", held, self._limit)
        self._warned = soon
        # Counting 100,000 takes 2 ms, so it is not done for each when there is room; half, for others append as well.
        self._uncounted = int((self._limit if soon else warn_from) - held) // 2

    def _insert(self, database: sqlite3.Connection, item: Item) -> Line:
        accepted = self._clock()
        lane, body = item.lane.reveal(), item.body.reveal()
        number = database.execute(
            "INSERT INTO item (kind, id, lane, body, accepted) VALUES (?, ?, ?, ?, ?)",
            (item.kind, item.id, lane, body, accepted),
        ).lastrowid
        if number is None:
            raise AssertionError("a row that was inserted has a number")
        seat(database, lane)
        return Line(op="add", number=number, kind=item.kind, id=item.id, lane=lane, body=body, accepted=accepted)

    # ── what is to be sent ──────────────────────────────────────────────────────────────────────────────────────────

    def pending(self, *, lanes: int = 32, depth: int = 8) -> list[list[Stored]]:
        """Return what can be sent now: the heads of up to `lanes` lanes, each with up to `depth` of its items in order.

        A lane whose head waits for its next try is left out. One that would wait for more than a day is not: then the
        clock was set back.
        """

        def work(database: sqlite3.Connection) -> list[list[Stored]]:
            now = self._clock()
            heads = database.execute(
                "SELECT lane FROM item WHERE head = 1 AND (next_try <= ? OR next_try > ?) ORDER BY number LIMIT ?",
                (now, now + _DAY, lanes),
            ).fetchall()
            query = f"SELECT {_STORED} FROM item WHERE lane = ? AND state = 'pending' ORDER BY number LIMIT ?"  # noqa: S608 - our own columns  # nosec B608 # our own text
            return [[_stored(row) for row in database.execute(query, (lane, depth))] for (lane,) in heads]

        return self._files.run(work)

    def next_due(self) -> float | None:
        """Return in how many seconds something can be sent, 0 or less if it can be now, None if nothing waits."""
        query = "SELECT min(next_try) FROM item WHERE head = 1"
        due: float | None = self._files.run(lambda database: database.execute(query).fetchone()[0])
        return None if due is None else min(due - self._clock(), _DAY)

    def status(self) -> OutboxStatus:
        """Return how much there is."""

        def work(database: sqlite3.Connection) -> OutboxStatus:
            query = "SELECT state, count(*), min(accepted) FROM item WHERE state != 'done' GROUP BY state"
            found = {state: (count, oldest) for state, count, oldest in database.execute(query)}
            pending, oldest = found.get("pending", (0, None))
            age = None if oldest is None else max(self._clock() - oldest, 0.0)
            return OutboxStatus(pending, found.get("dead", (0, None))[0], age)

        return self._files.run(work)

    def items(self, state: State, *, limit: int = -1) -> list[Stored]:
        """Return the items in `state`, the oldest first."""
        query = f"SELECT {_STORED} FROM item WHERE state = ? ORDER BY number LIMIT ?"  # noqa: S608 - our own columns  # nosec B608 # our own text
        return self._files.run(lambda database: [_stored(row) for row in database.execute(query, (state, limit))])

    def numbers(self, state: State) -> list[int]:
        """Return the numbers of all items in `state`, the oldest first."""
        query = "SELECT number FROM item WHERE state = ? ORDER BY number"
        return self._files.run(lambda database: [number for (number,) in database.execute(query, (state,))])

    def find(self, ids: Iterable[str]) -> list[Stored]:
        """Return the items with these ids. One id may be an event's and a revenue's."""
        query = f"SELECT {_STORED} FROM item WHERE id = ? AND state != 'done' ORDER BY number"  # noqa: S608 - our own columns  # nosec B608 # our own text
        wanted = list(ids)
        return self._files.run(
            lambda database: [_stored(row) for id_ in wanted for row in database.execute(query, (id_,))]
        )

    # ── what became of it ───────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, *, done: Iterable[int] = (), dead: Mapping[int, str] | None = None) -> None:
        """Forget the items with the numbers `done`: they were sent, or dropped. Bury `dead`: the reasons."""
        changes = [Change("done", number) for number in done]
        changes += [Change("dead", number, reason=reason) for number, reason in (dead or {}).items()]
        self._change(changes)

    def retry(self, numbers: Iterable[int]) -> None:
        """Let dead letters be sent again, as if they were accepted now; their content and place stay what they were."""
        now = self._clock()
        self._change([Change("retry", number, accepted=now) for number in numbers])

    def defer(self, waits: Mapping[int, float], *, reason: str) -> None:
        """Count a try of the items with these numbers, and leave them alone for as many seconds."""
        now = self._clock()
        rows = [(now + wait, reason, number) for number, wait in waits.items()]
        statement = (
            "UPDATE item SET attempts = attempts + 1, next_try = ?, reason = ? WHERE number = ? AND state = 'pending'"
        )
        self._files.run(lambda database: database.executemany(statement, rows).rowcount)

    def hurry(self) -> None:
        """Let everything be tried now."""
        self._files.run(lambda database: database.execute("UPDATE item SET next_try = 0 WHERE next_try > 0").rowcount)

    def expire(self) -> int:
        """Make dead letters of what has waited for too many days; return how many that were."""
        born = (_CLOCK_SET, self._clock() - self._days * _DAY)
        query = "SELECT number FROM item WHERE state = 'pending' AND accepted BETWEEN ? AND ? LIMIT 1000"
        old = self._files.run(lambda database: [number for (number,) in database.execute(query, born)])
        self.settle(dead=dict.fromkeys(old, f"not sent within {self._days:g} days"))
        return len(old)

    def _change(self, changes: Sequence[Change]) -> None:
        def work(database: sqlite3.Connection) -> None:
            lines = lines_of(database, changes)
            with suppress(OSError):  # the journal knows less then, and more is sent again after a crash: same ids
                self._files.journal.append(lines, durable=False)
            with transaction(database):
                apply(database, lines)
            self._files.tidy(database)

        if changes:
            self._files.run(work)


def _stored(row: tuple[Any, ...]) -> Stored:
    number, kind, id_, lane, body, state, accepted, attempts, next_try, reason = row
    return Stored(
        number=number,
        item=Item(kind=kind, id=id_, lane=Secret(lane), body=Secret(body)),
        state=state,
        accepted=accepted,
        attempts=attempts,
        next_try=next_try,
        reason=reason,
    )
