"""Windows that come up and die, when no visit hangs on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.effects import ClearTimer, Effect, EndVisit, Exit, KillShell, SetTimer, ShowPage, SpawnShell
from kiosk.core.moves.pages import open_page, show
from kiosk.core.moves.waiting import RESPAWN_CAP, RESPAWN_FIRST, backoff
from kiosk.core.session import Role, Session, Spare, State, Timer

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step


def front_ready(session: Session) -> Step:
    """Show what there is to see."""
    ready = replace(session, front=True, pin=False)
    return ready, open_page(ready) if session.state is State.SIGNING_IN else show(ready)


def respawn_front(session: Session) -> Step:
    """Start another window, and show the same in it: what the API issued is still good."""
    gone = replace(session, front=False, pin=False, deaths=session.deaths + 1)
    delay = backoff(RESPAWN_FIRST, RESPAWN_CAP, gone.deaths)
    return gone, [KillShell(), ClearTimer(Timer.PAINT), SetTimer(Timer.RESPAWN, delay)]


def respawn(session: Session) -> Step:
    return session, [] if session.front else [SpawnShell()]


def spare_ready(session: Session) -> Step:
    """Have the spare draw what it will be needed for. Until that is done, it would be a blank window."""
    return session, [ShowPage("attract", role=Role.SPARE)]


def spare_painted(session: Session, _event: events.SparePainted) -> Step:
    return replace(session, spare=Spare.READY), []


def start_spare(session: Session) -> Step:
    """Start a spare, unless there is one."""
    if session.spare is not Spare.NONE:
        return session, []
    return replace(session, spare=Spare.STARTING), [SpawnShell(Role.SPARE)]


def spare_gone(session: Session) -> Step:
    """Do without a spare for a while."""
    gone = replace(session, spare=Spare.NONE, deaths=session.deaths + 1)
    return gone, [KillShell(Role.SPARE), SetTimer(Timer.SPARE, backoff(RESPAWN_FIRST, RESPAWN_CAP, gone.deaths))]


def refused(session: Session, event: events.ShellRefused) -> Step:
    return end(session, Exit(event.status))


def stop(session: Session, event: events.Stop) -> Step:
    return end(session, Exit(event.status))


def end(session: Session, how: Exit) -> Step:
    """End the process, and with it all windows."""
    over: list[Effect] = [] if session.visit is None else [EndVisit(session.visit, "stop")]
    ended = replace(session, state=State.ENDED, front=False, spare=Spare.NONE, visit=None, grant=None)
    return ended, [KillShell(), KillShell(Role.SPARE), *over, how]
