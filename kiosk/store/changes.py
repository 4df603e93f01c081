"""What happens to items, in the database and in the journal, and how the two are brought together.

After a crash, either may know what the other one lost: what was accepted by any of them counts, and what was done with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kiosk.store.database import transaction
from kiosk.store.journal import Journal, Line
from kiosk.store.schema import seat, seat_all

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    Key = tuple[int, str, str]

_CHANGES = {
    "done": """
        UPDATE item SET state = 'done', body = '', head = 0
        WHERE number = :number AND kind = :kind AND id = :id AND state != 'done'
    """,
    "dead": """
        UPDATE item SET state = 'dead', head = 0, attempts = attempts + 1, reason = :reason
        WHERE number = :number AND kind = :kind AND id = :id AND state = 'pending'
    """,
    "retry": """
        UPDATE item SET state = 'pending', attempts = 0, next_try = 0, reason = '', accepted = :accepted
        WHERE number = :number AND kind = :kind AND id = :id AND state = 'dead'
    """,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of item `number`: a journal's line before it knows the item's id."""

    op: Literal["done", "dead", "retry"]
    number: int
    reason: str = ""
    accepted: float = 0.0


def lines_of(database: sqlite3.Connection, changes: Iterable[Change]) -> list[Line]:
    """Return the journal's lines for `changes`, without those of items that are gone.

    A line names id and number: a crash in the middle of an append can leave a number in the journal that is used again.
    """
    lines = []
    for change in changes:
        found = database.execute("SELECT kind, id FROM item WHERE number = ?", (change.number,)).fetchone()
        if found is not None:
            kind, id_ = found
            lines.append(
                Line(
                    op=change.op,
                    number=change.number,
                    kind=kind,
                    id=id_,
                    reason=change.reason,
                    accepted=change.accepted,
                )
            )
    return lines


def apply(database: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Do in the database what `lines`, none of which is an `add`, say."""
    for line in lines:
        _do(database, line)
        for (lane,) in database.execute("SELECT lane FROM item WHERE number = ?", (line.number,)).fetchall():
            seat(database, lane)


def bring_together(database: sqlite3.Connection, journal: Journal) -> bool:
    """Give the database what it lost; return whether the journal is whole, and so need not be written anew."""
    last, whole, latest = _survey(journal)
    with transaction(database):
        for line in journal.read():
            if line is not None and line.op == "add" and latest.get(_key(line), line).op != "done":
                _add(database, line)
        for line in latest.values():
            _do(database, line)
        # A number that the journal has used is not given out again.
        database.execute("DELETE FROM sqlite_sequence WHERE name = 'item' AND seq < ?", (last,))
        database.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'item', ?"
            " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'item')",
            (last,),
        )
        seat_all(database)
    return whole


def snapshot(database: sqlite3.Connection) -> Iterator[Line]:
    """Return the lines of a journal that says what the database holds."""
    query = (
        "SELECT number, kind, id, lane, body, accepted, state, reason FROM item WHERE state != 'done' ORDER BY number"
    )
    for number, kind, id_, lane, body, accepted, state, reason in database.execute(query):
        yield Line(op="add", number=number, kind=kind, id=id_, lane=lane, body=body, accepted=accepted)
        if state == "dead":
            yield Line(op="dead", number=number, kind=kind, id=id_, reason=reason)


def _survey(journal: Journal) -> tuple[int, bool, dict[Key, Line]]:
    """Return the highest number in the journal, whether every line is whole, and the last change of each item."""
    last, whole = 0, True
    latest: dict[Key, Line] = {}
    for line in journal.read():
        if line is None:
            whole = False
            continue
        last = max(last, line.number)
        if line.op != "add":
            latest[_key(line)] = line
    return last, whole, latest


def _key(line: Line) -> Key:
    return line.number, line.kind, line.id


def _add(database: sqlite3.Connection, line: Line) -> None:
    columns, values = "kind, id, lane, body, accepted", (line.kind, line.id, line.lane, line.body, line.accepted)
    insert = f"INSERT OR IGNORE INTO item (number, {columns}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own columns
    if not database.execute(insert, (line.number, *values)).rowcount:  # it is there, or another one has its number
        again = f"INSERT OR IGNORE INTO item ({columns}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our own columns
        database.execute(again, values)


def _do(database: sqlite3.Connection, line: Line) -> None:
    values = {"number": line.number, "kind": line.kind, "id": line.id, "reason": line.reason, "accepted": line.accepted}
    database.execute(_CHANGES[line.op], values)
