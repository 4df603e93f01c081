"""Getting from the API what a visit needs, in the background, and saying how it went as an event."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Literal

from kiosk.core import session as core
from kiosk.core.widget import renewal_delay
from kiosk.errors import ApiError, CredentialError, Forbidden, KioskError, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.api import Enable3
    from kiosk.core.secret import Secret

log = logging.getLogger(__name__)


class Authentication:
    """Asks for a widget URL or a token. One request at a time: a new one ends the one before."""

    def __init__(
        self,
        *,
        mode: Literal["widget", "jwt"],
        read_key: Callable[[], Secret],
        open_api: Callable[[Secret], Enable3],
        on_event: Callable[[core.Event], None],
    ) -> None:
        """`read_key` may block for seconds: it runs in a thread. What comes out is a Granted or a Denied."""
        self._mode = mode
        self._read_key = read_key
        self._open_api = open_api
        self._on_event = on_event
        self._api: Enable3 | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, visit: core.Visit) -> None:
        """Begin to ask for `visit`."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._run(visit))

    async def close(self) -> None:
        """End what is under way, and the connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._disconnect()

    async def _run(self, visit: core.Visit) -> None:
        event: core.Event
        try:
            event = await self._ask(visit)
        except KioskError as error:
            event = await self._deny(visit, error)
        except Exception:
            log.exception("sign-in failed visit=%d code=unexpected", visit.number)
            event = core.Denied(visit.number, "unexpected", retryable=True)
        self._on_event(event)

    async def _ask(self, visit: core.Visit) -> core.Granted:
        api = await self._connect()
        if self._mode == "widget":
            widget = await api.widget_url(visit.user, link=visit.link, language=visit.language)
            log.info("widget URL fetched visit=%d", visit.number)
            return core.Granted(visit.number, widget)
        token = await api.token(visit.user)
        log.info("token fetched visit=%d", visit.number)
        return core.Granted(visit.number, token, renewal_delay(token.expires_at, now=time.time()))

    async def _deny(self, visit: core.Visit, error: KioskError) -> core.Denied:
        log.error("sign-in failed visit=%d code=%s: %s; %s", visit.number, error.code, error.message, error.hint)
        if isinstance(error, Unauthorized | Forbidden | CredentialError):
            await self._disconnect()  # the next try reads the keyring anew: the operator may have repaired it
        retry_after = error.retry_after if isinstance(error, ApiError) else None
        return core.Denied(visit.number, error.code, error.retryable, retry_after)

    async def _connect(self) -> Enable3:
        if self._api is None:
            key = await asyncio.get_running_loop().run_in_executor(None, self._read_key)
            api = self._open_api(key)
            await api.__aenter__()
            self._api = api
        return self._api

    async def _disconnect(self) -> None:
        api, self._api = self._api, None
        if api is not None:
            await api.__aexit__(None, None, None)
