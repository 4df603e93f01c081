"""What PyInstaller put into a bundle, read from the bundle itself: its files, and the modules inside the executable."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Final

from tree import BuildError

OURS: Final = ("THIRD-PARTY-NOTICES.txt", "sbom.cdx.json", "licences")
"""What the build writes about the bundle into it."""

_EXECUTABLES: Final = ("kiosk", "kiosk.exe", "kioskw.exe", "Contents/MacOS/kiosk")
_INNER: Final = ("_internal", "Contents/Frameworks", "Contents/Resources", "Contents/MacOS", "Contents")
"""Where a bundle keeps what it collected: everywhere, and in a .app of macOS."""

_PYZ: Final = "z"
_NAMESPACE: Final = 3  # PYZ_ITEM_NSPKG: a folder, and nobody's


@dataclass(frozen=True, slots=True)
class Collected:
    """A bundle's contents. `modules` are in the executables; `files` lie below `folder`, links left out, sorted."""

    folder: Path
    executables: tuple[PurePosixPath, ...]
    modules: frozenset[str]
    files: tuple[PurePosixPath, ...]

    def inner(self, file: PurePosixPath) -> PurePosixPath:
        """Return where `file` lies as the frozen program sees it: without `_internal`."""
        for folder in _INNER:
            if file.is_relative_to(folder):
                return file.relative_to(folder)
        return file


def read(bundle: Path) -> Collected:
    """Return what is in `bundle`. Raises BuildError if there is no bundle, or it cannot be read."""
    executables = tuple(PurePosixPath(name) for name in _EXECUTABLES if (bundle / name).is_file())
    if not executables:
        raise BuildError(f"{bundle} is no bundle: it has none of {', '.join(_EXECUTABLES)}")
    modules = frozenset[str]().union(*(_modules(bundle / one) for one in executables))
    return Collected(bundle, executables, modules, tuple(_files(bundle)))


def _files(bundle: Path) -> list[PurePosixPath]:
    found = []
    for folder, _, names in os.walk(bundle):
        paths = (Path(folder, name) for name in names)
        found += [PurePosixPath(path.relative_to(bundle).as_posix()) for path in paths if not path.is_symlink()]
    return sorted(found)


def _modules(executable: Path) -> frozenset[str]:
    try:
        readers = import_module("PyInstaller.archive.readers")
    except ImportError:
        raise BuildError(
            "reading a bundle needs PyInstaller: run this with the Python of the build's environment"
        ) from None
    try:
        archive = readers.CArchiveReader(str(executable))
        found: set[str] = set()
        for name in [name for name, entry in archive.toc.items() if entry[-1] == _PYZ]:
            toc = archive.open_embedded_archive(name).toc
            found |= {module for module, entry in toc.items() if entry[0] != _NAMESPACE}
    except (readers.ArchiveReadError, readers.NotAnArchiveError, OSError) as error:
        raise BuildError(f"{executable} cannot be read as PyInstaller's: {error}") from None
    return frozenset(found)
