"""Whose folders and files are, by Windows' own word."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk.private import NotPrivate, make_new_folder, make_private_folder, open_private
from kiosk.private_file import replace_file
from kiosk.shell.folder import delete_visit_folder, make_visit_folder, sweep_stale

if sys.platform == "win32":
    from kiosk import windows_rights
    from kiosk.ops import windows_account
    from tests.windows.rights import rights_of


def is_private(path):
    """Whether nobody else has a right; wine keeps what POSIX modes can say, which is nothing of the administrators."""
    sid = windows_rights.own_sid()
    found = rights_of(path)
    return sid in found and found <= {sid, windows_rights.SYSTEM, windows_rights.ADMINISTRATORS}


def test_this_account_has_a_sid_that_windows_takes_back():
    sid = windows_account.own_sid()

    assert sid.startswith("S-1-5-")
    assert windows_account.descriptor_for(sid).startswith(f"O:{sid}D:P")
    assert windows_account.security_attributes(windows_account.descriptor_for(sid)).lpSecurityDescriptor


def test_a_private_folder_is_for_this_account_the_system_and_administrators_alone(tmp_path):
    folder = tmp_path / "above" / "own"
    make_private_folder(folder)

    assert not is_private(folder.parent)
    assert is_private(folder)
    make_private_folder(folder)  # and it may be there


def test_what_is_in_a_private_folder_is_as_private(tmp_path):
    """A file has the folder's rights by Windows' inheritance (OICI), which wine 8 does not have for files."""
    make_private_folder(tmp_path / "own")
    replace_file(tmp_path / "own" / "below" / "file", b"secret")

    assert is_private(tmp_path / "own" / "below")
    assert "(A;OICI;FA;;;S-1-5-1)" in windows_rights.folder_rights("S-1-5-1")
    assert (tmp_path / "own" / "below" / "file").read_bytes() == b"secret"


def test_a_folder_is_made_once(tmp_path):
    make_new_folder(tmp_path / "new")
    with pytest.raises(FileExistsError):
        make_new_folder(tmp_path / "new")


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotPrivate):
        make_private_folder(tmp_path / "file")


def test_somebody_elses_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(windows_rights, "is_own_folder", lambda _: False)
    with pytest.raises(NotPrivate):
        make_private_folder(tmp_path)


def test_a_folder_in_a_files_place_is_no_file(tmp_path):
    with pytest.raises(OSError):  # noqa: PT011 - which one is for Windows to say
        open_private(tmp_path, os.O_RDONLY)


def test_a_visits_folder_is_private_kept_while_in_use_and_swept_when_left(tmp_path):
    folder, lock = make_visit_folder(tmp_path)
    (folder / "data").mkdir()
    (folder / "data" / "open").touch()

    assert lock == -1
    assert is_private(folder)
    assert sweep_stale(tmp_path) in {0, 1}
    assert delete_visit_folder(folder)
    assert not folder.exists()


def test_a_child_that_ends_leaves_its_account_the_same():
    code = "from kiosk.windows_rights import own_sid; print(own_sid())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == windows_rights.own_sid()
