"""Writes down what became of events, those of several lanes in one go: a commit costs as much for one as for many."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.outbox.complaints import Complaints

if TYPE_CHECKING:
    from kiosk.store.outbox import Outbox

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds, while the disk takes nothing


@dataclass(slots=True)
class _Batch:
    done: list[int] = field(default_factory=list)
    dead: dict[int, str] = field(default_factory=dict)
    written: asyncio.Event = field(default_factory=asyncio.Event)


class Settling:
    """Says to the outbox what is done with. For one event loop."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._complaints = Complaints(log, "what was sent cannot be noted", time.monotonic)
        self._next = _Batch()
        self._task: asyncio.Task[None] | None = None

    async def settle(self, number: int, *, reason: str = "") -> None:
        """Return when it is on the disk that item `number` was sent or, with a `reason`, is a dead letter.

        While the disk is full, that is tried again and again: the item is not sent twice in the meantime.
        """
        batch = self._next
        if reason:
            batch.dead[number] = reason
        else:
            batch.done.append(number)
        if self._task is None:
            self._task = asyncio.create_task(self._write())
        await batch.written.wait()

    async def close(self, seconds: float) -> None:
        """Wait for what is being written, for so long."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)
        if self._task is not None:
            self._task.cancel()

    async def _write(self) -> None:
        try:
            while self._next.done or self._next.dead:
                batch, self._next = self._next, _Batch()
                await self._until_written(batch)
                batch.written.set()
        finally:
            self._task = None

    async def _until_written(self, batch: _Batch) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await asyncio.to_thread(self._outbox.settle, done=batch.done, dead=batch.dead)
            except Exception as error:  # noqa: BLE001 - the boundary of a task that others wait for
                self._complaints.say(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return
