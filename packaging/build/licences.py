"""Under which licence each part of a bundle is, and where that licence's text is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dpkg
import owners
import qt
from owners import Kind
from tree import ROOT, BuildError

if TYPE_CHECKING:
    from distributions import Site
    from parts import Part

TEXTS: Final = ROOT / "packaging" / "licences"
"""Texts that a part does not bring itself; its README.md says where each is from."""

_LGPL: Final = ("LGPL-3.0.txt", "GPL-3.0.txt")
"""Both: the LGPL of version 3 is a few permissions on top of the GPL."""


_HERE: Final = "packaging/build/licences.py"


@dataclass(frozen=True, slots=True)
class Licence:
    """`name` is an SPDX expression if `spdx`, else what the part's own metadata says. `home` may be empty."""

    name: str
    texts: tuple[Path, ...]
    spdx: bool = False
    home: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    files: tuple[str, ...] = ()
    home: str = ""


_GENERIC: Final = {
    owners.PYTHON: _Known("Python-2.0.1", ("python.txt", "python-windows.txt"), "https://www.python.org/"),
    owners.BOOTLOADER: _Known(
        "GPL-2.0-or-later WITH Bootloader-exception", ("GPL-2.0.txt",), "https://pyinstaller.org/"
    ),
    owners.MICROSOFT: _Known("LicenseRef-Microsoft-Distributable-Code", ("python-windows.txt",)),
    owners.WEBVIEW2: _Known(
        "BSD-3-Clause", ("webview2.txt",), "https://developer.microsoft.com/microsoft-edge/webview2/"
    ),
    "OpenSSL": _Known("Apache-2.0", ("Apache-2.0.txt",), "https://www.openssl.org/"),
    "libffi": _Known("MIT", ("python-windows.txt",), "https://github.com/libffi/libffi"),
    "SQLite": _Known("blessing", ("sqlite.txt",), "https://www.sqlite.org/"),
    qt.QT: _Known(
        "LGPL-3.0-only",
        (*_LGPL, "qtbase.txt", "qtdeclarative.txt", "qtsvg.txt", "qtwayland.txt"),
        "https://www.qt.io/",
    ),
    qt.WEBENGINE: _Known("LGPL-3.0-only", _LGPL, "https://www.qt.io/"),
    qt.CHROMIUM: _Known("BSD-3-Clause", ("chromium.txt", "LGPL-2.1.txt"), "https://www.chromium.org/"),
    qt.ICU: _Known("Unicode-3.0", ("icu.txt",), "https://icu.unicode.org/"),
    qt.FFMPEG: _Known("LGPL-2.1-or-later", ("LGPL-2.1.txt",), "https://ffmpeg.org/"),
}
_WITHOUT_TEXT: Final = {
    "proxy-tools": ("proxy-tools.txt",),
    "pycairo": ("LGPL-2.1.txt",),
    "pygobject": ("LGPL-2.1.txt",),
    "pyside6-addons": _LGPL,
    "pyside6-essentials": _LGPL,
    "pyside6-webengine": _LGPL,
    "shiboken6": _LGPL,
}
"""Distributions that come without the text of their licence."""

_CHOSEN: Final = {
    **dict.fromkeys(("pyside6-addons", "pyside6-essentials", "pyside6-webengine", "shiboken6"), "LGPL-3.0-only"),
    "argcomplete": "Apache-2.0",
    "clr-loader": "MIT",
    "proxy-tools": "BSD-2-Clause",  # its metadata says MIT, its licence and its source say BSD
    "pycairo": "LGPL-2.1-only",
    "pygobject": "LGPL-2.1-or-later",
    "pywebview": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
}
"""Where a distribution's metadata offers several licences, says nothing, or less than the text."""

