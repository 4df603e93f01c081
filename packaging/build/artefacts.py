"""What a build makes for others: files, what they are, and who signed them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file. `signature` says how it is signed, for people: `none`, `InRelease of …`, `Authenticode, …`."""

    path: Path
    kind: str
    signature: str = "none"

    @property
    def size(self) -> int:
        """Return its length in bytes."""
        return self.path.stat().st_size

    def sha256(self) -> str:
        """Return the hash of its bytes, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def table(artefacts: Iterable[Artefact]) -> str:
    """Return the table that `make dist` prints: name, kind, size in MB, the whole hash, signature."""
    rows = [("artefact", "kind", "MB", "sha256", "signature")]
    rows += [(a.path.name, a.kind, f"{a.size / 1e6:.1f}", a.sha256(), a.signature) for a in artefacts]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def checksums(artefacts: Iterable[Artefact]) -> str:
    """Return the text of SHA256SUMS, as `sha256sum --check` reads it."""
    return "".join(f"{a.sha256()}  {a.path.name}\n" for a in sorted(artefacts, key=lambda a: a.path.name))
