"""The way out of every visit: cover, a fresh window from the spare, and the end of the old one.

    (any state with a visit) ──▶ resetting ──Presented──▶ attract, the next visit, the panel, or out of service

The cover and the fresh window do not wait for each other: the window that died has no cover, and a spare that is not
up yet is waited for behind it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.deeplink import START
from kiosk.core.effects import (
    CheckService,
    ClearTimer,
    Cover,
    Effect,
    EndVisit,
    KillShell,
    Present,
    Promote,
    SetTimer,
    SpawnShell,
)
from kiosk.core.moves.operating import open_panel
from kiosk.core.moves.pages import show
from kiosk.core.moves.shells import start_spare
from kiosk.core.moves.sign_in import begin
from kiosk.core.session import Role, Session, Spare, State, Timer, Wanted

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step

RESET_LIMIT = 15.0
"""Seconds for the spare to come to the front, after which all windows end and a new one starts. It takes under 1 s."""

_OF_A_VISIT = (
    Timer.PAINT,
    Timer.IDLE,
    Timer.LIMIT,
    Timer.EXPIRY,
    Timer.RENEWAL,
    Timer.RETRY,
    Timer.AWAY,
    Timer.OPERATOR,
    Timer.ATTEMPTS,
    Timer.COOL_DOWN,
    Timer.SPARE,
    Timer.RESPAWN,
)


def reset(
    session: Session, reason: str, *, then: Wanted | None = None, panel: bool = False, crashed: bool = False
) -> Step:
    """End the visit, and get the next page from a window that knows nothing of it."""
    over: list[Effect] = [EndVisit(session.visit, reason)] if session.visit is not None else []
    fresh = replace(
        session,
        state=State.RESETTING,
        front=session.front and not crashed,
        visit=None,
        grant=None,
        page="attract",
        link=START,
        language=None,
        playing=False,
        attempts=0,
        pin=False,
        then=then,
        panel=panel,
        code=session.code if session.state is State.OUT_OF_SERVICE else "",
    )
    hidden: Effect = Cover() if fresh.front else KillShell()
    timers: list[Effect] = [ClearTimer(timer) for timer in _OF_A_VISIT]
    resetting, spare = _bring_spare(fresh)
    return resetting, [hidden, *spare, *over, *timers, SetTimer(Timer.RESET, RESET_LIMIT)]


def _bring_spare(session: Session) -> Step:
    return (session, [Present()]) if session.spare is Spare.READY else start_spare(session)


def spare_painted(session: Session, _event: events.SparePainted) -> Step:
    return replace(session, spare=Spare.READY), [Present()]


def front_gone(session: Session) -> Step:
    """Clean up after a window that died before it was ended."""
    return replace(session, front=False), [KillShell()]


def next_visitor(session: Session, event: events.Begin) -> Step:
    """Remember who comes next."""
    return (replace(session, then=event.wanted), []) if event.hand_over else (session, [])


def presented(session: Session, _event: events.Presented) -> Step:
    """Go on in the fresh window."""
    promoted = replace(session, front=True, spare=Spare.NONE)
    arrived, effects = _arrive(promoted)
    return arrived, [Promote(), ClearTimer(Timer.RESET), *effects]


def reset_limit(session: Session) -> Step:
    """Give up on the windows that there are, and start over with one."""
    bare = replace(session, front=False, spare=Spare.NONE)
    arrived, effects = _arrive(bare)
    return arrived, [KillShell(), KillShell(Role.SPARE), SpawnShell(), *effects]


def _arrive(session: Session) -> Step:
    """Go on after a reset: with who waits, or with nobody."""
    if session.then is not None:
        return begin(session, session.then)
    if session.panel:
        return open_panel(session)
    if session.code:
        out = replace(session, state=State.OUT_OF_SERVICE)
        return out, [*show(out), CheckService()]
    # Nothing to show: the spare has its attract page on.
    return replace(session, state=State.ATTRACT), []
