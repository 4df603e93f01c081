"""The table of transitions: what follows from an event in a state.

`step(session, event)` returns the next session and the effects that the supervisor performs. It is total: a pair that
TRANSITIONS does not list leaves the session as it is, on purpose, for a late timer or a double tap is normal life.
Events that can come late carry the number of their visit, and one of another visit is ignored.

    attract ──Begin──▶ signing-in ──Painted──▶ visit ◀──▶ warning, cool-down
       ▲                  │    ▲                 │           │
       │                  ▼    │                 ▼           ▼
       ├───────────── out-of-service         resetting ──────┴──▶ attract, the next visit, or the panel
       ├── enrolment (there is no key yet)
       └── panel (the operator's PIN)            ended: the process is about to exit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.core import events
from kiosk.core.moves import operating, reset, service, shells, sign_in, visit
from kiosk.core.session import Role, Session, State, Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.core.moves.pages import Step

    Handler = Callable[[Session, Any], Step]
    Row = dict[type[events.Event], Handler]


def step(session: Session, event: events.Event) -> Step:
    """Return the next session, and what is to be done, in order."""
    number = getattr(event, "visit", None)
    if isinstance(number, int) and (session.visit is None or session.visit.number != number):
        return session, []
    handler = TRANSITIONS[session.state].get(type(event))
    return handler(session, event) if handler else (session, [])


def _by_role(front: Callable[[Session], Step], spare: Callable[[Session], Step]) -> Handler:
    return lambda session, event: (front if event.role is Role.FRONT else spare)(session)


def _by_timer(timers: dict[Timer, Callable[[Session], Step]]) -> Handler:
    def fired(session: Session, event: events.TimerFired) -> Step:
        handler = timers.get(event.timer)
        return handler(session) if handler else (session, [])

    return fired


def _ended(reason: str) -> Callable[[Session], Step]:
    return lambda session: reset.reset(session, reason)


def _pin_accepted(session: Session, _event: events.PinAccepted) -> Step:
    """Open the panel; with a visit under the PIN page, end that, for the panel belongs into nobody's window."""
    if not session.pin:
        return session, []
    return operating.open_panel(session) if session.visit is None else reset.reset(session, "operator", panel=True)


_OVER: dict[Timer, Callable[[Session], Step]] = {
    Timer.RESPAWN: shells.respawn,
    Timer.LIMIT: _ended("limit"),
    Timer.EXPIRY: _ended("expired"),
    Timer.OPERATOR: operating.close_pin,
}
_ANYWHERE: Row = {
    events.ShellReady: _by_role(shells.front_ready, shells.spare_ready),
    events.ShellGone: _by_role(shells.respawn_front, shells.spare_gone),
    events.SparePainted: shells.spare_painted,
    events.ShellRefused: shells.refused,
    events.TimerFired: _by_timer({Timer.RESPAWN: shells.respawn}),
    events.Stop: shells.stop,
    events.RestartAsked: operating.restart,
}
_PIN: Row = {
    events.Gesture: operating.gesture,
    events.PinRejected: operating.pin_rejected,
    events.PinClosed: operating.pin_closed,
    events.PinAccepted: _pin_accepted,
}
_WITH_VISIT: Row = {
    events.Begin: visit.hand_over,
    events.DoneAsked: visit.done,
    events.Playing: visit.playing,
    events.PinAccepted: _pin_accepted,
}

_OPEN: Row = {
    **_ANYWHERE,
    **_WITH_VISIT,
    events.Granted: visit.granted,
    events.Denied: visit.denied,
    events.Painted: visit.repainted,
    events.PageFailed: visit.page_failed,
    events.ShellGone: _by_role(visit.front_gone, shells.spare_gone),
}
"""While a visit's page is there, whether or not the idle warning lies over it."""

_OPEN_TIMERS: dict[Timer, Callable[[Session], Step]] = {
    **_OVER,
    Timer.PAINT: visit.paint_limit,
    Timer.RENEWAL: visit.renew,
    Timer.SPARE: shells.start_spare,
    Timer.ATTEMPTS: visit.forget_attempts,
}

