"""What is installed is what is in the tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

TREE = Path(__file__).parents[1]


def files_below(folder: Path) -> set[str]:
    """Return the files of the tree that a user of the program needs, by their names in the wheel."""
    found = {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    return {path.relative_to(TREE).as_posix() for path in found}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel of this tree, built in a copy of it."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("kiosk", "assets"):
        shutil.copytree(TREE / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(TREE / name, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(copy / "dist"), str(copy)], check=True)
    [built] = (copy / "dist").glob("*.whl")
    with ZipFile(built) as opened:
        return opened


def test_the_wheel_has_every_file_of_the_program(wheel):
    wanted = files_below(TREE / "kiosk") | {f"kiosk/_{name}" for name in files_below(TREE / "assets")}

    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_has_nothing_else(wheel):
    assert {name.split("/")[0] for name in wheel.namelist()} == {"kiosk", wheel.namelist()[-1].split("/")[0]}
    assert not any("__pycache__" in name or "tests" in name for name in wheel.namelist())
