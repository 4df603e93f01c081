"""Getting from the API what a visit needs, in the background, and saying how it went as an event."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Literal

from kiosk.core import events
from kiosk.core.widget import renewal_delay, widget_end
from kiosk.errors import (
    ApiError,
    CredentialError,
    CredentialsMissing,
    Forbidden,
    KioskError,
    Rejected,
    Unauthorized,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kiosk.core.session import Visit
    from kiosk.core.widget import Widget
    from kiosk.supervisor.connection import Connection

log = logging.getLogger(__name__)

SHORTEST_LIFE = 10.0
"""Seconds that a visit gets at the least, whatever its token says: time for one renewal, if this clock is wrong."""


class Authentication:
    """Asks for a widget URL or a token, or whether one could be had. One request at a time: a new one ends the last."""

    def __init__(
        self,
        *,
        mode: Literal["widget", "jwt"],
        connection: Connection,
        language: str,
        can_enrol: bool,
        on_event: Callable[[events.Event], None],
    ) -> None:
        """Say by `on_event` what comes out: a Granted or a Denied, or a ServiceUp, ServiceDown or KeyMissing.

        `language` is the terminal's, for visits that have none of their own; `can_enrol` says whether a missing key
        could be stored from the screen.
        """
        self._mode = mode
        self._connection = connection
        self._language = language
        self._can_enrol = can_enrol
        self._on_event = on_event
        self._task: asyncio.Task[None] | None = None

    def start(self, visit: Visit) -> None:
        """Begin to ask for `visit`."""
        self._begin(lambda: self._sign_in(visit))

    def check(self) -> None:
        """Begin to find out whether visitors could be served."""
        self._begin(self._check)

    async def close(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _begin(self, work: Callable[[], Coroutine[None, None, events.Event]]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._report(work))

    async def _report(self, work: Callable[[], Coroutine[None, None, events.Event]]) -> None:
        self._on_event(await work())

    async def _sign_in(self, visit: Visit) -> events.Event:
        try:
            return await self._ask(visit)
        except KioskError as error:
            await self._note(f"sign-in failed visit={visit.number}", error)
            return events.Denied(visit.number, error.code, error.retryable, _retry_after(error))
        except Exception:
            log.exception("sign-in failed visit=%d code=unexpected", visit.number)
            return events.Denied(visit.number, "unexpected", retryable=True)

    async def _ask(self, visit: Visit) -> events.Granted:
        api = await self._connection.get()
        if self._mode == "widget":
            widget = await self._widget(visit)
            end = widget_end(widget, now=(now := time.time()))
            log.info("widget URL fetched visit=%d", visit.number)
            return events.Granted(visit.number, widget, renewal_delay(end, now=now), max(end - now, SHORTEST_LIFE))
        token = await api.token(visit.user)
        end, now = token.expires_at, time.time()
        log.info("token fetched visit=%d", visit.number)
        return events.Granted(visit.number, token, renewal_delay(end, now=now), max(end - now, SHORTEST_LIFE))

    async def _widget(self, visit: Visit) -> Widget:
        """Fetch a widget URL, in a language that the operator's account may not have: then in the visitor's own."""
        api = await self._connection.get()
        language = visit.language or self._language or None
        try:
            return await api.widget_url(visit.user, link=visit.link, language=language)
        except Rejected:
            if language is None:
                raise
            log.warning("language refused visit=%d language=%s: without one", visit.number, language)
            return await api.widget_url(visit.user, link=visit.link, language=None)

    async def _check(self) -> events.Event:
        try:
            await (await self._connection.get()).probe()
        except CredentialsMissing as error:
            await self._note("no API key", error)
            return events.KeyMissing() if self._can_enrol else events.ServiceDown(error.code, retryable=False)
        except KioskError as error:
            await self._note("service down", error)
            return events.ServiceDown(error.code, error.retryable, _retry_after(error))
        except Exception:
            log.exception("service down code=unexpected")
            return events.ServiceDown("unexpected", retryable=True)
        log.info("service up")
        return events.ServiceUp()

    async def _note(self, what: str, error: KioskError) -> None:
        log.error("%s code=%s: %s; %s", what, error.code, error.message, error.hint)
        if isinstance(error, Unauthorized | Forbidden | CredentialError):
            await self._connection.drop()


def _retry_after(error: KioskError) -> float | None:
    return error.retry_after if isinstance(error, ApiError) else None
