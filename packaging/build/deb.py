#!/usr/bin/env python3
"""Makes the Debian package of a bundle: what is in it says deb_contents, what dpkg reads of it deb_control.

    python packaging/build/deb.py FLAVOUR BUNDLE OUT

FLAVOUR is linux-webkitgtk or linux-qt, BUNDLE the folder that bundle.py made (kiosk, _internal/). Two builds of one
commit are the same, byte for byte.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import deb_contents
import deb_control
import deb_depends
from tree import BuildError, source_date_epoch, version


def build(flavour: str, bundle: Path, *, out: Path) -> Path:
    """Make `out`/NAME_VERSION_amd64.deb of the bundle and return its path. Raises BuildError."""
    package = deb_control.PACKAGES.get(flavour)
    if package is None:
        raise BuildError(f"{flavour}: no package is made of it, but of {', '.join(deb_control.PACKAGES)}")
    if not (bundle / "kiosk").is_file() or not (bundle / "_internal").is_dir():
        raise BuildError(f"{bundle}: is no bundle; make one by packaging/build/bundle.py {flavour}")
    out.mkdir(parents=True, exist_ok=True)
    deb = out / f"{package.name}_{version()}_amd64.deb"
    epoch = source_date_epoch()
    with tempfile.TemporaryDirectory(prefix="deb-") as work:
        root = Path(work, "root")
        deb_contents.lay_out(package, bundle.resolve(), root, epoch=epoch)
        program = root / deb_contents.PROGRAM
        (root / "DEBIAN").mkdir()  # by which dpkg-shlibdeps knows where the package's own folders begin
        deb_control.write(package, root, deb_depends.needed(program))
        deb_control.settle(root, epoch=epoch)
        deb_control.pack(root, deb, epoch=epoch)
    return deb


def main(arguments: list[str]) -> int:
    """Return 0 when the package is made; its path is printed."""
    if len(arguments) != 3:  # noqa: PLR2004 - those of the docstring
        print(__doc__, file=sys.stderr)
        return 2
    flavour, bundle, out = arguments
    try:
        print(build(flavour, Path(bundle), out=Path(out)))
    except BuildError as error:
        print(f"deb: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
