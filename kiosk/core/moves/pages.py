"""What there is to see in a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.core.effects import Effect, HidePage, Open, SetTimer, ShowPage
from kiosk.core.session import Session, State, Timer

if TYPE_CHECKING:
    Step = tuple[Session, list[Effect]]

PAINT_LIMIT = 30.0
"""Seconds from opening a page to its first frame, after which it counts as failed. Longer than any healthy start."""

_PAGES = {
    State.SIGNING_IN: "loading",
    State.WARNING: "warning",
    State.COOL_DOWN: "cool-down",
    State.OUT_OF_SERVICE: "out-of-service",
    State.ENROLMENT: "enrolment",
    State.PANEL: "panel",
}


def show(session: Session) -> list[Effect]:
    """Return what to show in `session`: nothing while there is no window for it, or the PIN page lies over it."""
    if not session.front or session.pin:
        return []
    if session.state is State.VISIT:
        return [HidePage()]
    code = session.code if session.state is State.OUT_OF_SERVICE else ""
    return [ShowPage(_PAGES.get(session.state, session.page), code)]


def open_page(session: Session, *, resume: bool = False) -> list[Effect]:
    """Return what opens the visit's page, or shows what there is until it can be opened."""
    if session.visit is None or session.grant is None:
        return show(session)
    return [Open(session.visit, session.grant, resume), SetTimer(Timer.PAINT, PAINT_LIMIT)]
