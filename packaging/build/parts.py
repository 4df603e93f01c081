"""The parts by others that are in a bundle, each with its version and files; what is nobody's fails the build."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dpkg
import owners
import qt
from collected import read
from distributions import survey
from owners import OWN, Kind
from tree import BuildError
from versions import Versions

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

    from collected import Collected
    from distributions import Site
    from dpkg import Package
    from owners import Owner

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Part:
    """Something by others. `files` are its files, relative to the bundle; it may be in the executable alone."""

    kind: Kind
    name: str
    version: str
    files: tuple[PurePosixPath, ...] = ()
    package: Package | None = None

    @property
    def label(self) -> str:
        """Return its name among the folders of licences."""
        return f"{self.name}-{self.version}".replace(" ", "-").replace(":", "_")

    @property
    def libraries(self) -> tuple[PurePosixPath, ...]:
        """Return those of its files that are machine code."""
        return tuple(file for file in self.files if owners.is_library(file))


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle, whose parts they are, and where its Python distributions were installed."""

    bundle: Collected
    site: Site
    parts: tuple[Part, ...]


def survey_bundle(bundle: Path, site_packages: Path) -> Contents:
    """Return the contents of `bundle`. Raises BuildError that names what is nobody's."""
    collected, site = read(bundle), survey(site_packages)
    owned, packages = _assign(collected, site)
    from_debian: dict[Package, list[PurePosixPath]] = defaultdict(list)
    for file, package in packages.items():
        from_debian[package].append(file)
    found = [Part(Kind.DEBIAN, one.name, one.version, tuple(files), one) for one, files in from_debian.items()]
    versions = Versions(collected, site)
    found += [Part(kind, name, versions.of(kind, name, files), tuple(files)) for (kind, name), files in owned.items()]
    return Contents(collected, site, tuple(sorted(found, key=lambda part: (part.kind, part.name))))


def _assign(bundle: Collected, site: Site) -> tuple[dict[Owner, list[PurePosixPath]], dict[PurePosixPath, Package]]:
    """Return what is whose, and what is a Debian package's."""
    owned: dict[Owner, list[PurePosixPath]] = defaultdict(list)
    of_files = {file: owners.of_file(file, bundle, site) for file in bundle.files}
    of_modules = {module: owners.of_module(module, site) for module in bundle.modules}
    for file, owner in of_files.items():
        if owner not in {None, OWN}:
            owned[owner].append(file)
    for owner in of_modules.values():
        if owner not in {None, OWN}:
            owned.setdefault(owner, [])
    if (Kind.GENERIC, qt.WEBENGINE) in owned:
        owned[Kind.GENERIC, qt.CHROMIUM] = []
    packages = dpkg.owners(bundle.folder, {file: bundle.inner(file) for file, owner in of_files.items() if not owner})
    strangers = [f"module {module}" for module, owner in of_modules.items() if not owner]
    strangers += [str(file) for file, owner in of_files.items() if not owner and file not in packages]
    if strangers:
        raise BuildError(_nobodys(bundle, sorted(strangers)))
    return owned, packages


def _nobodys(bundle: Collected, strangers: list[str]) -> str:
    more = f" and {len(strangers) - _SHOWN} more" if len(strangers) > _SHOWN else ""
    return (
        f"{bundle.folder}: nobody knows whose these are, so nobody can say under which licence: "
        f"{', '.join(strangers[:_SHOWN])}{more}. Leave them out of the bundle (build.spec), or teach "
        "packaging/build/owners.py whose they are"
    )
