"""The kiosk's states and what leads from one to the next.

Everything that affects transitions is in this file: `step(session, event)` returns the next session and the effects
that the supervisor performs. It is total: a pair that TRANSITIONS does not list leaves the session as it is, on
purpose, for a late timer or a double tap is normal life. Events that can come late carry the number of their visit,
and one of another visit is ignored.

    attract ──Begin──▶ signing-in ──Painted──▶ visit
       ▲                   │ ▲                   │
       └──(no visit)──  out-of-service ◀─────────┘      ended: the process is about to exit
                        Denied, PageFailed, ShellGone lead there or back to signing-in
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.core.widget import Token, Widget
from kiosk.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId

PAINT_LIMIT = 30.0
"""Seconds from opening a page to its first frame, after which it counts as failed. Longer than any healthy start."""

RETRY_FIRST, RETRY_CAP = 2.0, 60.0
"""Seconds to the next try after the first failure, and at the most. It doubles in between."""

RESPAWN_FIRST, RESPAWN_CAP = 0.25, 30.0
"""Seconds to the next shell after one that died, and at the most. It doubles in between."""


class State(StrEnum):
    """Where the kiosk is, as the operator sees it."""

    ATTRACT = "attract"
    SIGNING_IN = "signing-in"
    VISIT = "visit"
    OUT_OF_SERVICE = "out-of-service"
    ENDED = "ended"


class Timer(StrEnum):
    """The timers. Setting one again replaces it; each is dropped when it fires."""

    RETRY = "retry"
    RESPAWN = "respawn"
    RENEWAL = "renewal"
    PAINT = "paint"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's use. `number` counts from 1 in this run: it is what logs call the visit."""

    number: int
    user: UserId
    link: DeepLink
    language: str | None = None


Grant = Widget | Token
"""What the API issued for a visit."""


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state. `failures` counts since the last page was painted, of the API and pages, `deaths` of shells."""

    state: State = State.ATTRACT
    shell_ready: bool = False
    visit: Visit | None = None
    grant: Grant | None = None
    code: str = ""
    failures: int = 0
    deaths: int = 0


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begin:
    """A visitor is signed in."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class ShellReady:
    """The window is up."""


@dataclass(frozen=True, slots=True)
class ShellGone:
    """The shell ended without being asked to, or its renderer did."""


@dataclass(frozen=True, slots=True)
class ShellRefused:
    """The shell will not open a window, and another one would not either."""

    status: ExitStatus


@dataclass(frozen=True, slots=True)
class Granted:
    """The API issued what the visit needs. It should be renewed in `renew_in` seconds, if ever."""

    visit: int
    grant: Grant
    renew_in: float | None = None


@dataclass(frozen=True, slots=True)
class Denied:
    """The API did not. `code` is the error's; `retry_after` what the server asked to wait, in seconds."""

    visit: int
    code: str
    retryable: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Painted:
    """The visit's page is on the glass."""

    visit: int


@dataclass(frozen=True, slots=True)
class PageFailed:
    """The visit's page could not be loaded."""

    visit: int
    reason: str


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Somebody touched `try again` on our out-of-service page."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer came to its end."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Stop:
    """The process was asked to end, or the window was closed."""

    status: ExitStatus = ExitStatus.OK


Event = (
    Begin
    | ShellReady
    | ShellGone
    | ShellRefused
    | Granted
    | Denied
    | Painted
    | PageFailed
    | RetryAsked
    | TimerFired
    | Stop
)


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SpawnShell:
    """Start a shell. The one before is gone."""


