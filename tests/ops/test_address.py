"""The file that says where a running kiosk takes requests."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from kiosk.ops.address import new_name, read_address, remove_address, write_address

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def test_names_have_128_bits_and_are_not_repeated():
    names = {new_name() for _ in range(100)}

    assert len(names) == 100
    assert {len(bytes.fromhex(name)) for name in names} == {16}


def test_an_address_is_read_as_it_was_written(tmp_path):
    address = os.fsdecode(b"/run/\xff\xfe odd\nname")
    write_address(tmp_path / "control", "/an/older/one")
    write_address(tmp_path / "control", address)

    assert read_address(tmp_path / "control") == address
    assert stat.S_IMODE((tmp_path / "control").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("control*")] == ["control"]


def test_what_a_killed_writer_left_is_in_nobodys_way(tmp_path):
    (tmp_path / "control.new").write_text("half")
    write_address(tmp_path / "control", "whole")

    assert read_address(tmp_path / "control") == "whole"


def test_no_file_is_no_address(tmp_path):
    assert read_address(tmp_path / "control") is None
    remove_address(tmp_path / "control")


@pytest.mark.parametrize("kind", ["empty", "zeros", "folder", "link", "pipe", "writable by a group", "writable by all"])
def test_what_others_may_have_put_there_is_not_believed(tmp_path, kind):
    file = tmp_path / "control"
    if kind == "folder":
        file.mkdir()
    elif kind == "link":
        write_address(tmp_path / "other", "address")
        file.symlink_to(tmp_path / "other")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "zeros":  # as a file is after a power cut
        write_address(file, "/run\0\0")
    elif kind == "empty":
        file.touch(mode=0o600)
    else:
        write_address(file, "address")
        file.chmod(0o620 if kind == "writable by a group" else 0o602)

    assert read_address(file) is None


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a file away")
def test_another_accounts_file_is_not_believed(tmp_path):
    write_address(tmp_path / "control", "address")
    os.chown(tmp_path / "control", 65534, -1)

    assert read_address(tmp_path / "control") is None
