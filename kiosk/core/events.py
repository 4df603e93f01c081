"""What happens to the kiosk. Events that can come late carry the number of their visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.session import Grant, Role, Timer, Wanted
from kiosk.errors import ExitStatus

if TYPE_CHECKING:
    from kiosk.core.deeplink import Feature


@dataclass(frozen=True, slots=True)
class Started:
    """The process runs, and nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Begin:
    """A visitor is signed in. With `hand_over` the venue's own system says so: whoever was there before is not."""

    wanted: Wanted
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """What a visitor scanned or typed signs nobody in; `wait` is how long the keypad takes a break, in seconds."""

    reason: str
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class ShellReady:
    """A window is up."""

    role: Role = Role.FRONT


@dataclass(frozen=True, slots=True)
class ShellGone:
    """A shell ended without being asked to, or its renderer did."""

    role: Role = Role.FRONT


@dataclass(frozen=True, slots=True)
class SparePainted:
    """The spare's attract page is drawn: it could be in front now."""


@dataclass(frozen=True, slots=True)
class Presented:
    """The spare's window is in front."""


@dataclass(frozen=True, slots=True)
class ShellRefused:
    """The shell will not open a window, and another one would not either."""

    status: ExitStatus


@dataclass(frozen=True, slots=True)
class ServiceUp:
    """The API answers, and takes the key."""


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """It does not. `code` is the error's; `retry_after` what the server asked to wait, in seconds."""

    code: str
    retryable: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class KeyMissing:
    """There is no API key yet, and one could be stored: the terminal was never set up."""


@dataclass(frozen=True, slots=True)
class NetworkBack:
    """The API's address could not be reached, and can be again."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The API issued what the visit needs. It should be renewed in `renew_in` seconds, and ends in `expires_in`."""

    visit: int
    grant: Grant
    renew_in: float | None = None
    expires_in: float | None = None


@dataclass(frozen=True, slots=True)
class Denied:
    """The API did not. The fields are those of ServiceDown."""

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
class Activity:
    """Somebody touched the screen or typed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The visitor tried what is refused: to leave the page, for instance."""

    visit: int


@dataclass(frozen=True, slots=True)
class Playing:
    """Sound or a video of the visit's page began or ended."""

    active: bool


@dataclass(frozen=True, slots=True)
class SignInAsked:
    """Somebody wants to sign in; `feature` is the section whose tile they touched."""

    feature: Feature | None = None


@dataclass(frozen=True, slots=True)
class BackAsked:
    """Somebody left the sign-in page."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """Somebody chose a language on the screen."""

    language: str


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Somebody touched `try again` on our out-of-service page."""


@dataclass(frozen=True, slots=True)
class DoneAsked:
    """The visitor is done, or `kiosk end` says so."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """The operator tapped in the corner."""


@dataclass(frozen=True, slots=True)
class PinClosed:
    """The PIN page was closed."""


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """The PIN is right."""


@dataclass(frozen=True, slots=True)
class PinRejected:
    """It is not, or it is too early: the next try is possible in `wait` seconds."""

    wait: float = 0.0
    wrong: bool = True


@dataclass(frozen=True, slots=True)
class PanelClosed:
    """The operator is done with the panel."""


@dataclass(frozen=True, slots=True)
class ReloadAsked:
    """The operator wants a fresh window."""


@dataclass(frozen=True, slots=True)
class RestartAsked:
    """The operator wants a fresh process, or the terminal was set up and needs one."""


@dataclass(frozen=True, slots=True)
class ExitAsked:
    """The operator wants the kiosk to end."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer came to its end."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Stop:
    """The process was asked to end, or the window was closed."""

    status: ExitStatus = ExitStatus.OK


Event = (
    Started
    | Begin
    | SignInRefused
    | ShellReady
    | ShellGone
    | SparePainted
    | Presented
    | ShellRefused
    | ServiceUp
    | ServiceDown
    | KeyMissing
    | NetworkBack
    | Granted
    | Denied
    | Painted
    | PageFailed
    | Activity
    | Attempt
    | Playing
    | SignInAsked
    | BackAsked
    | LanguageChosen
    | RetryAsked
    | DoneAsked
    | Gesture
    | PinClosed
    | PinAccepted
    | PinRejected
    | PanelClosed
    | ReloadAsked
    | RestartAsked
    | ExitAsked
    | TimerFired
    | Stop
)
