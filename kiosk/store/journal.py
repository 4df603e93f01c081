"""The second copy of the outbox: a file of lines that only grows, until a new one with what is left takes its place.

    <CRC-32, 8 hexadecimal digits> {"op":"add","number":7,"kind":"event",...}

The database is the index to work with; the journal is what it is made from again. A line that a power cut tore, or a
bad disk changed, fails its checksum and is left out; the lines around it count. Whoever writes holds the outbox's lock.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zlib import crc32

from kiosk import wire
from kiosk.private import open_private
from kiosk.store.disk import sync, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LONGEST_LINE = 1_048_576  # bytes; what is longer is damage
_SUM = 8  # characters of the checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What happened to item `number`: accepted (with all of it), done with (sent or dropped), buried, or dug up."""

    op: Literal["add", "done", "dead", "retry"]
    number: int
    kind: Literal["event", "revenue"] = "event"
    id: str = ""
    lane: str = ""
    body: str = ""
    accepted: float = 0.0
    reason: str = ""

    def __repr__(self) -> str:
        """Leave out the visitor's id."""
        return f"Line({self.op}, {self.number})"


class Journal:
    """The file at `path`. It is opened for every use: another process may have put a new one in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self) -> int:
        """Return its length in bytes, 0 if there is none."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, lines: Iterable[Line], *, durable: bool) -> int:
        """Add lines, and return how long the file was before; `durable`: return when the disk has them.

        Raises OSError; then nothing was added.
        """
        descriptor = open_private(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            before = os.fstat(descriptor).st_size
            try:
                torn = before and os.pread(descriptor, 1, before - 1) != b"\n" if _HAS_PREAD else before
                _write(descriptor, (b"\n" if torn else b"") + b"".join(map(_encode, lines)))
                if durable:
                    sync(descriptor)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
        if durable and not before:
            sync_folder(self._path.parent)  # the file may be new
        return before

    def cut(self, size: int) -> None:
        """Take back what was added after the file was `size` bytes long. Raises OSError."""
        os.truncate(self._path, size)

    def read(self) -> Iterator[Line | None]:
        """Return what is in it, in order; None for each line that is damaged, or where the disk cannot read on."""
        try:
            with os.fdopen(open_private(self._path, os.O_RDONLY), "rb") as file:
                while data := file.readline(_LONGEST_LINE):
                    if data.strip():
                        yield _decode(data)
        except FileNotFoundError:
            return
        except OSError:
            yield None

    def replace(self, lines: Iterable[Line]) -> None:
        """Put a new file with `lines` in the place of this one, which stays whole until then. Raises OSError."""
        new = self._path.with_name(self._path.name + ".new")
        try:
            descriptor = open_private(new, os.O_WRONLY | os.O_CREAT)
            os.ftruncate(descriptor, 0)  # what a crash left
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(map(_encode, lines))
                file.flush()
                sync(file.fileno())
            new.replace(self._path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise
        sync_folder(self._path.parent)


def _encode(line: Line) -> bytes:
    data = wire.encode(line)
    return b"%08x %s\n" % (crc32(data), data)


def _decode(data: bytes) -> Line | None:
    text = data[_SUM + 1 :].rstrip(b"\n")
    if data[: _SUM + 1] != b"%08x " % crc32(text):
        return None
    try:
        return wire.decode(text, Line)
    except wire.WireError:
        return None


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_HAS_PREAD = hasattr(os, "pread")  # without it (Windows) an empty line goes before each: it is skipped
