"""What the session bar says while a visit lasts: the masked id, the balance, the time left when it matters."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.shell.protocol import ShowBar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kiosk.core.session import Visit
    from kiosk.supervisor.connection import Connection

log = logging.getLogger(__name__)

REFRESH = 30.0
"""Seconds between two looks at the balance."""

MATTERS = 300.0
"""Seconds: with less time left than this, the bar shows how much."""


class SessionBar:
    """Keeps the bar of one visit after the other right."""

    def __init__(self, connection: Connection, send: Callable[[ShowBar], None]) -> None:
        """`send` gives the shell in front what the bar says."""
        self._connection = connection
        self._send = send
        self._task: asyncio.Task[None] | None = None
        self._balance = ""
        self._wanted: Callable[[], Coroutine[None, None, None]] | None = None

    def begin(self, visit: Visit, *, language: str, ends_at: float) -> None:
        """Have a bar for `visit`, which ends at `ends_at` by the loop's clock at the latest. No balance yet."""
        self.end()
        self._balance = ""
        self._wanted = partial(self._follow, visit, language, ends_at)
        self._show(visit, language, ends_at)

    def follow(self) -> None:
        """Keep it right from now on: the page is there, and needs the processor and the line no more."""
        if self._task is None and self._wanted is not None:
            self._task = asyncio.create_task(self._wanted())

    def end(self) -> None:
        """Follow nobody."""
        self._wanted = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _follow(self, visit: Visit, language: str, ends_at: float) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._refresh(visit)
            self._show(visit, language, ends_at)
            left = ends_at - clock()
            # Not later than the moment when the time left begins to matter.
            await asyncio.sleep(min(REFRESH, left - MATTERS) if left > MATTERS else REFRESH)

    async def _refresh(self, visit: Visit) -> None:
        try:
            api = await self._connection.get()
            self._balance = format((await api.balance(visit.user)).balance, "f")
        except KioskError as error:  # the bar goes on with what it has
            log.warning("no balance visit=%d code=%s: %s", visit.number, error.code, error.message)
        except Exception:
            log.exception("no balance visit=%d code=unexpected", visit.number)

    def _show(self, visit: Visit, language: str, ends_at: float) -> None:
        left = ends_at - asyncio.get_running_loop().time()
        self._send(ShowBar(language, visit.user.masked(), self._balance, int(left) if left <= MATTERS else None))
