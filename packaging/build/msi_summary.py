"""The summary of an MSI, which wixl fills with the moment and with chance: made to follow from the content alone.

MS-OLEPS: a header of 28 bytes, then the format's id and where its properties are, from the header's begin; there the
size, the number of properties, and for each its id and where it is, from there. libmsi writes it in one piece.
"""

from __future__ import annotations

import hashlib
import re
import struct
import uuid
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT: Final = uuid.UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9").bytes_le
"""FMTID_SummaryInformation."""
_HEADER: Final = 28
_BEGIN: Final = rb"\xfe\xff\x00\x00.{20}\x01\x00\x00\x00" + re.escape(_FORMAT)
"""Byte order, version 0, the system and a class, one set of properties. The format's id alone is elsewhere, too."""
_REVISION, _CREATED, _SAVED = 9, 12, 13
_TEXT, _TIME = 0x1E, 0x40
_CODE_LENGTH: Final = 38
_EPOCH: Final = 11_644_473_600
"""Seconds from 1601, where Windows' time begins, to 1970."""
_TICKS: Final = 10_000_000
_MOST: Final = 64
"""Properties of a summary; there are some fifteen."""


def settle(msi: Path, moment: int, namespace: uuid.UUID) -> None:
    """Set its times to `moment` (seconds since 1970) and its package code to one of its content. Raises BuildError.

    Two packages of different content have to have different codes: Windows takes them for one otherwise.
    """
    data = bytearray(msi.read_bytes())
    places = _places(data)
    for name in (_CREATED, _SAVED):
        struct.pack_into("<Q", data, _value(data, places, name, _TIME), (moment + _EPOCH) * _TICKS)
    at = _value(data, places, _REVISION, _TEXT) + 4  # after its length
    if data[at : at + 1] != b"{" or data[at + _CODE_LENGTH - 1 : at + _CODE_LENGTH] != b"}":
        raise BuildError(f"{msi.name}: its summary has no package code")
    data[at : at + _CODE_LENGTH] = bytes(_CODE_LENGTH)
    code = uuid.uuid5(namespace, hashlib.sha256(data).hexdigest())
    data[at : at + _CODE_LENGTH] = f"{{{code}}}".upper().encode("ascii")
    msi.write_bytes(data)


def _places(data: bytearray) -> dict[int, int]:
    """Return where each property of the summary is."""
    beginnings = [match.start() for match in re.finditer(_BEGIN, data, re.DOTALL)]
    if len(beginnings) != 1:
        raise BuildError("the MSI's summary is not where it was: wixl writes another format")
    (offset,) = struct.unpack_from("<I", data, beginnings[0] + _HEADER + len(_FORMAT))
    begin = beginnings[0] + offset
    _, count = struct.unpack_from("<II", data, begin)
    if count > _MOST:
        raise BuildError("the MSI's summary is not what it was: wixl writes another format")
    pairs = [struct.unpack_from("<II", data, begin + 8 * (1 + number)) for number in range(count)]
    return {name: begin + place for name, place in pairs}


def _value(data: bytearray, places: dict[int, int], name: int, kind: int) -> int:
    if name not in places or struct.unpack_from("<I", data, places[name])[0] != kind:
        raise BuildError(f"the MSI's summary has no property {name}: wixl writes another format")
    return places[name] + 4
