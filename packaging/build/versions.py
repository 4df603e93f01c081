"""Which version of a part is in a bundle, asked of the part itself where it can say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

import owners
import pe
import qt
from owners import Kind
from tree import ROOT, BuildError

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

    from collected import Collected
    from distributions import Site

_PYVENV: Final = re.compile(r"^version(?:_info)? *= *(\d+\.\d+\.\d+)", re.MULTILINE)
_VENDORED: Final = r"of {} (\d+(?:\.\d+)+)"
"""How assets/vendor/*/README.md says which version a file is from."""
_NUMBERED: Final = re.compile(r"-(\d+)\.dll$", re.IGNORECASE)
_PYTHON_DLL: Final = re.compile(r"python3\d+\.dll", re.IGNORECASE)
_MICRO: Final = 1000  # python311.dll of 3.11.9 says 3.11.9150: micro, level and serial in one number


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of what is in `bundle`, made with what is in `site`."""

    bundle: Collected
    site: Site

    def of(self, kind: Kind, name: str, files: list[PurePosixPath]) -> str:
        """Return the version of a part, given its files in the bundle. Raises BuildError if nothing tells it."""
        paths = [self.bundle.folder / file for file in files]
        if kind is Kind.DISTRIBUTION:
            return self.site.version(name)
        if kind is Kind.NPM:
            return _vendored(name)
        if name == owners.PYTHON:
            return self._python(paths)
        if name == owners.BOOTLOADER:
            return self._pyinstaller()
        if name in {qt.QT, qt.WEBENGINE, qt.CHROMIUM}:
            return self._qt(name)
        return _of_libraries(name, paths)

    def chromium(self) -> tuple[str, str]:
        """Return the Chromium that Qt WebEngine is made from, and the one whose fixes it has. Raises BuildError."""
        return qt.chromium_versions(self._library("libQt6WebEngineCore"))

    def _qt(self, name: str) -> str:
        if name == qt.CHROMIUM:
            return self.chromium()[0]
        return qt.qt_version(self._library("libQt6Core"))  # all of a Qt have one version

    def _library(self, name: str) -> Path:
        found = [file for file in self.bundle.files if file.name.startswith(f"{name}.")]
        if len(found) != 1:
            raise BuildError(f"{self.bundle.folder} has {len(found)} {name}, where one was expected")
        return self.bundle.folder / found[0]

    def _pyinstaller(self) -> str:
        if "pyinstaller" in self.site.found:
            return self.site.version("pyinstaller")
        try:
            return version("pyinstaller")
        except PackageNotFoundError:
            raise BuildError("nobody knows which PyInstaller made the bundle: run this with its Python") from None

    def _python(self, paths: list[Path]) -> str:
        if dll := next((path for path in paths if _PYTHON_DLL.fullmatch(path.name)), None):
            major, minor, rest, _ = pe.file_version(dll)
            return f"{major}.{minor}.{rest // _MICRO}"
        for folder in self.site.folder.parents:
            if (config := folder / "pyvenv.cfg").is_file() and (said := _PYVENV.search(config.read_text("utf-8"))):
                return said[1]
        raise BuildError(f"{self.site.folder} is in no virtual environment, so it does not tell which Python it is of")


def _vendored(name: str) -> str:
    readme = ROOT / "assets" / "vendor" / name / "README.md"
    if said := re.search(_VENDORED.format(re.escape(name)), readme.read_text(encoding="utf-8")):
        return said[1]
    raise BuildError(f"{readme} does not say which version of {name} it is")


def _of_libraries(name: str, paths: list[Path]) -> str:
    """Return the newest version that the libraries of a part have in their properties, or in their names."""
    said = {_of_library(path) for path in paths if owners.is_library(path)}
    if not said:
        raise BuildError(f"{name} has no library, so nothing tells which version it is")
    return max(said, key=lambda one: [int(number) for number in one.split(".")])


def _of_library(path: Path) -> str:
    if path.suffix.lower() != ".dll":
        return qt.soname_version(path.name)
    try:
        *first, last = pe.file_version(path)
    except BuildError:
        if numbered := _NUMBERED.search(path.name):  # libffi-8.dll says it there alone
            return numbered[1]
        raise
    return ".".join(str(number) for number in (*first, *([last] if last else [])))
