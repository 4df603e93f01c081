"""The folder that is made: what it may look for on another machine, and who may read it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import bundle
import elf
import environment
import pytest
from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path

linux = pytest.mark.skipif(sys.platform != "linux", reason="about ELF files of this machine")


@linux
def test_a_program_is_told_from_a_library_and_from_text(tmp_path: Path):
    text = tmp_path / "text"
    text.write_text("#!/bin/sh\n")

    import _ctypes  # noqa: PLC0415 - any library will do that Python has as a file

    assert elf.is_program(environment._base_python())
    assert _ctypes.__file__ is not None
    assert not elf.is_program(tmp_path.__class__(_ctypes.__file__))
    assert not elf.is_program(text)


@linux
@pytest.mark.parametrize("path", ["/home/builder/lib", "$ORIGIN/../lib:/opt/python/lib"])
def test_a_library_that_looks_into_folders_of_this_machine_is_refused(path, tmp_path, monkeypatch):
    library = tmp_path / "libx.so"
    library.write_bytes(elf.MAGIC + bytes(60))
    line = f" 0x000000000000001d (RUNPATH)            Library runpath: [{path}]\n"
    monkeypatch.setattr(elf, "run", lambda *_, **__: line)

    with pytest.raises(BuildError, match=r"libx\.so looks for libraries in /(home|opt).*usr/bin/python3"):
        bundle._check(library, elsewhere=())


@linux
def test_a_library_that_looks_beside_itself_is_fine(tmp_path, monkeypatch):
    library = tmp_path / "libx.so"
    library.write_bytes(elf.MAGIC + bytes(60))
    monkeypatch.setattr(elf, "run", lambda *_, **__: " 0x1d (RUNPATH)   Library runpath: [$ORIGIN/../lib:$ORIGIN]\n")

    bundle._check(library, elsewhere=("/work",))


def test_a_file_that_names_the_folder_it_was_built_in_is_refused(tmp_path):
    file = tmp_path / "module.pyc"
    file.write_bytes(b"\0/srv/build/kiosk/cli.py\0")

    with pytest.raises(BuildError, match=r"module\.pyc names /srv/build, which is of this machine alone"):
        bundle._check(file, elsewhere=("/srv/build",))


def test_everybody_may_read_it_and_it_has_the_time_of_the_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "sub").mkdir(mode=0o700)
    file = tmp_path / "sub" / "page.html"
    file.write_text("x")
    file.chmod(0o600)

    bundle.settle(tmp_path)

    assert [path.stat().st_mtime for path in (tmp_path, tmp_path / "sub", file)] == [1_700_000_000] * 3
    if sys.platform != "win32":
        assert (tmp_path / "sub").stat().st_mode & 0o777 == 0o755
        assert file.stat().st_mode & 0o777 == 0o644


def test_an_environment_is_made_once_and_again_when_a_lock_changes(tmp_path):
    lock, folder, times = tmp_path / "lock.txt", tmp_path / "made", []
    lock.write_text("a==1")

    def build() -> None:
        assert not folder.exists()
        folder.mkdir()
        times.append(lock.read_text())

    for text in ("a==1", "a==1", "a==2", "a==2"):
        lock.write_text(text)
        environment._once(folder, [lock], build)

    assert times == ["a==1", "a==2"]


def test_an_environment_that_failed_half_way_is_made_again(tmp_path):
    lock, folder = tmp_path / "lock.txt", tmp_path / "made"
    lock.write_text("a==1")

    def fail() -> None:
        folder.mkdir()
        raise BuildError("the registry is away")

    with pytest.raises(BuildError):
        environment._once(folder, [lock], fail)
    environment._once(folder, [lock], lambda: os.mkdir(folder))  # noqa: PTH102 - as short

    assert (folder / ".made-from").exists()
