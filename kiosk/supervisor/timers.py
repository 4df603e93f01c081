"""The session's timers, on the loop's clock."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from kiosk.core.events import TimerFired
from kiosk.core.session import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

_SPREAD = frozenset({Timer.RETRY, Timer.RESPAWN, Timer.RENEWAL})
"""Those that take up to a fifth longer, so that a venue's terminals do not come back from a power cut in step."""


class Timers:
    """One of each kind at the most."""

    def __init__(self, on_event: Callable[[TimerFired], None]) -> None:
        """Say by `on_event` which one fired."""
        self._on_event = on_event
        self._handles: dict[Timer, asyncio.TimerHandle] = {}

    def set(self, timer: Timer, seconds: float) -> None:
        """Fire `timer` in `seconds`, and not when it would have before."""
        self.clear(timer)
        delay = seconds * random.uniform(1.0, 1.2) if timer in _SPREAD else seconds  # noqa: S311 - no secret  # nosec B311 # no secret depends on it
        self._handles[timer] = asyncio.get_running_loop().call_later(delay, self._on_event, TimerFired(timer))

    def due(self, *timers: Timer) -> float:
        """Return when the first of `timers` fires, by the loop's clock; infinity if none is set."""
        return min((self._handles[timer].when() for timer in timers if timer in self._handles), default=float("inf"))

    def clear(self, timer: Timer) -> None:
        """Do not fire `timer`."""
        if handle := self._handles.pop(timer, None):
            handle.cancel()
