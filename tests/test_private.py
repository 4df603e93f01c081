"""Files and folders that are not this account's alone are refused, by whoever opens them."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from kiosk.private import NotPrivate, is_shared_safely, make_private_folder, open_private, open_trusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")

as_root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives things away")
STRANGER = 65534


def _link(path: Path) -> None:
    (path.parent / "precious").write_text("precious")
    path.symlink_to(path.parent / "precious")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "not-there")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _others_write(path: Path) -> None:
    path.touch()
    path.chmod(0o622)


PLANTED = [_link, _dangling, _pipe, _socket, _others_write, os.mkdir]


@pytest.mark.parametrize("plant", PLANTED)
def test_what_is_no_file_of_ours_is_refused_at_once_and_left_as_it_is(tmp_path: Path, plant: Callable[[Path], None]):
    path = tmp_path / "file"
    plant(path)
    before = sorted(item.name for item in tmp_path.iterdir())

    for flags in (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_RDWR | os.O_CREAT | os.O_APPEND):
        with pytest.raises(OSError):  # noqa: PT011 - which one is for the system to say
            open_private(path, flags)
    assert sorted(item.name for item in tmp_path.iterdir()) == before
    if plant is _link:
        assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("plant", [plant for plant in PLANTED if plant is not _link])
def test_what_is_no_file_of_ours_is_not_trusted_either(tmp_path: Path, plant: Callable[[Path], None]):
    plant(tmp_path / "file")

    with pytest.raises(OSError):  # noqa: PT011 - which one is for the system to say
        open_trusted(tmp_path / "file")


def test_a_link_of_our_own_to_a_file_of_our_own_is_trusted(tmp_path: Path):
    _link(tmp_path / "file")

    with os.fdopen(open_trusted(tmp_path / "file")) as file:
        assert file.read() == "precious"


@as_root
def test_another_accounts_file_is_refused(tmp_path: Path):
    path = tmp_path / "file"
    path.touch(0o644)
    os.chown(path, STRANGER, -1)

    for opened in (lambda: open_private(path, os.O_RDONLY), lambda: open_trusted(path)):
        with pytest.raises(NotPrivate):
            opened()


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o702])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)

    with pytest.raises(NotPrivate):
        make_private_folder(folder)


def test_a_link_to_a_folder_is_refused(tmp_path: Path):
    (tmp_path / "folder").symlink_to(tmp_path)

    with pytest.raises(NotPrivate):
        make_private_folder(tmp_path / "folder")


@as_root
def test_another_accounts_folder_is_refused(tmp_path: Path):
    (tmp_path / "folder").mkdir(0o755)
    os.chown(tmp_path / "folder", STRANGER, -1)

    with pytest.raises(NotPrivate):
        make_private_folder(tmp_path / "folder")


def test_a_new_folder_is_for_this_account_alone(tmp_path: Path):
    make_private_folder(tmp_path / "a" / "folder")
    make_private_folder(tmp_path / "a" / "folder")

    assert (tmp_path / "a" / "folder").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("mode", "safe"), [(0o700, True), (0o755, True), (0o1777, True), (0o777, False), (0o770, False)]
)
def test_a_shared_folder_is_safe_if_others_cannot_replace_what_is_in_it(tmp_path: Path, mode: int, *, safe: bool):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)

    assert is_shared_safely(folder) is safe


@as_root
def test_a_shared_folder_of_another_account_is_not_safe(tmp_path: Path):
    os.chown(tmp_path, STRANGER, -1)
    try:
        assert not is_shared_safely(tmp_path)
    finally:
        os.chown(tmp_path, 0, -1)
