"""The files that come with the program: pages, locales, icons."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def assets_folder() -> Path:
    """Return the folder of the assets: in the package once installed or frozen, beside it in a source tree."""
    bundled = getattr(sys, "_MEIPASS", None)
    package = Path(bundled, "kiosk") if bundled else Path(__file__).parent
    inside = package / "_assets"
    return inside if inside.is_dir() else package.parent / "assets"


def read_asset(name: str) -> str:
    """Return the text of an asset, for instance `pages/attract.html`. Raises OSError."""
    return (assets_folder() / name).read_text(encoding="utf-8")
