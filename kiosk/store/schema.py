"""The outbox's table, and the rule that its first column stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

SCHEMA = """
    CREATE TABLE item (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('event', 'revenue')),
        id TEXT NOT NULL,
        lane TEXT NOT NULL,
        body TEXT NOT NULL,
        accepted REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead', 'done')),
        head INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try REAL NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (kind, id)
    ) STRICT;
    CREATE INDEX item_by_id ON item (id);
    CREATE INDEX item_by_lane ON item (lane, number) WHERE state = 'pending';
    CREATE INDEX item_by_state ON item (state, accepted);
    CREATE INDEX item_heads ON item (number, next_try) WHERE head = 1;
    CREATE INDEX item_head_of_lane ON item (lane) WHERE head = 1;
"""
"""`head`: 1 for the first pending item of its lane, which alone decides when the lane goes on.

An item that was sent stays as `done`, without its body, until the journal is written anew: a journal that lost the line
about it does not bring it back then.
"""


def seat(database: sqlite3.Connection, lane: str) -> None:
    """Mark the head of `lane`, after a change in it."""
    database.execute("UPDATE item SET head = 0 WHERE lane = ? AND head = 1", (lane,))
    database.execute(
        "UPDATE item SET head = 1 WHERE number = (SELECT min(number) FROM item WHERE lane = ? AND state = 'pending')",
        (lane,),
    )


def seat_all(database: sqlite3.Connection) -> None:
    """Mark the head of every lane, whatever is marked now. Writes nothing if all are right: the disk may be full."""
    heads = "(SELECT min(number) FROM item WHERE state = 'pending' GROUP BY lane)"
    database.execute(f"UPDATE item SET head = 0 WHERE head = 1 AND number NOT IN {heads}")  # noqa: S608 - our own text  # nosec B608 # our own text
    database.execute(f"UPDATE item SET head = 1 WHERE head = 0 AND number IN {heads}")  # noqa: S608 - our own text  # nosec B608 # our own text
