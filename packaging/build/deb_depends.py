"""What a bundle needs of the system, as Debian packages: computed from its libraries, and what these load by name."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tree import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADED_BY_NAME: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""Libraries that Qt asks for at run time or through its plugins, and their packages: needed unless the bundle has them.
Source: packaging/dev/system-packages.txt, [kiosk], which was tried on a minimal Debian 12."""

_LIBRARY = re.compile(r"\.so(\.\d+)*$")


def elf_files(folder: Path) -> list[Path]:
    """Return the programs and libraries below `folder`, in order; links are left out."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path))


def needed(folder: Path, *, qt: bool) -> list[str]:
    """Return all packages that the bundle in `folder` needs, in order. Raises BuildError."""
    linked = computed(folder)
    names = {package.split()[0] for package in linked}
    return sorted([*linked, *(package for package in by_name(folder) if qt and package not in names)])


def computed(folder: Path) -> list[str]:
    """Return what the programs and libraries below `folder` link to, as `package (>= version)`, in order.

    dpkg-shlibdeps reads it from the packages of this machine, so build on the oldest Debian that the package is for.
    A library that is neither in the folder nor on this machine is a BuildError that names it.
    """
    files = elf_files(folder)
    if not files:
        raise BuildError(f"{folder}: no program in it; is it a bundle?")
    own = sorted({path.parent for path in files if _LIBRARY.search(path.name)})
    with tempfile.TemporaryDirectory(prefix="shlibdeps-") as work:
        source = Path(work, "debian")
        source.mkdir()
        (source / "control").write_text("Source: enable3-kiosk\n\nPackage: enable3-kiosk\nArchitecture: any\n")
        # Libraries of the bundle belong to no package, which is what --ignore-missing-info is about.
        command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *(f"-l{path}" for path in own)]
        output = run([*command, *files], what="computing Depends", cwd=Path(work))
    return sorted(_depends_of(output))


def by_name(folder: Path) -> list[str]:
    """Return the packages of those LOADED_BY_NAME that the bundle in `folder` does not have."""
    there = {path.name for path in folder.rglob("*.so*")}
    return sorted(package for library, package in LOADED_BY_NAME.items() if library not in there)


def _depends_of(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if line.startswith("shlibs:Depends="):
            yield from line.removeprefix("shlibs:Depends=").split(", ")
            return
    raise BuildError(f"computing Depends: dpkg-shlibdeps says nothing\n{output[-500:]}")


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
