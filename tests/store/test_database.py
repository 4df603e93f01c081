"""A database that opens, whatever became of its file."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from kiosk.errors import StoreError
from kiosk.store.database import open_database
from kiosk.store.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = """
    CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE other (name TEXT PRIMARY KEY);
"""
ROWS = 500

WRITER = """
import sys
from pathlib import Path
from kiosk.store.database import open_database

open_database(Path(sys.argv[2]), schema=sys.argv[1]).execute("INSERT INTO other VALUES (?)", sys.argv[3:])
"""

GREEDY = """
import sys
from pathlib import Path
from kiosk.errors import StoreError
from kiosk.store.database import open_database, translated

path = Path(sys.argv[2])
try:
    database = open_database(path, schema=sys.argv[1])
    with translated(path):
        for n in range(200):
            database.execute("INSERT INTO other VALUES (?)", [str(n) * 100])
except StoreError as error:
    print(error, "|", error.hint)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "some.db"


def fill(path: Path) -> None:
    with closing(open_database(path, schema=SCHEMA)) as database:
        database.executemany("INSERT INTO thing VALUES (?, ?)", [(n, f"text {n} " * 5) for n in range(ROWS)])


def rows(path: Path) -> int:
    with closing(open_database(path, schema=SCHEMA)) as database:
        count: int = database.execute("SELECT count(*) FROM thing").fetchone()[0]
        return count


def test_what_was_written_is_there_again(path: Path):
    fill(path)

    assert rows(path) == ROWS
    assert not list(path.parent.glob("*.corrupt-*"))


def test_a_commit_is_on_the_disk_when_it_returns(path: Path):
    with closing(open_database(path, schema=SCHEMA)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)
        assert database.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_only_this_account_can_read_it(path: Path):
    with closing(open_database(path, schema=SCHEMA)) as database:
        database.execute("INSERT INTO other VALUES ('a')")
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def zero(data: bytes, _: Random) -> bytes:
    return bytes(len(data))


def empty(_: bytes, __: Random) -> bytes:
    return b""


def truncate(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def garbage(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + random.randbytes(random.randrange(1, 6000)) + data[start:][6000:]


def header(data: bytes, random: Random) -> bytes:
    at = random.randrange(100)
    return data[:at] + random.randbytes(4) + data[at + 4 :]


@pytest.mark.parametrize("damage", [zero, empty, truncate, garbage, header])
@pytest.mark.parametrize("seed", range(5))
def test_a_broken_file_is_put_aside_and_the_next_one_works(
    path: Path, damage: Callable[[bytes, Random], bytes], seed: int
):
    fill(path)
    path.write_bytes(damage(path.read_bytes(), Random(seed)))  # noqa: S311 - not a secret

    left = rows(path)
    with closing(open_database(path, schema=SCHEMA)) as database:
        database.execute("INSERT INTO thing VALUES (100000, 'new')")

    assert rows(path) == left + 1


def test_what_can_be_read_of_a_broken_file_is_saved_and_said(path: Path, caplog: pytest.LogCaptureFixture):
    fill(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = os.urandom(4096)
    path.write_bytes(data)

    with caplog.at_level(logging.ERROR):
        left = rows(path)

    assert ROWS * 0.8 < left < ROWS + 1
    (aside,) = path.parent.glob("some.db.corrupt-*")
    assert aside.read_bytes() == data
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    assert aside.name in caplog.text
    assert "check this machine's disk" in caplog.text


def test_no_more_than_three_broken_files_are_kept(path: Path):
    for _ in range(5):
        fill(path) if not path.exists() else None
        path.write_bytes(b"no database at all" * 500)
        rows(path)

    assert len(list(path.parent.glob("some.db.corrupt-*"))) == 3


@pytest.mark.parametrize("change", ["PRAGMA user_version = 9", "ALTER TABLE thing ADD COLUMN more TEXT"])
def test_a_file_of_another_version_is_put_aside_and_its_rows_are_taken(path: Path, change: str):
    fill(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(change)

    assert rows(path) == ROWS


def test_two_that_find_it_broken_at_once_save_it_once(path: Path):
    fill(path)
    path.write_bytes(b"no database at all" * 500)
    children = [subprocess.Popen([sys.executable, "-c", WRITER, SCHEMA, str(path), str(n)]) for n in range(4)]

    assert [child.wait(30) for child in children] == [0] * 4
    with closing(open_database(path, schema=SCHEMA)) as database:
        assert database.execute("SELECT count(*) FROM other").fetchone() == (4,)
    assert len(list(path.parent.glob("some.db.corrupt-*"))) == 1


def limited_to(size: int) -> Callable[[], None]:
    """Return what a child runs to be refused to write files beyond `size` bytes."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [0, 100, 4096, 30_000])
def test_a_full_disk_is_said(path: Path, size: int):
    command = [sys.executable, "-c", GREEDY, SCHEMA, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=limited_to(size))

    assert result.stdout.startswith("some.db")
    assert "disk" in result.stdout


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    folder = tmp_path / "file"
    folder.write_text("")

    with pytest.raises(StoreError) as caught:
        open_database(folder / "some.db", schema=SCHEMA)

    assert str(folder) in caught.value.hint
    assert caught.value.exit_status == 21


def test_who_keeps_the_lock_for_too_long_is_not_waited_for(tmp_path: Path):
    with (
        locked(tmp_path / "lock"),
        pytest.raises(StoreError, match="another process"),
        locked(tmp_path / "lock", patience=0.02),
    ):
        pass
    with locked(tmp_path / "lock", patience=0.0):
        pass


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_said(path: Path):
    fill(path)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError, match=r"it may not be written|Permission denied"):
            open_database(path, schema=SCHEMA)
        assert not list(path.parent.glob("*.corrupt-*"))
    finally:
        path.parent.chmod(0o700)
