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


def test_what_cannot_be_deleted_does_not_raise(tmp_path: Path):
    began = time.monotonic()

    assert delete_visit_folder(tmp_path / "never-there")
    assert time.monotonic() - began < 1
