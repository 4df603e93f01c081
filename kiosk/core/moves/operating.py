"""The operator: a gesture, a PIN, a panel, and the two ways to end the process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.deeplink import START
from kiosk.core.effects import CheckService, ClearTimer, Exit, SetTimer, ShowPage
from kiosk.core.moves.pages import show
from kiosk.core.moves.shells import end
from kiosk.core.session import Session, State, Timer
from kiosk.errors import ExitStatus

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step

PIN_LIMIT = 30.0
"""Seconds that the PIN page stays without a try: a visitor may have found the gesture by chance."""


def gesture(session: Session, _event: events.Gesture) -> Step:
    """Ask for the PIN, over whatever there is."""
    if not session.front:
        return session, []
    return replace(session, pin=True), [ShowPage("pin"), SetTimer(Timer.OPERATOR, PIN_LIMIT)]


def pin_rejected(session: Session, event: events.PinRejected) -> Step:
    if not session.pin:
        return session, []
    message = "wrong" if event.wrong else ""
    return session, [ShowPage("pin", message=message, wait=event.wait), SetTimer(Timer.OPERATOR, PIN_LIMIT)]


def pin_closed(session: Session, _event: events.PinClosed) -> Step:
    return close_pin(session)


def close_pin(session: Session) -> Step:
    """Show again what the PIN page lies over."""
    if not session.pin:
        return session, []
    closed = replace(session, pin=False)
    return closed, [ClearTimer(Timer.OPERATOR), *show(closed)]


def open_panel(session: Session) -> Step:
    """Open the panel where nobody's visit is."""
    timers = [ClearTimer(Timer.RETRY), ClearTimer(Timer.AWAY), ClearTimer(Timer.RESET)]
    panel = replace(session, state=State.PANEL, pin=False, panel=False, page="attract", link=START, language=None)
    return panel, [*show(panel), *timers, SetTimer(Timer.OPERATOR, session.settings.operator_timeout)]


def activity(session: Session, _event: events.Activity) -> Step:
    return session, [SetTimer(Timer.OPERATOR, session.settings.operator_timeout)]


def panel_closed(session: Session, _event: events.PanelClosed) -> Step:
    return close_panel(session)


def close_panel(session: Session) -> Step:
    """Back to the attract page; whether visitors can be served is found out anew."""
    closed = replace(session, state=State.ATTRACT, code="")
    return closed, [ClearTimer(Timer.OPERATOR), *show(closed), CheckService()]


def restart(session: Session, _event: events.RestartAsked) -> Step:
    return end(session, Exit(ExitStatus.OK, restart=True))


def leave(session: Session, _event: events.ExitAsked) -> Step:
    return end(session, Exit(ExitStatus.OPERATOR_EXIT))
