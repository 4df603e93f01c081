"""Who stands in front of the terminal: what is scanned or typed becomes a visitor, or the operator, or nobody."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kiosk.core import events
from kiosk.core.session import Wanted
from kiosk.core.sign_in import SignIn, SignInRefused
from kiosk.errors import InvalidInput, KioskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.operators.pin import PinKeeper
    from kiosk.sign_in.desk import SignInDesk

log = logging.getLogger(__name__)


class Reception:
    """Checks one text at a time, in a thread: a signature or a hash takes its time. The others are dropped."""

    def __init__(self, *, desk: SignInDesk, pins: PinKeeper, on_event: Callable[[events.Event], None]) -> None:
        """Say by `on_event` what comes out: a Begin or a SignInRefused, a PinAccepted or a PinRejected."""
        self._desk = desk
        self._pins = pins
        self._on_event = on_event
        self._task: asyncio.Task[None] | None = None

    def scanned(self, text: str) -> None:
        """Sign in who has this code or card."""
        self._start(lambda: self._sign_in(lambda: self._desk.scanned(text)))

    def typed(self, digits: str) -> None:
        """Sign in who has this number."""
        self._start(lambda: self._sign_in(lambda: self._desk.typed(digits)))

    def pin(self, text: str) -> None:
        """Let the operator in."""
        self._start(lambda: self._check_pin(text))

    def forget(self) -> None:
        """Let nothing come of what is still being checked: whoever it was about is not there any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self, work: Callable[[], events.Event]) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], events.Event]) -> None:
        self._on_event(await asyncio.get_running_loop().run_in_executor(None, work))

    def _sign_in(self, ask: Callable[[], SignIn]) -> events.Event:
        try:
            found = ask()
        except SignInRefused as refused:
            log.warning("sign-in refused reason=%s: %s", refused.reason, refused.detail)
            return events.SignInRefused(refused.reason, refused.wait)
        except KioskError as error:
            log.error("sign-in refused code=%s: %s; %s", error.code, error.message, error.hint)  # noqa: TRY400 - operational
            return events.SignInRefused("wrong")
        except Exception:
            log.exception("sign-in refused code=unexpected")
            return events.SignInRefused("wrong")
        return events.Begin(Wanted(found.user, found.link))

    def _check_pin(self, text: str) -> events.Event:
        try:
            return self._judge_pin(text)
        except KioskError as error:
            log.error("PIN refused code=%s: %s; %s", error.code, error.message, error.hint)  # noqa: TRY400 - operational
            return events.PinRejected()
        except Exception:
            log.exception("PIN refused code=unexpected")
            return events.PinRejected()

    def _judge_pin(self, text: str) -> events.Event:
        from kiosk.operators.pin import parse_pin  # noqa: PLC0415 - argon2 takes its time to import

        try:
            pin = parse_pin(text)
        except InvalidInput:  # too short to be one: no try
            return events.PinRejected(self._pins.wait())
        verdict = self._pins.check(pin)
        log.info("PIN %s", "accepted" if verdict.ok else "refused")
        return events.PinAccepted() if verdict.ok else events.PinRejected(verdict.wait)