_VENDORED: Final = {"simple-keyboard": "https://hodgef.com/simple-keyboard/"}
_IDENTIFIERS: Final = frozenset({"MIT", "BSD-3-Clause", "MPL-2.0", "Apache-2.0"})
"""Of SPDX, where metadata of the old kind has them."""
_SHORT: Final = re.compile(r"^License: *(\S.*)$", re.MULTILINE)
_REFERRED: Final = re.compile(r"/usr/share/common-licenses/([\w.+-]*\w)")
_OUR_HOOKS: Final = ("pyinstaller", "pyinstaller-hooks-contrib")


def of(part: Part, site: Site) -> Licence:
    """Return the licence of a part. Raises BuildError if there is no text of it."""
    licence = _of(part, site)
    if not licence.name and licence.texts:
        text = licence.texts[0]
        raise BuildError(f"{part.name} {part.version}: which licence is it? Read {text}, and say so in {_HERE}")
    missing = [str(path) for path in licence.texts if not path.is_file()]
    if missing or not licence.texts:
        raise BuildError(
            f"{part.name} {part.version} is in the bundle, and there is no text of its licence"
            f"{': ' + ', '.join(missing) if missing else ''}. Put it into {TEXTS.relative_to(ROOT)}, and its name into "
            f"{_HERE}"
        )
    return licence


def _of(part: Part, site: Site) -> Licence:
    if part.kind is Kind.DISTRIBUTION:
        return _of_distribution(part.name, site)
    if part.package is not None:
        return _of_package(part.package)
    if part.kind is Kind.NPM:
        text = ROOT / "assets" / "vendor" / part.name / "LICENSE"
        return Licence("MIT", (text,), spdx=True, home=_VENDORED[part.name])
    if part.name not in _GENERIC:
        return Licence("", ())
    known = _GENERIC[part.name]
    texts = tuple(TEXTS / name for name in known.files if part.name != owners.PYTHON or _is_for(part, name))
    if part.name == owners.BOOTLOADER:
        texts = (*_texts_of_pyinstaller(site), *texts)
    return Licence(known.name, texts, spdx=True, home=known.home)


def _is_for(part: Part, name: str) -> bool:
    """Whether a text of Python's is for this one: what Microsoft asks for concerns Windows alone."""
    return (name == "python-windows.txt") == any(file.suffix.lower() == ".dll" for file in part.files)


def _of_distribution(name: str, site: Site) -> Licence:
    said, spdx = site.licence(name)
    texts = tuple(site.texts(name)) or tuple(TEXTS / file for file in _WITHOUT_TEXT.get(name, ()))
    chosen = _CHOSEN.get(name, said)
    return Licence(chosen, texts, spdx=spdx or name in _CHOSEN or chosen in _IDENTIFIERS, home=site.home(name))


def _of_package(package: dpkg.Package) -> Licence:
    """Return what a Debian package's copyright file says, with the common licences that it refers to."""
    try:
        text = package.copyright.read_text(encoding="utf-8")
    except OSError:
        return Licence("none", (package.copyright,))
    formal = text.startswith(("Format:", "Comment:", "Upstream", "Source:")) and "\nLicense:" in text
    names = sorted({name.strip() for name in _SHORT.findall(text)}, key=str.lower) if formal else []
    common = [dpkg.COMMON / name for name in sorted(set(_REFERRED.findall(text)))]
    texts = (package.copyright, *(path for path in common if path.is_file()))
    if re.fullmatch(r"python3\.\d+", package.source):
        return Licence(_GENERIC[owners.PYTHON].name, texts, spdx=True, home=_GENERIC[owners.PYTHON].home)
    return Licence(", ".join(names) or "see its copyright file", texts)


def _texts_of_pyinstaller(site: Site) -> list[Path]:
    """Return PyInstaller's own terms: of its bootloader and of its hooks, which are in every bundle."""
    inside = [path for name in _OUR_HOOKS if name in site.found for path in site.texts(name)]
    if inside:
        return inside
    found: list[Path] = []
    for name in _OUR_HOOKS:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            raise BuildError(f"there is no {name}, whose terms go with a bundle: run this with its Python") from None
        found += [Path(str(file.locate())) for file in files if "licenses" in file.parts]
    return sorted(found)
