"""What a running kiosk answers to `kiosk run --user`, `kiosk end` and `kiosk status`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk import __version__
from kiosk.core import events
from kiosk.core.session import State, Wanted
from kiosk.core.sign_in import SignInRefused
from kiosk.errors import InvalidInput, KioskError
from kiosk.ops.control_messages import (
    ENDING,
    Began,
    Begin,
    End,
    Ended,
    KioskStatus,
    OutboxCounts,
    Reply,
    Request,
    accept,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.sign_in.desk import SignInDesk
    from kiosk.supervisor.app import Supervisor


class Requests:
    """Answers what was asked over the local channel. Whoever asks has this account, and its values are checked anew."""

    def __init__(
        self, supervisor: Supervisor, *, desk: SignInDesk, outbox: Callable[[], Awaitable[OutboxCounts]]
    ) -> None:
        """Speak for `supervisor`; `outbox` counts what waits to be sent."""
        self._supervisor = supervisor
        self._desk = desk
        self._outbox = outbox

    async def answer(self, request: Request) -> Reply:
        """Do what is asked, and say what became of it."""
        if self._supervisor.session.state is State.ENDED:
            return refuse(KioskError("the kiosk is ending", hint="try again in a moment"), code=ENDING)
        match request:
            case Begin():
                return self._begin(request)
            case End():
                return self._end()
            case _:
                return accept(await self._status())

    def _begin(self, request: Begin) -> Reply:
        session = self._supervisor.session
        if session.state is State.ENROLMENT:
            return refuse(
                KioskError("this terminal has no API key yet", hint="run `kiosk setup`, or do it on its screen")
            )
        try:
            found = self._desk.argument(request.user, request.link)
        except SignInRefused as refused:
            return refuse(InvalidInput("--user", refused.detail))
        wanted = Wanted(found.user, found.link, request.language)
        self._supervisor.inbox.put(events.Begin(wanted, hand_over=True))
        return accept(Began(session.visits + 1))

    def _end(self) -> Reply:
        visit = self._supervisor.session.visit
        if visit is not None:
            self._supervisor.inbox.put(events.DoneAsked())
        return accept(Ended(None if visit is None else visit.number))

    async def _status(self) -> KioskStatus:
        supervisor = self._supervisor
        session, ready = supervisor.session, supervisor.ready
        return KioskStatus(
            state=session.state,
            since=datetime.fromtimestamp(supervisor.since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=__version__,
            engine=supervisor.config.engine,
            pid=os.getpid(),
            engine_version=ready.version if ready else "",
            renderer=ready.renderer if ready else "",
            visit=session.visit.number if session.visit else None,
            visits=session.visits,
            code=session.code,
            outbox=await self._outbox(),
        )
