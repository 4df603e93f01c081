"""One commit, two folders: the same executable, byte for byte.

Of the flavour that is made fastest, from this environment's packages instead of a clean one: it takes half a minute.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import tree
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("kiosk", "assets", "packaging/build", "packaging/frozen", "packaging/locks")
FREEZE = """
import sys
from pathlib import Path
from bundle import freeze
from environment import Environment
freeze("linux-webkitgtk", Environment(Path(sys.executable)), work=Path(sys.argv[1]))
"""


def copy_of_the_tree(folder: Path) -> Path:
    """Return `folder`, with the files that an executable is made from."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.spec", folder)
    return folder


def digests(bundle: Path) -> dict[str, str]:
    """Return what everything in a bundle is: kind, mode, time and content."""
    found = {}
    for path in sorted(bundle.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[path.relative_to(bundle).as_posix()] = f"{status.st_mode:o} {status.st_mtime:.0f} {content}"
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="makes the executable of Linux")
@pytest.mark.timeout(300)  # seconds; 15 on two idle cores
def test_the_same_commit_gives_the_same_bytes_in_any_folder(tmp_path: Path):
    trees = [copy_of_the_tree(tmp_path / name) for name in ("one", "another-of-a-longer-name")]
    epoch = str(tree.source_date_epoch())
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", FREEZE, str(folder / "work")],
            cwd=folder / "packaging/build",
            env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": str(number), "PYTHONPATH": "."},
            umask=umask,
        )
        for number, (folder, umask) in enumerate(zip(trees, (0o022, 0o077), strict=True))
    ]
    assert [maker.wait() for maker in makers] == [0, 0]

    first, second = (digests(folder / "work/dist/kiosk") for folder in trees)

    assert first == second
    assert {"kiosk", "_internal/base_library.zip", "_internal/kiosk/_assets/pages/attract.html"} <= first.keys()