@dataclass(frozen=True, slots=True)
class KillShell:
    """End the shell and all its processes, and delete its folder."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show a page of our own: attract, loading or out-of-service."""

    page: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Ask the API for what the visit needs."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Open:
    """Show the visit's page."""

    visit: Visit
    grant: Grant


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the open page its renewed token."""

    visit: Visit
    grant: Token


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire `timer` in `seconds`."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Do not fire `timer`."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Exit:
    """End the process."""

    status: ExitStatus


Effect = SpawnShell | KillShell | ShowPage | Authenticate | Open | HandOver | SetTimer | ClearTimer | Exit
Step = tuple[Session, list[Effect]]


# ── transitions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def step(session: Session, event: Event) -> Step:
    """Return the next session, and what is to be done, in order."""
    number = getattr(event, "visit", None)
    if isinstance(number, int) and (session.visit is None or session.visit.number != number):
        return session, []
    handler = TRANSITIONS[session.state].get(type(event))
    return handler(session, event) if handler else (session, [])


def backoff(first: float, cap: float, count: int) -> float:
    """Return the seconds to wait after `count` failures in a row (1 or more)."""
    return min(first * 2.0 ** min(count - 1, 32), cap)


def _begin(session: Session, event: Begin) -> Step:
    begun = replace(session, state=State.SIGNING_IN, visit=event.visit, grant=None, failures=0)
    return begun, [*_show_own_page(begun), Authenticate(event.visit)]


def _show_own_page(session: Session) -> list[Effect]:
    """Return what to show of our own in `session`: nothing while there is no window to show it in."""
    if not session.shell_ready:
        return []
    if session.state is State.OUT_OF_SERVICE:
        return [ShowPage("out-of-service", session.code)]
    return [ShowPage("attract" if session.visit is None else "loading")]


def _open(session: Session) -> list[Effect]:
    if session.visit is None or session.grant is None:
        return _show_own_page(session)
    return [Open(session.visit, session.grant), SetTimer(Timer.PAINT, PAINT_LIMIT)]


def _shell_ready(session: Session, _event: ShellReady) -> Step:
    ready = replace(session, shell_ready=True)
    return ready, _show_own_page(ready) if session.state is State.OUT_OF_SERVICE else _open(ready)


def _shell_gone(session: Session, _event: ShellGone) -> Step:
    """Start another shell, and open the same visit in it: what the API issued is still good."""
    state = State.SIGNING_IN if session.state is State.VISIT else session.state
    gone = replace(session, state=state, shell_ready=False, deaths=session.deaths + 1)
    delay = backoff(RESPAWN_FIRST, RESPAWN_CAP, gone.deaths)
    return gone, [KillShell(), ClearTimer(Timer.PAINT), SetTimer(Timer.RESPAWN, delay)]


def _granted(session: Session, event: Granted) -> Step:
    granted = replace(session, grant=event.grant)
    renewal: list[Effect] = [] if event.renew_in is None else [SetTimer(Timer.RENEWAL, event.renew_in)]
    if not session.shell_ready:
        return granted, renewal
    if session.grant is not None and session.visit is not None and isinstance(event.grant, Token):
        return granted, [HandOver(session.visit, event.grant), *renewal]
    return granted, [*_open(granted), *renewal]


def _denied(session: Session, event: Denied) -> Step:
    if session.grant is None:
        return _out_of_service(session, event.code, retryable=event.retryable, retry_after=event.retry_after)
    # A renewal: try again in the background, the page goes on with the token that it has.
    failed = replace(session, failures=session.failures + 1)
    delay = max(backoff(RETRY_FIRST, RETRY_CAP, failed.failures), event.retry_after or 0.0)
    return failed, [SetTimer(Timer.RENEWAL, delay)]


def _page_failed(session: Session, event: PageFailed) -> Step:
    return _out_of_service(session, f"page.{event.reason}", retryable=True)


def _out_of_service(session: Session, code: str, *, retryable: bool, retry_after: float | None = None) -> Step:
    """Say so, and try again later: soon what may pass by itself, at the slowest pace what somebody has to repair."""
    out = replace(session, state=State.OUT_OF_SERVICE, grant=None, code=code, failures=session.failures + 1)
    delay = backoff(RETRY_FIRST, RETRY_CAP, out.failures) if retryable else RETRY_CAP
    return out, [
        *_show_own_page(out),
        ClearTimer(Timer.PAINT),
        ClearTimer(Timer.RENEWAL),
        SetTimer(Timer.RETRY, max(delay, retry_after or 0.0)),
    ]


def _retry(session: Session, _event: RetryAsked) -> Step:
    if session.visit is None:
        raise AssertionError("only a visit goes out of service")
    again = replace(session, state=State.SIGNING_IN, code="")
    return again, [ClearTimer(Timer.RETRY), *_show_own_page(again), Authenticate(session.visit)]


def _painted(session: Session, _event: Painted) -> Step:
    if session.grant is None:  # the page from before an outage, on its way out
        return session, []
    return replace(session, state=State.VISIT, failures=0, deaths=0), [ClearTimer(Timer.PAINT)]


def _timer_fired(session: Session, event: TimerFired) -> Step:
    match event.timer, session.state:
        case Timer.RESPAWN, _:
            return session, [SpawnShell()]
        case Timer.RETRY, State.OUT_OF_SERVICE:
            return _retry(session, RetryAsked())
        case Timer.PAINT, State.SIGNING_IN:
            return _out_of_service(session, "page.slow", retryable=True)
        case Timer.RENEWAL, State.SIGNING_IN | State.VISIT if session.visit is not None:
            return session, [Authenticate(session.visit)]
    return session, []


def _shell_refused(session: Session, event: ShellRefused) -> Step:
    return _stop(session, Stop(event.status))


def _stop(session: Session, event: Stop) -> Step:
    return replace(session, state=State.ENDED, shell_ready=False), [KillShell(), Exit(event.status)]


_ANYWHERE: dict[type[Event], Callable[[Session, Any], Step]] = {
    ShellReady: _shell_ready,
    ShellGone: _shell_gone,
    ShellRefused: _shell_refused,
    TimerFired: _timer_fired,
    Stop: _stop,
}

_WITH_VISIT: dict[type[Event], Callable[[Session, Any], Step]] = {
    Granted: _granted,
    Denied: _denied,
    PageFailed: _page_failed,
}

TRANSITIONS: dict[State, dict[type[Event], Callable[[Session, Any], Step]]] = {
    State.ATTRACT: _ANYWHERE | {Begin: _begin},
    State.SIGNING_IN: _ANYWHERE | {Granted: _granted, Denied: _denied, Painted: _painted, PageFailed: _page_failed},
    State.VISIT: _ANYWHERE | {Granted: _granted, Denied: _denied, PageFailed: _page_failed},
    State.OUT_OF_SERVICE: _ANYWHERE | {RetryAsked: _retry},
    State.ENDED: {},
}
