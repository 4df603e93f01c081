"""Which Python distribution each file and module of a site-packages folder belongs to, and what that says of itself."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

_LICENCE: Final = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)([-_.].*)?", re.IGNORECASE)
_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def canonical(name: str) -> str:
    """Return `name` as registries and locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Site:
    """A site-packages folder: its distributions by canonical name, and whose each of its files is.

    `names` has the files by their last name alone, `modules` the modules, `packages` the top of each.
    """

    folder: Path
    found: dict[str, Distribution]
    paths: dict[PurePosixPath, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    names: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def version(self, name: str) -> str:
        """Return the version of a distribution by its canonical name."""
        return self.found[name].version

    def home(self, name: str) -> str:
        """Return the address of a distribution's home, or an empty text."""
        metadata = self.found[name].metadata
        urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL") or [] if ", " in line)
        by_kind = {kind.lower(): url for kind, url in urls.items()}
        wanted = ("homepage", "home", "source", "source code", "repository", "github", "documentation")
        return _first(metadata, "Home-page") or next((by_kind[kind] for kind in wanted if kind in by_kind), "")

    def licence(self, name: str) -> tuple[str, bool]:
        """Return what a distribution says its licence is, and whether that is an SPDX expression."""
        metadata = self.found[name].metadata
        if expression := _first(metadata, "License-Expression"):
            return expression, True
        classifiers = [
            line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or [] if "License ::" in line
        ]
        known = [_CLASSIFIERS[one] for one in classifiers if one in _CLASSIFIERS]
        said = _first(metadata, "License").strip()
        if said and "\n" not in said and len(said) < 80:  # noqa: PLR2004 - some put the whole text there
            return said, False
        return " AND ".join(known) or ", ".join(classifiers), False

    def texts(self, name: str) -> list[Path]:
        """Return a distribution's files of licences, notices and authors, sorted."""
        return sorted(
            path
            for entry in self.found[name].files or []
            if _is_licence(PurePosixPath(entry)) and (path := Path(str(entry.locate()))).is_file()
        )

    def boms(self, name: str) -> list[Path]:
        """Return what a distribution says is compiled into it (PEP 770), sorted."""
        entries = self.found[name].files or []
        inside = [entry for entry in entries if ".dist-info/sboms/" in entry.as_posix() and entry.suffix == ".json"]
        return sorted(Path(str(entry.locate())) for entry in inside)


def _first(metadata: PackageMetadata, name: str) -> str:
    values: list[str] = metadata.get_all(name) or []
    return values[0] if values else ""


def _is_licence(entry: PurePosixPath) -> bool:
    if entry.suffix in {".py", ".pyc", ".pyi", ".so", ".pyd", ".html"}:
        return False
    in_metadata = any(part.endswith((".dist-info", ".egg-info")) for part in entry.parts)
    return (in_metadata and "licenses" in entry.parts) or _LICENCE.fullmatch(entry.name) is not None


def survey(site_packages: Path) -> Site:
    """Return what is installed in `site_packages`. Raises BuildError if that is no such folder, or empty."""
    installed = {canonical(one.name): one for one in distributions(path=[str(site_packages)])}
    if not installed:
        raise BuildError(f"{site_packages} has no Python distribution in it")
    site = Site(site_packages, dict(sorted(installed.items())))
    for name, distribution in site.found.items():
        for entry in distribution.files or []:
            _note(site, name, PurePosixPath(entry))
    return site


def _note(site: Site, name: str, path: PurePosixPath) -> None:
    if path.parts[:1] == ("..",):  # a program in bin/
        return
    site.paths[path] = name
    site.names[path.name].add(name)
    if path.suffix == ".py":
        module = path.parent if path.name == "__init__.py" and len(path.parts) > 1 else path.with_suffix("")
        site.modules[".".join(module.parts)] = name
        site.packages.setdefault(module.parts[0], name)
