"""Who made a file or a module of a bundle, as far as its name and its place tell; the rest is the system's to know."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import qt
from collected import OURS
from distributions import canonical

if TYPE_CHECKING:
    from pathlib import PurePath, PurePosixPath

    from collected import Collected
    from distributions import Site

SELF: Final = "enable3-kiosk"
VENDORED: Final = ("simple-keyboard",)
"""Folders of assets/vendor."""
PYTHON: Final = "Python"
BOOTLOADER: Final = "PyInstaller"
WEBVIEW2: Final = "Microsoft WebView2 SDK"
MICROSOFT: Final = "Microsoft Visual C++ runtime"
LIBRARY: Final = re.compile(r"\.(so(\.[\w.]+)*|dll|pyd|dylib|exe)$|^QtWebEngineProcess$", re.IGNORECASE)

_PYTHON_LIBRARY: Final = re.compile(r"python3\d*\.dll|libpython3[\d.]+\.dylib|Python", re.IGNORECASE)
_OF_PYTHON: Final = (".dll", ".pyd", ".dylib")
_WEBVIEW2: Final = re.compile(r"(Microsoft\.Web\.)?WebView2.*\.dll")
_BOOTLOADER: Final = re.compile(r"pyimod\d\d_\w+|_?pyi_\w+")


class Kind(StrEnum):
    """Where a part comes from, which says how it is named to others."""

    DISTRIBUTION = "pypi"
    DEBIAN = "deb"
    NPM = "npm"
    GENERIC = "generic"


def is_library(file: PurePath) -> bool:
    """Whether a file is machine code, by its name."""
    return LIBRARY.search(file.name) is not None


Owner = tuple[Kind, str]
OWN: Final[Owner] = (Kind.GENERIC, SELF)
_NAMES: Final[tuple[tuple[re.Pattern[str], Owner], ...]] = (
    (re.compile(r"base_library\.zip"), (Kind.GENERIC, PYTHON)),
    (re.compile(r"qt\.conf"), (Kind.GENERIC, BOOTLOADER)),  # made by PyInstaller's hooks
    (re.compile(r"(vcruntime|msvcp|ucrtbase|concrt|api-ms-win).*\.dll"), (Kind.GENERIC, MICROSOFT)),
    # what python.org ships beside Python on Windows
    (re.compile(r"lib(crypto|ssl)-.*\.dll"), (Kind.GENERIC, "OpenSSL")),
    (re.compile(r"libffi-.*\.dll"), (Kind.GENERIC, "libffi")),
    (re.compile(r"sqlite3\.dll"), (Kind.GENERIC, "SQLite")),
)


def of_file(file: PurePosixPath, bundle: Collected, site: Site) -> Owner | None:
    """Return whose a file is, or None if only the system can tell."""
    inner = bundle.inner(file)
    top = inner.parts[0]
    if file in bundle.executables:
        return Kind.GENERIC, BOOTLOADER
    if top in OURS or file.parts[0] in OURS:
        return OWN
    if top == "kiosk":
        vendored = next((name for name in VENDORED if name in inner.parts), None)
        return (Kind.NPM, vendored) if vendored else OWN
    return _by_place(inner, site) or _by_name(inner, site)


def _by_place(inner: PurePosixPath, site: Site) -> Owner | None:
    """Return whose a file is that lies where a distribution put it."""
    name = site.paths.get(inner, "")
    if inner.parts[0].endswith((".dist-info", ".egg-info")):
        name = canonical(inner.parts[0].rpartition(".")[0].split("-")[0])
    if name == "pywebview" and _WEBVIEW2.fullmatch(inner.name):
        return Kind.GENERIC, WEBVIEW2
    return _distribution(name, inner) if name in site.found else None


def _distribution(name: str, inner: PurePosixPath) -> Owner:
    if name == SELF:
        return OWN
    if qt.DISTRIBUTION.fullmatch(name) and (part := qt.part(inner)):
        return Kind.GENERIC, part
    return Kind.DISTRIBUTION, name


def _by_name(inner: PurePosixPath, site: Site) -> Owner | None:
    """Return whose a file is that does not lie where a distribution put it."""
    homes = site.names.get(inner.name, set())
    if is_library(inner) and len(homes) == 1:
        return _distribution(next(iter(homes)), inner)
    lower = inner.name.lower()
    return next((owner for pattern, owner in _NAMES if pattern.fullmatch(lower)), None) or _of_python(inner)


def _of_python(inner: PurePosixPath) -> Owner | None:
    """Return Python if a file is one of its libraries outside Linux, where dpkg is asked."""
    if inner.suffix.lower() not in _OF_PYTHON and inner.name != "Python":
        return None
    known = inner.name.split(".")[0] in sys.stdlib_module_names or _PYTHON_LIBRARY.fullmatch(inner.name)
    return (Kind.GENERIC, PYTHON) if known else None


def of_module(module: str, site: Site) -> Owner | None:
    """Return whose a module in the executable is, or None if nobody knows."""
    top = module.partition(".")[0]
    if top in {"kiosk", "__main__"}:
        return OWN
    if name := site.modules.get(module) or site.packages.get(top):
        return OWN if name == SELF else (Kind.DISTRIBUTION, name)
    if top in sys.stdlib_module_names or top.startswith("_sysconfigdata"):
        return Kind.GENERIC, PYTHON
    return (Kind.GENERIC, BOOTLOADER) if _BOOTLOADER.fullmatch(top) else None
