"""Overwrites what is left of visitors in the memory of this process, which outlives them.

Python and C give memory back as it is: an id, a token or a widget URL that nothing refers to any more lies about until
something else happens to be put there. No page and no visitor can read this process' memory. This is for what could,
one day: a memory image, a fault of another program of this account.

What is freed by C (OpenSSL's buffers, SQLite's pages, Python's objects above 512 bytes) is overwritten at once, by
glibc. Smaller objects of Python's own allocator, and the few blocks that glibc keeps at hand for this thread, are
overwritten in a sweep: it takes all the blocks that are free, zeroed, and gives them back.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

_M_PERTURB = -6  # malloc.h
_FILLED_WITH = 0xA5  # anything but 0, which switches it off

_LARGEST = 512
"""Bytes of the largest block of Python's allocator, whose sizes are multiples of 16 (Objects/obmalloc.c)."""
_STEP = 16
_BYTES_HEADER = 33  # of a bytes object, the closing zero included
_FREE_POOLS = 8 << 20
"""Bytes that are taken once for whatever size: more than a supervisor ever had free (2 MiB after 1,000 visits)."""
_OF_A_SIZE = 1 << 20
"""Bytes that are taken of each size, for the pools that are half full."""

_AT_HAND = (7, 1032)
"""Blocks of each size, and bytes of the largest, that glibc keeps for a thread (tcache) without overwriting them."""

_DELAYS = (1.0, 10.0)
"""Seconds after a visit: when the outbox has what it is told, and when the API usually has it, too."""


def wipe_freed_memory() -> None:
    """Have glibc overwrite what is freed, from now on. Elsewhere nothing happens."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(_M_PERTURB, _FILLED_WITH)


def sweep() -> Iterator[None]:
    """Overwrite the free blocks of Python's allocator, in steps of a few milliseconds."""
    urllib.parse.urlsplit.cache_clear()  # type: ignore[attr-defined] # it remembers the last URLs that it took apart
    gc.collect()
    _wipe_at_hand()
    yield
    _fill(_LARGEST, _FREE_POOLS)
    yield
    for size in range(_STEP, _LARGEST + 1, _STEP):
        _fill(size, _OF_A_SIZE)
        yield


def _wipe_at_hand() -> None:
    if sys.platform != "linux":
        return
    c = ctypes.CDLL(None)
    c.malloc.restype, c.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    c.free.restype, c.free.argtypes = None, [ctypes.c_void_p]
    count, largest = _AT_HAND
    for size in range(24, largest + 1, _STEP):
        blocks = [block for _ in range(count) if (block := c.malloc(size))]
        for block in blocks:
            ctypes.memset(block, 0, size)
            c.free(block)


def _fill(size: int, amount: int) -> None:
    if size > _BYTES_HEADER:
        held: list[object] = [bytes(size - _BYTES_HEADER) for _ in range(amount // size)]
    else:
        held = [bytearray(size - 1) for _ in range(amount // size)]
    held.clear()


class Oblivion:
    """Sweeps when a visit is over and nobody else has come."""

    def __init__(self, let_go: Callable[[], Awaitable[None]], *, delays: Sequence[float] = _DELAYS) -> None:
        """`let_go` closes what is opened again when it is needed, and whose buffers hold what was last in them."""
        self._let_go = let_go
        self._delays = delays
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Sweep soon: a visit is over."""
        self.stop()
        self._task = asyncio.create_task(self._sweep())

    def stop(self) -> None:
        """Sweep no more: somebody is there. What is left of the one before is swept after this visit."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _sweep(self) -> None:
        for delay in self._delays:
            await asyncio.sleep(delay)
            await self._let_go()
            for _ in sweep():
                await asyncio.sleep(0)
