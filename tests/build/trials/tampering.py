"""What somebody between the repository and a terminal could change, and what apt says to it."""

from __future__ import annotations

import gzip
import lzma
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import apt_key

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tamper with a repository, and a pattern of apt's refusal."""

    tamper: Callable[[Path], None]
    message: str


def _packages(repository: Path) -> None:
    """Change what the index says of a package, in every copy of the index."""
    for index in repository.glob("dists/*/main/binary-amd64/**/*"):
        if index.is_file():
            content = index.read_bytes()
            if content.startswith(b"\x1f\x8b"):
                content = gzip.compress(_changed(gzip.decompress(content)), mtime=0)
            elif content.startswith(b"\xfd7zXZ"):
                content = lzma.compress(_changed(lzma.decompress(content)))
            else:
                content = _changed(content)
            index.write_bytes(content)


def _changed(index: bytes) -> bytes:
    return index.replace(b"Section: ", b"section: ").replace(b"Maintainer: ", b"maintainer: ")


def _deb(repository: Path) -> None:
    """Flip the last byte of every package."""
    for deb in repository.glob("pool/**/*.deb"):
        content = bytearray(deb.read_bytes())
        content[-1] ^= 1
        deb.write_bytes(content)


def _release(repository: Path) -> None:
    """Let the signed text promise to hold for longer."""
    for release in repository.glob("dists/*/*Release"):
        text = release.read_text()
        release.write_text(text.replace("Origin: Enable3", "Origin: Enabl33"))
        assert text != release.read_text()


def _stripped(repository: Path) -> None:
    """Leave the Release without any signature."""
    for name in ("InRelease", "Release.gpg"):
        for signed in repository.glob(f"dists/*/{name}"):
            signed.unlink()


def _foreign(repository: Path) -> None:
    """Sign it with another key."""
    with tempfile.TemporaryDirectory(prefix="k-") as folder:
        home = apt_key.throwaway(Path(folder) / "h")
        try:
            for release in repository.glob("dists/*/Release"):
                apt_key.signer(home).sign(release)
        finally:
            apt_key.forget(home)


WAYS = {
    "changed Packages": Way(_packages, "Hash Sum mismatch|File has unexpected size"),
    "changed package": Way(_deb, "Hash Sum mismatch"),
    "changed Release": Way(_release, "BADSIG"),
    "no signature": Way(_stripped, "is not signed"),
    "foreign key": Way(_foreign, "NO_PUBKEY"),
}
