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


def sha256(path: Path) -> str:
    """Return the hash of a file's bytes, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def table(artefacts: Iterable[Artefact]) -> str:
    """Return the table that `make dist` prints: name, kind, size in MB, the whole hash, signature."""
    rows = [("artefact", "kind", "MB", "sha256", "signature")]
    rows += [(a.path.name, a.kind, f"{a.size / 1e6:.1f}", sha256(a.path), a.signature) for a in artefacts]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