TRANSITIONS: dict[State, Row] = {
    State.ATTRACT: {
        **_ANYWHERE,
        **_PIN,
        events.Started: service.started,
        events.Begin: sign_in.begin_here,
        events.SignInAsked: sign_in.sign_in_asked,
        events.SignInRefused: sign_in.sign_in_refused,
        events.BackAsked: sign_in.back_asked,
        events.LanguageChosen: sign_in.language_chosen,
        events.Activity: sign_in.activity,
        events.ServiceDown: service.service_down,
        events.KeyMissing: service.key_missing,
        events.TimerFired: _by_timer(
            {Timer.RESPAWN: shells.respawn, Timer.AWAY: sign_in.away, Timer.OPERATOR: operating.close_pin}
        ),
    },
    State.SIGNING_IN: {
        **_ANYWHERE,
        **_WITH_VISIT,
        events.Granted: visit.granted,
        events.Denied: visit.denied,
        events.Painted: visit.painted,
        events.PageFailed: visit.page_failed,
        events.Presented: lambda session, _event: visit.spare_is_in_front(session),
        events.TimerFired: _by_timer({**_OVER, Timer.PAINT: visit.paint_limit, Timer.RENEWAL: visit.renew}),
    },
    State.VISIT: {
        **_PIN,
        **_OPEN,
        events.Activity: visit.activity,
        events.Attempt: visit.attempt,
        events.TimerFired: _by_timer({**_OPEN_TIMERS, Timer.IDLE: visit.idle}),
    },
    State.COOL_DOWN: {
        **_PIN,
        **_OPEN,
        events.TimerFired: _by_timer({**_OPEN_TIMERS, Timer.COOL_DOWN: visit.cooled_down}),
    },
    State.WARNING: {
        **_OPEN,
        events.Activity: visit.somebody_is_there,
        events.TimerFired: _by_timer({**_OPEN_TIMERS, Timer.IDLE: _ended("idle")}),
    },
    State.RESETTING: {
        **_ANYWHERE,
        events.Begin: reset.next_visitor,
        events.Presented: reset.presented,
        events.SparePainted: reset.spare_painted,
        events.ShellGone: _by_role(reset.front_gone, shells.spare_gone),
        events.TimerFired: _by_timer({Timer.SPARE: shells.start_spare, Timer.RESET: reset.reset_limit}),
    },
    State.OUT_OF_SERVICE: {
        **_ANYWHERE,
        **_PIN,
        events.Begin: lambda session, event: (sign_in.begin_from_outside if session.visit is None else visit.hand_over)(
            session, event
        ),
        events.DoneAsked: lambda session, event: (session, []) if session.visit is None else visit.done(session, event),
        events.Granted: visit.granted_while_out,
        events.Denied: service.refused,
        events.ServiceUp: service.service_up,
        events.ServiceDown: service.service_down,
        events.KeyMissing: service.key_missing,
        events.NetworkBack: service.network_back,
        events.RetryAsked: service.retry_asked,
        events.LanguageChosen: sign_in.language_chosen,
        events.Activity: service.activity,
        events.TimerFired: _by_timer(
            {**_OVER, Timer.RETRY: service.try_again, Timer.IDLE: _ended("idle"), Timer.AWAY: sign_in.away}
        ),
    },
    State.ENROLMENT: {
        **_ANYWHERE,
        events.LanguageChosen: sign_in.language_chosen,
    },
    State.PANEL: {
        **_ANYWHERE,
        events.Begin: sign_in.begin_from_outside,
        events.Activity: operating.activity,
        events.PanelClosed: operating.panel_closed,
        events.ReloadAsked: lambda session, _event: reset.reset(session, "reload"),
        events.ExitAsked: operating.leave,
        events.TimerFired: _by_timer({Timer.RESPAWN: shells.respawn, Timer.OPERATOR: operating.close_panel}),
    },
    State.ENDED: {},
}
