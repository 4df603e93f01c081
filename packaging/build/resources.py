"""What an executable carries besides code, for the systems that want it inside: build.spec's `--resources`.

The icons are drawn by Linux' tools, so a Windows machine or a Mac is given the folder that icons.py made elsewhere.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import icons
import versioninfo
from tree import BuildError, remove, version

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS: Final = ("kiosk", "kioskw")
"""Windows' programs, with a console and without one: build.spec."""

_ICON: Final = {"windows": "kiosk.ico", "macos": "kiosk.icns"}


def make(flavour: str, folder: Path, *, drawn: Path | None) -> list[str | Path]:
    """Fill `folder` with what `flavour` carries; return the words that tell build.spec, none for Linux.

    `drawn`: icons that were made before, elsewhere. Raises BuildError if they are not there, or cannot be drawn here.
    """
    if flavour not in _ICON:
        return []
    remove(folder)
    folder.mkdir(parents=True)
    if drawn is None:
        icons.make(folder)
    else:
        _take(drawn / _ICON[flavour], folder)
    if flavour == "windows":
        for name in PROGRAMS:
            text = versioninfo.text(version(), file_name=f"{name}.exe")
            (folder / f"{name}.version.txt").write_text(text, encoding="utf-8")
    return ["--resources", folder]


def _take(icon: Path, folder: Path) -> None:
    if not icon.is_file():
        raise BuildError(f"--icons: there is no {icon}: `python packaging/build/icons.py DIR` makes it, on Linux")
    shutil.copyfile(icon, folder / icon.name)
