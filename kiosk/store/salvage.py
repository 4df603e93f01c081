"""Reads what is left in a broken database."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def salvage(broken: Path, whole: sqlite3.Connection) -> int:
    """Copy the rows that can be read in the file `broken` to the same tables of `whole`; return how many that were.

    What is unreadable, or breaks a rule of the table, is left out.
    """
    saved = 0
    tables = [name for (name,) in whole.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    with suppress(sqlite3.Error), closing(sqlite3.connect(broken, isolation_level=None)) as source:
        source.execute("PRAGMA writable_schema = ON")  # read on where the schema is damaged
        source.text_factory = _text
        for table in tables:
            if not table.startswith("sqlite_"):
                saved += _copy(source, whole, table)
    return saved


def _copy(source: sqlite3.Connection, whole: sqlite3.Connection, table: str) -> int:
    columns = [row[1] for row in whole.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" for _ in columns)
    # Names come from our own schema.
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    saved = 0
    whole.execute("BEGIN IMMEDIATE")
    try:
        for row in _rows(source, f"SELECT {', '.join(columns)} FROM {table}"):  # noqa: S608 - as above  # nosec B608 # our own text
            with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):
                saved += whole.execute(insert, row).rowcount
    finally:
        whole.execute("COMMIT")
    return saved


def _rows(source: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    """Read from both ends up to the unreadable place. The index could lead around it, but may be damaged as well."""
    for order in ("NOT INDEXED ORDER BY rowid", "NOT INDEXED ORDER BY rowid DESC"):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            yield from source.execute(f"{query} {order}")


def _text(data: bytes) -> str:
    return data.decode()
