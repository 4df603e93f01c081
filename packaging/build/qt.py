"""Which parts of Qt and of Chromium are in PySide6's wheels: those ship them all under PySide6's own name."""

from __future__ import annotations

import mmap
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

DISTRIBUTION: Final = re.compile(r"pyside6(-.+)?|shiboken6")
QT: Final = "Qt"
WEBENGINE: Final = "Qt WebEngine"
CHROMIUM: Final = "Chromium"
"""It is inside Qt WebEngine's library, and has no file of its own."""
ICU: Final = "ICU"
FFMPEG: Final = "FFmpeg"

_PARTS: Final = (  # the first that fits
    (re.compile(r".*/libicu\w+\.so.*"), ICU),
    (re.compile(r".*/lib(av\w+|sw\w+)\.so.*"), FFMPEG),
    (re.compile(r".*(WebEngine|webengine|/Qt/resources/).*"), WEBENGINE),
    (re.compile(r"PySide6/(Qt/.+|Qt6\w+\.dll|plugins/.+)"), QT),
)
_SONAME: Final = re.compile(r"\.so\.(\d+(?:\.\d+)*)$")
_BINDING: Final = re.compile(r"PySide6/Qt\w+\.(abi3|cp3)\w*.*\.(so|pyd|pyi)")
_QT_VERSION: Final = re.compile(rb"Qt (\d+\.\d+\.\d+) \(")
_CHROMIUM_VERSION: Final = re.compile(rb"\.0\.\d{4,5}\.\d{1,3}(?![\w.])")
"""But for the first number: a pattern that begins with plain text is searched for ten times as fast."""
_CHROMIUM_MAJOR: Final = re.compile(rb"(?:^|[^\w.])(1\d\d)$")


def part(inner: PurePosixPath) -> str:
    """Return which part of Qt a file of PySide6's wheels is of, or an empty text for the binding itself."""
    path = inner.as_posix()
    if _BINDING.fullmatch(path):
        return ""
    return next((name for pattern, name in _PARTS if pattern.fullmatch(path)), "")


def qt_version(library: Path) -> str:
    """Return the version that libQt6Core says it is. Raises BuildError."""
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if found := _QT_VERSION.search(data):
            return found[1].decode("ascii")
    raise BuildError(f"{library} does not say which Qt it is")


def chromium_versions(library: Path) -> tuple[str, str]:
    """Return what libQt6WebEngineCore says it is: the Chromium it is made from, and the one whose fixes it has.

    Qt takes security fixes back from newer releases of Chromium into the one that it is made from: qWebEngineChromium-
    Version() and qWebEngineChromiumSecurityPatchVersion(). Raises BuildError for anything but one or two versions.
    """
    found = sorted(_chromiums(library), key=lambda version: [int(number) for number in version.split(".")])
    if not 1 <= len(found) <= 2:  # noqa: PLR2004 - see above
        raise BuildError(f"{library} does not say which Chromium it has: {', '.join(found) or 'no version'}")
    return found[0], found[-1]


def soname_version(library: str) -> str:
    """Return the version at the end of a library's name: 73 for libicudata.so.73. Raises BuildError."""
    if match := _SONAME.search(library):
        return match[1]
    raise BuildError(f"{library} has no version in its name")


@cache
def _chromiums(library: Path) -> frozenset[str]:
    found = set()
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for match in _CHROMIUM_VERSION.finditer(data):
            if major := _CHROMIUM_MAJOR.search(data[max(match.start() - 4, 0) : match.start()]):
                found.add((major[1] + match[0]).decode("ascii"))
    return frozenset(found)
