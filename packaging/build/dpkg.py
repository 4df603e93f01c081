"""Which Debian package a shared library comes from: what PyInstaller took from the system that built the bundle."""

from __future__ import annotations

import re
import subprocess  # nosec B404 # every command is a list of our own
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from artefacts import sha256
from tree import BuildError

if TYPE_CHECKING:
    from pathlib import PurePosixPath

DOCUMENTS: Final = Path("/usr/share/doc")
COMMON: Final = Path("/usr/share/common-licenses")
_LINE: Final = re.compile(r"(?P<package>[a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?: (?P<path>/.+)")
_FORMAT: Final = r"${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed Debian package."""

    name: str
    version: str
    architecture: str
    source: str
    source_version: str

    @property
    def copyright(self) -> Path:
        """Return the file of its licences."""
        return DOCUMENTS / self.name / "copyright"


def owners(bundle: Path, files: dict[PurePosixPath, PurePosixPath]) -> dict[PurePosixPath, Package]:
    """Return the packages that `files` come from; those that dpkg does not know are left out.

    `files` are below `bundle`, each with where it lies as the frozen program sees it. Of packages that have a file of
    that name, the one whose file has the same bytes is it; else the one whose file lies in the shortest path.
    """
    candidates = _search(frozenset(f"*/{inner.name}" for inner in files.values()))
    found = {}
    for file, inner in files.items():
        homes = sorted(candidates.get(inner.name, ()), key=lambda home: (len(home[1]), home))
        digest = _digest(bundle / file) if len(homes) > 1 else ""
        same = [package for package, path in homes if digest and _digest(Path(path)) == digest]
        if homes:
            found[file] = (same or [homes[0][0]])[0]
    packages = _describe(sorted(set(found.values())))
    return {file: packages[name] for file, name in found.items()}


@cache  # notices and SBOM ask the same, and dpkg needs seconds for hundreds of files
def _search(patterns: frozenset[str]) -> dict[str, set[tuple[str, str]]]:
    """Return packages and paths by the file names that the patterns end with."""
    homes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    if not patterns:
        return homes
    for line in _query("--search", *sorted(patterns)).splitlines():
        if match := _LINE.fullmatch(line):
            homes[match["path"].rpartition("/")[2]].add((match["package"], match["path"]))
    return homes


def _describe(names: list[str]) -> dict[str, Package]:
    if not names:
        return {}
    rows = [line.split("\t") for line in _query("--show", f"--showformat={_FORMAT}", *names).splitlines()]
    return {row[0]: Package(*row) for row in rows}


def _query(*arguments: str) -> str:
    """Return what dpkg-query prints; it ends with 1 when one of several is not found, which its caller sees."""
    try:
        done = subprocess.run(  # nosec B603 B607 # a list of our own, no shell
            ["dpkg-query", *arguments],  # noqa: S607 - from the PATH of whoever builds, as every tool
            capture_output=True,
            text=True,
            check=False,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
    except FileNotFoundError:
        return ""  # no Debian: then nothing is one of its packages', and the caller says what is nobody's
    if done.returncode not in {0, 1}:
        raise BuildError(f"dpkg-query {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _digest(path: Path) -> str:
    try:
        return sha256(path)
    except OSError:  # dpkg knows it and it is gone, or a folder: it is not the same
        return ""
