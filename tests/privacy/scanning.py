"""Looks for texts in every byte of files and of processes' memory, in the forms in which programs keep them."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STEP, _CHUNK = 1 << 27, 1 << 18
_OVERLAP = 4096  # a text may lie across the end of a chunk
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ENTRY, _SWAPPED = 8, 0x40  # of /proc/PID/pagemap: bytes a page, and the last byte's flag; 0x80 is "present"
_MOST = 200
"""Findings of one text in one place; more say nothing new."""


def forms_of(text: str) -> set[bytes]:
    """Return `text` as Python, JavaScript engines, X11 and HTTP may hold it."""
    plain = text.encode()
    wide = {text.encode(encoding) for encoding in ("utf-16-le", "utf-32-le")}
    # In base64, what comes before shifts the text by 0 to 2 bytes; the ends mix with their neighbours.
    packed = {base64.b64encode(b"\0" * shift + plain)[-(-shift * 8 // 6) :][:-4] for shift in range(3)}
    return {plain, *wide, *(form for form in packed if len(form) >= 12)}


@dataclass(frozen=True)
class Needle:
    """What is looked for: texts by name, as one pattern."""

    names: Mapping[str, str]

    def in_bytes(self, data: bytes) -> list[str]:
        return [name for name, text in self.names.items() if any(form in data for form in forms_of(text))]


def search_files(needle: Needle, *folders: Path) -> list[tuple[str, str]]:
    """Return (file, name) of what is in the contents or the name of any file below `folders`."""
    found = []
    for folder in folders:
        for root, _, files in os.walk(folder):
            for name in files:
                path = Path(root, name)
                found += [(str(path), what) for what in needle.in_bytes(str(path).encode() + b"\0" + _content(path))]
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    except OSError:  # gone meanwhile
        return b""


@dataclass(frozen=True)
class Spot:
    """Where a text lies in a process, and what is around it (for who mends it)."""

    name: str
    region: str
    around: bytes


def search_memory(pid: int, texts: Mapping[str, str]) -> list[Spot] | None:
    """Return where the texts lie in the memory of a process; None if the system lets nobody of this account look."""
    forms = {form: name for name, text in texts.items() for form in forms_of(text)}
    spots: list[Spot] = []
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start, end, region in _regions(pid):
                with suppress(OSError, OverflowError):  # a region that is a device, or gone meanwhile
                    for data in _chunks(pid, memory, start, end):
                        spots += [spot for form, name in forms.items() for spot in _spots(data, form, name, region)]
                if len(spots) > _MOST:
                    return spots
    except (PermissionError, FileNotFoundError, ProcessLookupError):
        return None
    return spots


def _spots(data: bytes, form: bytes, name: str, region: str) -> Iterator[Spot]:
    place = data.find(form)
    while place >= 0:
        yield Spot(name, region, data[max(0, place - 48) : place + len(form) + 48])
        place = data.find(form, place + 1)


def _regions(pid: int) -> Iterator[tuple[int, int, str]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        addresses, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights.startswith("rw"):  # code and its constants are files, which are searched as such
            start, end = (int(part, 16) for part in addresses.split("-"))
            yield start, end, name[0] if name else "anonymous"


def _chunks(pid: int, memory: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Yield what is in memory at all: engines reserve far more than they use."""
    with Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pages:
        for step in range(start, end, _STEP):
            pages.seek(step // _PAGE * _ENTRY)
            flags = pages.read(min(_STEP, end - step) // _PAGE * _ENTRY)[_ENTRY - 1 :: _ENTRY]
            if not flags or max(flags) < _SWAPPED:
                continue
            for place in range(step, min(step + _STEP, end), _CHUNK):
                first = (place - step) // _PAGE
                if max(flags[first : first + _CHUNK // _PAGE], default=0) >= _SWAPPED:
                    memory.seek(place)
                    yield memory.read(min(_CHUNK + _OVERLAP, end - place))
