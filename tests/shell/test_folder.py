"""Folders that a power cut left behind are deleted, and nothing else is."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from kiosk.shell import folder
from kiosk.shell.folder import PREFIX, delete_visit_folder, make_visit_folder, sweep_stale

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_BEING_MADE", -1.0)


def test_only_this_account_can_enter_a_visit_folder(tmp_path: Path):
    made, lock = make_visit_folder(tmp_path)
    os.close(lock)

    assert made.parent == tmp_path
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_held_stays_and_one_that_is_not_goes(tmp_path: Path):
    held, lock = make_visit_folder(tmp_path)
    left, unlocked = make_visit_folder(tmp_path)
    (left / "deep" / "er").mkdir(parents=True)
    (left / "deep" / "er" / "file").write_text("canary")
    os.close(unlocked)

    assert sweep_stale(tmp_path) == 1
    assert held.exists()
    assert not left.exists()

    os.close(lock)
    assert sweep_stale(tmp_path) == 1


def test_a_lock_that_was_handed_down_holds(tmp_path: Path):
    """The keeper's descriptor is the supervisor's, inherited."""
    made, lock = make_visit_folder(tmp_path)
    inherited = os.dup(lock)
    os.close(lock)

    assert sweep_stale(tmp_path) == 0
    os.close(inherited)
    assert sweep_stale(tmp_path) == 1
    assert not made.exists()


def test_a_folder_that_is_just_being_made_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder, "_BEING_MADE", 30.0)
    made, lock = make_visit_folder(tmp_path)
    os.close(lock)

    assert sweep_stale(tmp_path) == 0
    assert made.exists()


def test_links_and_files_and_other_names_are_left_alone(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep")
    (tmp_path / f"{PREFIX}link").symlink_to(precious, target_is_directory=True)
    (tmp_path / f"{PREFIX}file").write_text("keep")
    (tmp_path / "enable3-kiosk").mkdir()
    before = sorted(tmp_path.iterdir())

    assert sweep_stale(tmp_path) == 0
    assert sorted(tmp_path.iterdir()) == before
    assert (precious / "file").read_text() == "keep"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another account's folder")
def test_another_accounts_folder_is_left_alone(tmp_path: Path):
    other = tmp_path / f"{PREFIX}other"
    other.mkdir()
    os.chown(other, 65534, 65534)

    assert sweep_stale(tmp_path) == 0


def test_links_inside_are_removed_and_not_followed(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep")
    made, lock = make_visit_folder(tmp_path)
    (made / "link").symlink_to(precious, target_is_directory=True)
    os.close(lock)

    assert delete_visit_folder(made)
    assert (precious / "file").read_text() == "keep"


def test_folders_in_folders_are_deleted_however_deep(tmp_path: Path):
    """A page can make them where the engine keeps its files as real ones; Python's own recursion ends at 1000."""
    made, lock = make_visit_folder(tmp_path)
    inner = os.open(made, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=inner)
        below = os.open("d", os.O_RDONLY, dir_fd=inner)
        os.close(os.open("canary", os.O_WRONLY | os.O_CREAT, dir_fd=below))
        os.close(inner)
        inner = below
    os.close(inner)
    os.close(lock)

    assert sweep_stale(tmp_path) == 1
    assert not made.exists()


def test_folders_without_rights_are_deleted(tmp_path: Path):
    made, lock = make_visit_folder(tmp_path)
    (made / "closed" / "in" / "it").mkdir(parents=True)
    (made / "closed" / "in" / "file").touch(0)
    (made / "closed" / "in").chmod(0)
    (made / "closed").chmod(0o500)
    made.chmod(0o500)
    os.close(lock)

    assert delete_visit_folder(made)


def test_what_is_no_file_is_deleted_and_not_waited_for(tmp_path: Path):
    made, lock = make_visit_folder(tmp_path)
    os.mkfifo(made / "pipe")
    (made / "dangling").symlink_to("/not/there")
    (made / "up").symlink_to("..")
    os.link(made / "up", made / "hard", follow_symlinks=False)
    os.close(lock)

    assert delete_visit_folder(made)
    assert tmp_path.exists()


def test_a_link_in_the_place_of_a_visit_folder_is_not_followed(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep")
    made, lock = make_visit_folder(tmp_path)
    os.close(lock)
    made.rmdir()
    made.symlink_to(precious, target_is_directory=True)

    assert not delete_visit_folder(made)
    assert (precious / "file").read_text() == "keep"


def test_no_visit_folder_is_made_or_swept_where_others_could_replace_it(tmp_path: Path):
    made, lock = make_visit_folder(tmp_path)
    os.close(lock)
    tmp_path.chmod(0o777)
    try:
        with pytest.raises(PermissionError, match="other accounts"):
            make_visit_folder(tmp_path)
        assert sweep_stale(tmp_path) == 0
        tmp_path.chmod(0o1777)
        assert sweep_stale(tmp_path) == 1
    finally:
        tmp_path.chmod(0o700)
    assert not made.exists()


def test_what_cannot_be_deleted_does_not_raise(tmp_path: Path):
    began = time.monotonic()

    assert delete_visit_folder(tmp_path / "never-there")
    assert time.monotonic() - began < 1
