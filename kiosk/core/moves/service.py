"""Out of service: why, and when it is tried again. Never a dead end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.effects import Authenticate, CheckService, ClearTimer, Effect, SetTimer, WatchNetwork
from kiosk.core.moves.pages import show
from kiosk.core.moves.waiting import RETRY_CAP, RETRY_FIRST, backoff
from kiosk.core.session import Session, State, Timer

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step


def started(session: Session, _event: events.Started) -> Step:
    return session, [CheckService()]


def out_of_service(session: Session, code: str, *, retryable: bool, retry_after: float | None = None) -> Step:
    """Say so, and try again later: soon what may pass by itself, at the slowest pace what somebody has to repair."""
    failures = session.failures + 1
    out = replace(session, state=State.OUT_OF_SERVICE, grant=None, code=code, failures=failures)
    delay = backoff(RETRY_FIRST, RETRY_CAP, failures) if retryable else RETRY_CAP
    already = session.state is State.OUT_OF_SERVICE
    return out, [
        *([] if already and session.code == code else show(out)),
        *(ClearTimer(timer) for timer in (Timer.PAINT, Timer.RENEWAL, Timer.EXPIRY)),
        SetTimer(Timer.RETRY, max(delay, retry_after or 0.0)),
        *_leave_by_itself(session, already=already),
        WatchNetwork(),
    ]


def _leave_by_itself(session: Session, *, already: bool) -> list[Effect]:
    """Let a visitor who walks away from the out-of-service page be forgotten."""
    if session.visit is None or already:
        return []
    return [SetTimer(Timer.IDLE, session.settings.idle_timeout)]


def service_down(session: Session, event: events.ServiceDown) -> Step:
    return refused(session, event) if session.visit is None else (session, [])


def refused(session: Session, event: events.Denied | events.ServiceDown) -> Step:
    """Go out of service, or stay there, because the API says no."""
    return out_of_service(session, event.code, retryable=event.retryable, retry_after=event.retry_after)


def service_up(session: Session, _event: events.ServiceUp) -> Step:
    """Open the doors again; a visit has its own way back."""
    if session.visit is not None:
        return session, []
    up = replace(session, state=State.ATTRACT, code="", failures=0)
    return up, [ClearTimer(Timer.RETRY), *show(up)]


def key_missing(session: Session, _event: events.KeyMissing) -> Step:
    """Ask for what `kiosk setup` asks for: this terminal was never set up."""
    if session.visit is not None:
        return session, []
    new = replace(session, state=State.ENROLMENT, code="", pin=False, page="attract")
    return new, [ClearTimer(Timer.RETRY), ClearTimer(Timer.AWAY), *show(new)]


def try_again(session: Session) -> Step:
    """Ask the API once more, quietly: the page stays."""
    return session, [ClearTimer(Timer.RETRY), CheckService() if session.visit is None else Authenticate(session.visit)]


def network_back(session: Session, _event: events.NetworkBack) -> Step:
    return try_again(session)


def retry_asked(session: Session, _event: events.RetryAsked) -> Step:
    """Ask the API once more, and show that something happens: somebody touched the page."""
    if session.visit is None:
        return try_again(session)
    again = replace(session, state=State.SIGNING_IN, code="")
    timers = [ClearTimer(Timer.RETRY), ClearTimer(Timer.IDLE)]
    return again, [*timers, *show(again), Authenticate(session.visit)]


def activity(session: Session, _event: events.Activity) -> Step:
    """Keep a visit for who waits at the page."""
    return session, [] if session.visit is None else [SetTimer(Timer.IDLE, session.settings.idle_timeout)]
