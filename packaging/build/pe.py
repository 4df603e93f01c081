"""The version in a file of Windows (PE): what its properties say, read without Windows."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE: Final = struct.pack("<II", 0xFEEF04BD, 0x00010000)
"""How VS_FIXEDFILEINFO begins; two versions of four numbers with 16 bits each follow, low and high words swapped."""


def file_version(path: Path) -> tuple[int, int, int, int]:
    """Return the file version of a DLL or an executable. Raises BuildError if it has none."""
    data = path.read_bytes()
    at = data.find(_SIGNATURE)
    if not data.startswith(b"MZ") or at < 0 or at + 16 > len(data):
        raise BuildError(f"{path} has no version of Windows' kind")
    high, low = struct.unpack_from("<II", data, at + 8)
    return high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF
