"""Notices that the network is back, so that nobody waits for the next try of a terminal that was cut off."""

from __future__ import annotations

import asyncio
import logging
import socket
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

_LOOK_UP_LIMIT = 5.0
_CONNECT_LIMIT = 3.0
"""Seconds. A venue's gateway answers in a tenth of that, or not at all."""

_CALM = 5
"""Times `interval`, between two looks at a network that is up."""

_ADDRESSES = 4
"""How many addresses of a name are tried, at the most."""


async def wait_for_return(host: str, port: int, *, interval: float = 2.0) -> None:
    """Return when a TCP connection to `host` works that did not work before: while all is well, never.

    So a network that was there all the time does not cut a backoff short. `host` is a name or an address: the proxy's
    if there is one. It is tried every `interval` seconds, less often while it works. To be cancelled at any time.
    """
    target = _Target(host, port)
    was_away = False
    while True:
        reached = await target.is_reached()
        if reached and was_away:
            log.info("the network is back")
            return
        if not reached and not was_away:
            log.info("the network is away")
            was_away = True
        await asyncio.sleep(interval * (_CALM if reached else 1))


class _Target:
    """One place in the network, and the look-up of its name."""

    def __init__(self, host: str, port: int) -> None:
        self._look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        self._looking: asyncio.Future[list[Any]] | None = None

    async def is_reached(self) -> bool:
        """Whether a connection can be made; it is closed at once."""
        for family, kind, protocol, _, address in (await self._addresses())[:_ADDRESSES]:
            if await _connects(family, kind, protocol, address):
                return True
        return False

    async def _addresses(self) -> list[Any]:
        """Return what getaddrinfo does, or nothing. One that hangs is waited for again, rather than asked twice."""
        if self._looking is None:
            self._looking = asyncio.get_running_loop().run_in_executor(None, self._look_up)
            self._looking.add_done_callback(_heed)
        done, _ = await asyncio.wait({self._looking}, timeout=_LOOK_UP_LIMIT)
        if not done:
            return []
        looked, self._looking = self._looking, None
        try:
            return looked.result()
        except (OSError, UnicodeError):  # UnicodeError: no name at all
            return []


def _heed(looked: asyncio.Future[list[Any]]) -> None:
    """Take note of how a look-up ended: nobody else does when the waiter was cancelled, and asyncio would complain."""
    if not looked.cancelled():
        looked.exception()


async def _connects(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> bool:
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setblocking(False)
            async with asyncio.timeout(_CONNECT_LIMIT):
                await asyncio.get_running_loop().sock_connect(probe, address)
    except OSError:  # TimeoutError is one
        return False
    return True
