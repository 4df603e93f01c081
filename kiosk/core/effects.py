"""What the supervisor is to do, in the order in which it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.session import Role

if TYPE_CHECKING:
    from kiosk.core.session import Grant, Timer, Visit
    from kiosk.core.widget import Token
    from kiosk.errors import ExitStatus


@dataclass(frozen=True, slots=True)
class SpawnShell:
    """Start a shell."""

    role: Role = Role.FRONT


@dataclass(frozen=True, slots=True)
class KillShell:
    """End the shell and all its processes, and delete its folder."""

    role: Role = Role.FRONT


@dataclass(frozen=True, slots=True)
class Cover:
    """Have the window in front hide its page, and forget what it can, until it is gone."""


@dataclass(frozen=True, slots=True)
class Present:
    """Have the spare come to the front."""


@dataclass(frozen=True, slots=True)
class Promote:
    """The spare is in front now: end the shell that was, and call the spare front."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show a page of our own. `message` and `wait` are for the sign-in and PIN pages: what came of the last try."""

    page: str
    code: str = ""
    message: str = ""
    wait: float = 0.0
    role: Role = Role.FRONT


@dataclass(frozen=True, slots=True)
class HidePage:
    """Show the visit's page again."""


@dataclass(frozen=True, slots=True)
class CheckService:
    """Find out whether visitors could be served: the key is there and the API takes it."""


@dataclass(frozen=True, slots=True)
class WatchNetwork:
    """Say NetworkBack when the API's address can be reached again, until something else is done."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Ask the API for what the visit needs."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Open:
    """Show the visit's page. With `resume` it is there already, and what was issued for it is new."""

    visit: Visit
    grant: Grant
    resume: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the open page its renewed token."""

    visit: Visit
    grant: Token


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The visitor is signed in and sees the widget: say so to whoever counts, once a visit."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class EndVisit:
    """The visit is over: forget everything about it. `reason` is a word for the log."""

    visit: Visit
    reason: str


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
    """End the process; with `restart`, another one takes its place."""

    status: ExitStatus
    restart: bool = False


Effect = (
    SpawnShell
    | KillShell
    | Cover
    | Present
    | Promote
    | ShowPage
    | HidePage
    | CheckService
    | WatchNetwork
    | Authenticate
    | Open
    | HandOver
    | CheckIn
    | EndVisit
    | SetTimer
    | ClearTimer
    | Exit
)
