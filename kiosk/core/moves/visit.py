"""A visit: what is issued for it, its page, and whether somebody is still there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.effects import (
    Authenticate,
    CheckIn,
    ClearTimer,
    Effect,
    HandOver,
    KillShell,
    Present,
    Promote,
    SetTimer,
)
from kiosk.core.moves.pages import open_page, show
from kiosk.core.moves.reset import reset
from kiosk.core.moves.service import out_of_service, refused
from kiosk.core.moves.shells import respawn_front
from kiosk.core.moves.waiting import RETRY_CAP, RETRY_FIRST, backoff
from kiosk.core.session import Session, Spare, State, Timer
from kiosk.core.widget import Token

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step

SPARE_DELAY = 2.0
"""Seconds from a visit's first frame to the start of the spare: the page has the processor for itself until then."""


ATTEMPTS_COUNT = 60.0
"""Seconds in which refused attempts add up."""


def granted(session: Session, event: events.Granted) -> Step:
    """Open the page, or renew what it has."""
    first = session.grant is None
    held = replace(session, grant=event.grant)
    effects: list[Effect] = []
    if event.expires_in is not None:
        effects.append(SetTimer(Timer.EXPIRY, event.expires_in))
    if event.renew_in is not None:
        effects.append(SetTimer(Timer.RENEWAL, event.renew_in))
    return held, [*effects, *_give(held, first=first)]


def _give(session: Session, *, first: bool) -> list[Effect]:
    if not session.front:
        return []
    if not first and session.visit is not None and isinstance(session.grant, Token):
        return [HandOver(session.visit, session.grant)]
    return open_page(session, resume=not first)


def granted_while_out(session: Session, event: events.Granted) -> Step:
    """Go on with a visit that waited for the API on the out-of-service page."""
    return granted(replace(session, state=State.SIGNING_IN, code="", pin=False), event)


def denied(session: Session, event: events.Denied) -> Step:
    """Go out of service; or, if a renewal fails, try again while the page goes on with what it has."""
    if session.grant is None:
        return refused(session, event)
    failed = replace(session, failures=session.failures + 1)
    delay = max(backoff(RETRY_FIRST, RETRY_CAP, failed.failures), event.retry_after or 0.0)
    return failed, [SetTimer(Timer.RENEWAL, delay)]


def page_failed(session: Session, event: events.PageFailed) -> Step:
    return out_of_service(session, f"page.{event.reason}", retryable=True)


def paint_limit(session: Session) -> Step:
    return out_of_service(session, "page.slow", retryable=True)


def painted(session: Session, _event: events.Painted) -> Step:
    """Watch from now on whether somebody is there."""
    if session.visit is None or session.grant is None:  # the page from before an outage, on its way out
        return session, []
    there = replace(session, state=State.VISIT, failures=0, deaths=0)
    spare: list[Effect] = [SetTimer(Timer.SPARE, SPARE_DELAY)] if session.spare is Spare.NONE else []
    idle = SetTimer(Timer.IDLE, session.settings.idle_timeout)
    return there, [ClearTimer(Timer.PAINT), idle, *spare, CheckIn(session.visit)]


def repainted(session: Session, _event: events.Painted) -> Step:
    """Go on with the renewed page, or with what lies over it."""
    return session, [ClearTimer(Timer.PAINT), *show(session)]


def renew(session: Session) -> Step:
    return session, [] if session.visit is None else [Authenticate(session.visit)]


def activity(session: Session, _event: events.Activity) -> Step:
    return session, [SetTimer(Timer.IDLE, session.settings.idle_timeout)]


def playing(session: Session, event: events.Playing) -> Step:
    return replace(session, playing=event.active), []


def attempt(session: Session, _event: events.Attempt) -> Step:
    """Count what the visitor tries; if it is too much, let them do nothing for a while."""
    counted = replace(session, attempts=session.attempts + 1)
    if 0 < session.settings.cool_down_after <= counted.attempts:
        cooling = replace(session, state=State.COOL_DOWN, attempts=0)
        timers = [ClearTimer(Timer.ATTEMPTS), ClearTimer(Timer.IDLE)]
        return cooling, [*show(cooling), *timers, SetTimer(Timer.COOL_DOWN, session.settings.cool_down)]
    return counted, [SetTimer(Timer.ATTEMPTS, ATTEMPTS_COUNT)] if counted.attempts == 1 else []


def forget_attempts(session: Session) -> Step:
    return replace(session, attempts=0), []


def cooled_down(session: Session) -> Step:
    """Go on with the visit, if somebody is still there."""
    back = replace(session, state=State.VISIT)
    return back, [*show(back), SetTimer(Timer.IDLE, session.settings.idle_timeout)]


def idle(session: Session) -> Step:
    """Ask whether somebody is there."""
    if session.playing and session.settings.media_counts:
        return session, [SetTimer(Timer.IDLE, session.settings.idle_timeout)]
    warned = replace(session, state=State.WARNING, pin=False)
    return warned, [*show(warned), SetTimer(Timer.IDLE, session.settings.idle_warning)]


def somebody_is_there(session: Session, _event: events.Activity) -> Step:
    back = replace(session, state=State.VISIT)
    return back, [*show(back), SetTimer(Timer.IDLE, session.settings.idle_timeout)]


def done(session: Session, _event: events.DoneAsked) -> Step:
    return reset(session, "done")


def hand_over(session: Session, event: events.Begin) -> Step:
    """End this visit for the next one, if the venue's own system says so."""
    return reset(session, "hand-over", then=event.wanted) if event.hand_over else (session, [])


def front_gone(session: Session) -> Step:
    """End the visit whose window died, or open it again in the spare or a new window."""
    if not session.settings.reopen:
        return reset(session, "crash", crashed=True)
    gone = replace(session, state=State.SIGNING_IN, front=False, pin=False, playing=False)
    if gone.spare is Spare.READY:
        return gone, [KillShell(), ClearTimer(Timer.PAINT), ClearTimer(Timer.IDLE), Present()]
    return respawn_front(gone)


def spare_is_in_front(session: Session) -> Step:
    """Open the visit again in what was the spare."""
    promoted = replace(session, front=True, spare=Spare.NONE)
    return promoted, [Promote(), *open_page(promoted)]
