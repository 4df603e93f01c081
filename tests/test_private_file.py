"""Small files are replaced in one step."""

from __future__ import annotations

import stat
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from kiosk.private_file import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_made_with_its_folder_and_replaced(tmp_path: Path):
    path = tmp_path / "a" / "b" / "file"
    for data in (b"one", b"", b"two"):
        replace_file(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_it_is_this_accounts_alone_whatever_it_was(tmp_path: Path):
    path = tmp_path / "folder" / "file"
    replace_file(path, b"one")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    replace_file(path, b"two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_fails_leaves_the_old_one_and_nothing_beside_it(tmp_path: Path):
    path = tmp_path / "folder" / "file"
    path.mkdir(parents=True)
    (path / "kept").touch()
    with pytest.raises((IsADirectoryError, PermissionError)):
        replace_file(path, b"new")
    assert list(path.parent.iterdir()) == [path]
    assert (path / "kept").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there a file that somebody reads cannot be replaced")
def test_who_reads_meanwhile_finds_a_whole_one(tmp_path: Path):
    path, done = tmp_path / "file", Event()
    texts = [bytes([letter]) * 100_000 for letter in b"ab"]
    replace_file(path, texts[0])
    found: set[bytes] = set()

    def read() -> None:
        while not done.is_set():
            found.add(path.read_bytes())

    reader = Thread(target=read)
    reader.start()
    for number in range(50):
        replace_file(path, texts[number % 2])
    done.set()
    reader.join()
    assert found <= set(texts)
