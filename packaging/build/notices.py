#!/usr/bin/env python3
"""Licences and notices of everything by others in a bundle: THIRD-PARTY-NOTICES.txt, and the texts in licences/.

    python packaging/build/notices.py BUNDLE SITE_PACKAGES FOLDER

A part whose licence has no text fails the build.
"""

from __future__ import annotations

import hashlib
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

import compiled
import licences
import qt
from collected import OURS
from owners import Kind
from parts import survey_bundle
from tree import BuildError, remove, version

if TYPE_CHECKING:
    from compiled import Compiled
    from licences import Licence
    from parts import Contents, Part

NAME, _, FOLDER = OURS

_HEAD: Final = """\
Enable3 Kiosk {version}: notices of others

This program contains software by others. Each is named here with its version and its licence; the texts of the
licences, with the notices of copyright, are in the folder {folder}/ beside this file. sbom.cdx.json has the same list
for programs to read.
"""
_QT: Final = """
Qt, and your right to change it
===============================

The window of this program is made by Qt {qt} and Qt WebEngine, by The Qt Company and others, and by the Python
bindings PySide6 and shiboken6. They are used, unchanged, under the GNU Lesser General Public License, version 3, whose
text is in {folder}/Qt-{qt}/LGPL-3.0.txt (with GPL-3.0.txt, on which it builds). Chromium {chromium} is inside Qt
WebEngine.

You may change Qt and run this program with your Qt. Qt is linked dynamically: its libraries are the files
_internal/PySide6/Qt/lib/libQt6*.so.6, with plugins and data beside them, and those of PySide6 and shiboken6
are _internal/PySide6/*.so and _internal/shiboken6/*.so. Replace them by yours, of the same interface (Qt 6, the same
or a later minor version), under the same names; nothing in the program checks them. To do so, change a copy of the
installed folder and start `kiosk` in it. You may take the program apart to find errors in your changes to Qt.

The source code that belongs to these libraries:

    https://download.qt.io/official_releases/qt/{minor}/{qt}/single/qt-everywhere-src-{qt}.tar.xz
    https://download.qt.io/official_releases/QtForPython/pyside6/PySide6-{qt}-src/

The first has Qt WebEngine with its Chromium, and says how to build it (README.md in its top folder). Should you not be
able to get it there, ask whoever gave you this program.
"""
_SYSTEM: Final = """
The engine of the system
========================

The window of this program is made by WebKitGTK and GTK of your system. They are not in this package, are under licences
of their own (/usr/share/doc/libwebkit2gtk-4.1-0/copyright), and are kept up to date by your system.
"""
_LIST: Final = """
What is in the box
==================
"""
_GROUPS: Final = (
    (Kind.GENERIC, "The interpreter, the engine, and what made the executable"),
    (Kind.DISTRIBUTION, "Python packages"),
    (Kind.NPM, "In the pages"),
    (Kind.DEBIAN, "Libraries of Debian, on which this was built"),
)
_WIDTH: Final = 110


def collect(bundle: Path, site_packages: Path, out: Path) -> None:
    """Write THIRD-PARTY-NOTICES.txt and licences/ into the folder `out`, anew. Raises BuildError.

    `out` may be inside `bundle`. `site_packages` is the folder that the bundle's distributions were installed in.
    """
    contents = survey_bundle(bundle, site_packages)
    found = [(part, licences.of(part, contents.site)) for part in contents.parts]
    remove(out / FOLDER)
    for part, licence in found:
        _copy_texts(licence, out / FOLDER / part.label)
    (out / NAME).write_text(text(contents, found), encoding="utf-8", newline="\n")


def _copy_texts(licence: Licence, folder: Path) -> None:
    """Copy the texts of one part; two of the same name and not of the same bytes get names with numbers."""
    folder.mkdir(parents=True)
    taken: dict[str, str] = {}
    for source in licence.texts:
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest in taken:
            continue
        name = source.name
        if name in taken.values():
            name = f"{source.stem}-{len(taken)}{source.suffix}"
        taken[digest] = name
        (folder / name).write_bytes(content)


def text(contents: Contents, found: list[tuple[Part, Licence]]) -> str:
    """Return the text of THIRD-PARTY-NOTICES.txt."""
    sections = [_HEAD.format(version=version(), folder=FOLDER), _engine(contents), _LIST]
    for kind, title in _GROUPS:
        entries = [_entry(contents, part, licence) for part, licence in found if part.kind is kind]
        if entries:
            sections.append("\n".join((f"\n{title}\n{'-' * len(title)}\n", *entries)))
    return "".join(sections)


def _engine(contents: Contents) -> str:
    versions = {part.name: part.version for part in contents.parts if part.kind is Kind.GENERIC}
    if qt.QT in versions:
        minor = ".".join(versions[qt.QT].split(".")[:2])
        chromium = versions.get(qt.CHROMIUM, "")
        return _QT.format(qt=versions[qt.QT], minor=minor, chromium=chromium, folder=FOLDER)
    return _SYSTEM if "pygobject" in {part.name for part in contents.parts} else ""


def _entry(contents: Contents, part: Part, licence: Licence) -> str:
    lines = [f"{part.name} {part.version}", f"    licence: {licence.name}"]
    if licence.home:
        lines.append(f"    home: {licence.home}")
    if part.package is not None:
        lines.append(f"    source: the Debian package {part.package.source} {part.package.source_version}")
    lines.append(f"    texts: {FOLDER}/{part.label}/")
    libraries = " ".join(sorted(file.as_posix() for file in part.libraries))
    if libraries:
        lines.append(_wrapped("files: " + libraries))
    if part.kind is Kind.DISTRIBUTION and (inside := compiled.into(part.name, contents.site)):
        lines.append(_wrapped("compiled into it: " + ", ".join(_said(one) for one in inside)))
    return "\n".join(lines) + "\n"


def _said(one: Compiled) -> str:
    return f"{one.name} {one.version}" + (f" ({one.licence})" if one.licence else "")


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line, _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
    )


def main(arguments: list[str]) -> int:
    """Return 0 when everything has its notice."""
    if len(arguments) != 3:  # noqa: PLR2004 - as the text above says
        print(__doc__, file=sys.stderr)
        return 2
    bundle, site_packages, out = (Path(argument) for argument in arguments)
    try:
        collect(bundle, site_packages, out)
    except BuildError as error:
        print(f"notices: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
