"""The one place where everything that happens arrives, from any thread, in order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from asyncio import Event as Arrived

    from kiosk.core.events import Event
    from kiosk.shell import protocol


@dataclass(frozen=True, slots=True)
class FromShell:
    """What a shell said, or its exit status, with the number of that shell: an earlier one's words are ignored."""

    shell: int
    message: protocol.Event | int


class Inbox:
    """A queue that exists before the event loop does: the first shell starts while asyncio is still being imported."""

    def __init__(self) -> None:
        self._items: deque[Event | FromShell] = deque()
        self._loop: AbstractEventLoop | None = None
        self._arrived: Arrived | None = None

    def put(self, item: Event | FromShell) -> None:
        """Add an item. Never blocks, and may be called from any thread."""
        self._items.append(item)
        if self._loop is None or self._arrived is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:  # the loop was closed in this moment: nobody reads any more
            return

    def bind(self, loop: AbstractEventLoop, arrived: Arrived) -> None:
        """Let `get` be used in `loop`; `arrived` is a new event of it."""
        self._loop, self._arrived = loop, arrived
        loop.call_soon(arrived.set)

    async def get(self) -> Event | FromShell:
        """Return the next item, when there is one. Raises RuntimeError before `bind`."""
        if self._arrived is None:
            raise RuntimeError("the inbox has no loop yet")
        while not self._items:
            await self._arrived.wait()
            self._arrived.clear()
        return self._items.popleft()
