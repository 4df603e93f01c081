"""Who watches whether the network is back, while the terminal is out of service."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kiosk.core.events import NetworkBack

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class NetworkWatch:
    """Watches while it is started."""

    def __init__(
        self, is_back: Callable[[], Coroutine[None, None, None]], on_event: Callable[[NetworkBack], None]
    ) -> None:
        """`is_back` returns when the API's address could not be reached, and can be again (kiosk.ops.network)."""
        self._is_back = is_back
        self._on_event = on_event
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Say NetworkBack when it is. Started again, it goes on."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._is_back())
            self._task.add_done_callback(self._tell)

    def stop(self) -> None:
        """Say nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _tell(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        if error := task.exception():
            log.error("the network is not watched", exc_info=error)
            return
        log.info("network back")
        self._on_event(NetworkBack())
