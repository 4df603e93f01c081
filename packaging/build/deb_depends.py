"""What a bundle needs of the system, as Debian packages: computed from its programs and libraries."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from elf import MAGIC
from tree import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TRIPLET: Final = "x86_64-linux-gnu"
"""The folder of Debian's libraries for the one machine that packages are made for."""

_LIBRARY: Final = re.compile(r"\.so(\.\d+)*$")
_NEEDED: Final = re.compile(r"\(NEEDED\).*\[(?P<name>[^\]]+)\]")
_OWNER: Final = re.compile(r"^(?P<package>[a-z0-9][a-z0-9+.-]+)(?::amd64)?: /")


def needed(folder: Path) -> list[str]:
    """Return the packages that the bundle in `folder` needs, as `package (>= version)`, in order. Raises BuildError.

    Versions come from the packages of this machine, so build on the oldest Debian that the package is for.
    """
    files = elf_files(folder)
    if not files:
        raise BuildError(f"{folder}: no program in it; is it a bundle?")
    computed = _computed(files)
    names = {package.split()[0] for package in computed}
    return sorted([*computed, *(package for package in _owners(_foreign(files)) if package not in names)])


def elf_files(folder: Path) -> list[Path]:
    """Return the programs and libraries below `folder`, in order; links are left out."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path))


def _computed(files: list[Path]) -> list[str]:
    """Ask dpkg-shlibdeps. A library that is neither in the bundle nor on this machine is a BuildError that names it."""
    own = sorted({path.parent for path in files if _LIBRARY.search(path.name)})
    with tempfile.TemporaryDirectory(prefix="shlibdeps-") as work:
        source = Path(work, "debian")
        source.mkdir()
        (source / "control").write_text("Source: enable3-kiosk\n\nPackage: enable3-kiosk\nArchitecture: any\n")
        # Libraries of the bundle belong to no package, which is what --ignore-missing-info is about.
        command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *(f"-l{path}" for path in own)]
        output = run([*command, *files], what="computing Depends", cwd=Path(work))
    return list(_depends_of(output))


def _depends_of(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if line.startswith("shlibs:Depends="):
            yield from line.removeprefix("shlibs:Depends=").split(", ")
            return
    raise BuildError(f"computing Depends: dpkg-shlibdeps says nothing\n{output[-500:]}")


def _foreign(files: list[Path]) -> list[str]:
    """Return the libraries that `files` link to and that are not among them.

    dpkg-shlibdeps leaves out one that nothing is called of, such as Qt's libEGL; the linker wants it all the same.
    """
    output = run(["readelf", "--dynamic", "--wide", *files], what="reading what the bundle links to")
    return sorted({match["name"] for match in _NEEDED.finditer(output)} - {path.name for path in files})


def _owners(libraries: Iterable[str]) -> list[str]:
    """Return the packages that `libraries` are in, in order. Raises BuildError that names one that is in none."""
    patterns = [f"*/{TRIPLET}/{name}" for name in libraries]
    if not patterns:
        return []
    output = run(["dpkg-query", "--search", *patterns], what="whose the linked libraries are", env={"LC_ALL": "C"})
    return sorted({match["package"] for line in output.splitlines() if (match := _OWNER.match(line))})


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
