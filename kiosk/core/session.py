"""What the kiosk is in the middle of: its states, its timers, and the whole of what it knows of a visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.core.deeplink import START, DeepLink
from kiosk.core.widget import Token, Widget

if TYPE_CHECKING:
    from kiosk.core.user_id import UserId


class State(StrEnum):
    """Where the kiosk is, as the operator sees it."""

    ATTRACT = "attract"
    SIGNING_IN = "signing-in"
    VISIT = "visit"
    WARNING = "warning"
    COOL_DOWN = "cool-down"
    RESETTING = "resetting"
    OUT_OF_SERVICE = "out-of-service"
    ENROLMENT = "enrolment"
    PANEL = "panel"
    ENDED = "ended"


class Timer(StrEnum):
    """The timers. Setting one again replaces it; each is dropped when it fires."""

    RETRY = "retry"
    RESPAWN = "respawn"
    RENEWAL = "renewal"
    PAINT = "paint"
    IDLE = "idle"
    """Nobody touched the terminal for as long as a visit, or the warning in it, waits."""
    LIMIT = "limit"
    """The longest visit is over."""
    EXPIRY = "expiry"
    """What the API issued for the visit ends."""
    AWAY = "away"
    """Nobody went on with what was chosen on the attract or sign-in page."""
    OPERATOR = "operator"
    """Nobody touched the PIN page or the panel."""
    ATTEMPTS = "attempts"
    """A minute since the first of a visitor's refused attempts that still count."""
    COOL_DOWN = "cool-down"
    """The break after too many of them is over."""
    SPARE = "spare"
    RESET = "reset"


class Role(StrEnum):
    """What a shell is for."""

    FRONT = "front"
    SPARE = "spare"


class Spare(StrEnum):
    """How far the warm spare is."""

    NONE = "none"
    STARTING = "starting"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's use. `number` counts from 1 in this run: it is what logs call the visit."""

    number: int
    user: UserId
    link: DeepLink = START
    language: str | None = None


Grant = Widget | Token
"""What the API issued for a visit."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Times are in seconds."""

    idle_timeout: float = 60.0
    idle_warning: float = 20.0
    visit_limit: float = 1800.0
    operator_timeout: float = 60.0
    media_counts: bool = False
    """Whether sound or a video that plays counts as somebody being there."""
    cool_down_after: int = 20
    """How many refused attempts of a visitor within a minute lead to a break; 0: none does."""
    cool_down: float = 30.0
    reopen: bool = False
    """Whether a visit whose window died is opened again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be signed in next: what a Begin says, without the number."""

    user: UserId
    link: DeepLink = START
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state. `failures` counts since the last page was painted, of the API and pages, `deaths` of shells."""

    state: State = State.ATTRACT
    settings: Settings = field(default_factory=Settings)
    front: bool = False
    """The window in front is up."""
    spare: Spare = Spare.NONE
    visits: int = 0
    """How many there were, the present one included."""
    visit: Visit | None = None
    grant: Grant | None = None
    page: str = "attract"
    """Which page the state attract shows: `attract` or `sign-in`."""
    link: DeepLink = START
    """The section that somebody chose on the attract page."""
    language: str | None = None
    """The language that somebody chose on the screen."""
    playing: bool = False
    attempts: int = 0
    """How often the visitor tried what is refused, lately."""
    pin: bool = False
    """The PIN page lies over what there is."""
    then: Wanted | None = None
    """Who is next, when the reset is over."""
    panel: bool = False
    """The operator is next, when the reset is over."""
    code: str = ""
    failures: int = 0
    deaths: int = 0
