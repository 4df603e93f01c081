#!/usr/bin/env python3
"""The icons of every system, made from assets/icon.svg alone: the same bytes from the same librsvg.

    python packaging/build/icons.py FOLDER

makes in it hicolor/ (the tree that goes to /usr/share/icons), kiosk.ico and kiosk.icns.
"""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path
from typing import Final

from tree import ROOT, BuildError, run

SOURCE: Final = ROOT / "assets" / "icon.svg"
NAME: Final = "com.enable3.kiosk"
"""What the desktop entry calls the icon."""

HICOLOR: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO: Final = (16, 20, 24, 32, 40, 48, 64, 256)
"""What Windows asks for at 100, 125, 150 and 200 per cent, and Explorer's largest."""

ICNS: Final = {"ic11": 32, "ic12": 64, "ic07": 128, "ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512, "ic10": 1024}
"""The types that hold a PNG, and its width: 16@2x, 32@2x, 128, 128@2x, 256, 256@2x, 512, 512@2x. The two small ones
without @2x are left out: as PNG, old Finders draw noise; macOS scales 16@2x instead."""


def make(out: Path) -> None:
    """Make all icons in the folder `out`, which is made if need be. Raises BuildError."""
    out.mkdir(parents=True, exist_ok=True)
    drawn = out / "drawn"
    drawn.mkdir(exist_ok=True)
    pngs = {width: draw(width, drawn / f"{width}.png") for width in sorted({*HICOLOR, *ICO, *ICNS.values()})}
    for width in HICOLOR:
        _place(pngs[width], out / "hicolor" / f"{width}x{width}" / "apps" / f"{NAME}.png")
    _place(SOURCE, out / "hicolor" / "scalable" / "apps" / f"{NAME}.svg")
    make_ico([pngs[width] for width in ICO], out / "kiosk.ico")
    (out / "kiosk.icns").write_bytes(icns({kind: pngs[width].read_bytes() for kind, width in ICNS.items()}))
    shutil.rmtree(drawn)


def draw(width: int, png: Path) -> Path:
    """Draw the icon, `width` pixels wide and high, into the file `png`. Raises BuildError."""
    size = str(width)
    command: list[str | Path] = ["rsvg-convert", "--width", size, "--height", size, "--output", png, SOURCE]
    run(command, what=f"drawing the icon {width} pixels wide")
    return png


def make_ico(pngs: list[Path], ico: Path) -> None:
    """Put `pngs` into one .ico: bitmaps, which every reader of icons knows, but for the largest, which stays a PNG."""
    *small, large = pngs
    command: list[str | Path] = ["icotool", "--create", "--output", ico, *small, f"--raw={large}"]
    run(command, what=f"making {ico.name}")


def icns(pngs: dict[str, bytes]) -> bytes:
    """Return an .icns: a header, then each picture with its type and length, all lengths with their own 8 bytes."""
    entries = b"".join(struct.pack(">4sI", kind.encode("ascii"), 8 + len(png)) + png for kind, png in pngs.items())
    return struct.pack(">4sI", b"icns", 8 + len(entries)) + entries


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main(arguments: list[str]) -> int:
    """Return 0 when the icons are made."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        make(Path(arguments[0]))
    except BuildError as error:
        print(f"icons: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
