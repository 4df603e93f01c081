"""What a build must know of Linux's programs and libraries: ELF, of 64 bits and this machine's byte order."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from tree import run

if TYPE_CHECKING:
    from pathlib import Path

MAGIC: Final = b"\x7fELF"

_TYPE_AT: Final = 16
_EXECUTABLE, _SHARED = 2, 3
_INTERPRETER: Final = 3  # PT_INTERP, elf.h
_SEARCH: Final = re.compile(r"\((?:RPATH|RUNPATH)\)\s.*\[(?P<path>[^\]]*)\]")


def is_program(path: Path) -> bool:
    """Whether `path` is a program that Linux can start: a library asks for no interpreter."""
    with path.open("rb") as file:
        head = file.read(64)
        if not head.startswith(MAGIC) or len(head) < 64:  # noqa: PLR2004 - the header's length
            return False
        (kind,) = struct.unpack_from("<H", head, _TYPE_AT)
        if kind == _EXECUTABLE:
            return True
        (table,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(table)
        entries = file.read(size * count)
    kinds = [struct.unpack_from("<I", entries, at)[0] for at in range(0, size * count, size)]
    return kind == _SHARED and _INTERPRETER in kinds


def search_path(path: Path) -> list[str]:
    """Return the folders that a file looks for its libraries in, besides the system's. Raises BuildError."""
    found = _SEARCH.findall(run(["readelf", "--dynamic", "--wide", path], what=f"the libraries of {path.name}"))
    return [folder for entry in found for folder in entry.split(":") if folder]
