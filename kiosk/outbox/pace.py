"""When delivery goes on after a failure: what the failure says of one event, and what of all of them."""

from __future__ import annotations

from enum import Enum, auto
from random import Random
from typing import TYPE_CHECKING

from kiosk.errors import (
    ApiError,
    BadResponse,
    Conflict,
    InvalidInput,
    KioskError,
    NotFound,
    Rejected,
    ServerFailed,
    TimedOut,
    TlsFailed,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_WAIT = 2.0
LONGEST_WAIT = 600.0
"""Seconds before the second try, and the most between two; each wait is up to twice the one before."""

PATIENCE = 3
"""So many failures in a row, without a success between, are no longer about single events."""

_HOPELESS = frozenset({400, 404, 413, 422})
_CLIENT_ERRORS = range(400, 500)


class Verdict(Enum):
    """What a try of an event says."""

    SENT = auto()  # it is there
    DEAD = auto()  # it will never be taken
    LATER = auto()  # this one again later; others may fare better
    PAUSE = auto()  # no event can be sent for the time being


def judge(error: Exception) -> Verdict:
    """Return what `error` means for an event that was sent, and for the others."""
    if isinstance(error, Conflict):
        return Verdict.SENT  # an earlier try arrived, and its answer did not
    if isinstance(error, InvalidInput | Rejected | NotFound):
        return Verdict.DEAD
    if isinstance(error, BadResponse):
        if error.status in _HOPELESS:
            return Verdict.DEAD
        return Verdict.LATER if error.status in _CLIENT_ERRORS else Verdict.PAUSE
    if isinstance(error, ServerFailed | TimedOut) or not isinstance(error, KioskError):
        return Verdict.LATER
    return Verdict.PAUSE


def may_be_its_fault(error: Exception) -> bool:
    """Whether an event that causes a pause might be what the connection breaks on: a firewall that dislikes it."""
    return isinstance(error, Unreachable | TlsFailed | BadResponse)


class Pace:
    """Whether something may be sent now, and how much at once. `clock`: seconds that only grow."""

    def __init__(self, clock: Callable[[], float], random: Random | None = None) -> None:
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - no secret depends on it  # nosec B311 # no secret depends on it
        self._resume = 0.0
        self._asked = False
        self.failures = 0
        """In a row."""
        self.problem = ""
        """The code of what keeps delivery up, or nothing."""

    def wait(self) -> float:
        """Return for how many seconds nothing may be sent: 0 or less if something may."""
        return self._resume - self._clock()

    def succeeded(self) -> bool:
        """Note that something was sent; return whether that was in doubt."""
        if self.wait() > 0:  # it was under way before the failure that began the pause
            return False
        doubted, self.failures, self.problem = self.failures > 0, 0, ""
        return doubted

    def failed(self, error: Exception, verdict: Verdict) -> None:
        """Note a failure that was judged LATER or PAUSE."""
        paused = self.wait() > 0  # then it was under way when another one failed, and says nothing new
        self.failures += not paused
        asked = error.retry_after if isinstance(error, ApiError) else None
        if verdict is Verdict.PAUSE or asked is not None or self.failures >= PATIENCE:
            self.problem = self.problem if paused else getattr(error, "code", "unexpected")
            self.pause(max(self.backoff(self.failures - 1), asked or 0.0), asked=asked is not None)

    def pause(self, seconds: float, *, asked: bool = False) -> None:
        """Send nothing for so long. What the server `asked` for is not cut short."""
        until = self._clock() + seconds
        if until > self._resume:
            self._resume, self._asked = until, asked

    def hurry(self) -> None:
        """End the pause, unless the server asked for it."""
        if not self._asked or self.wait() <= 0:
            self._resume = 0.0

    def backoff(self, failures: int) -> float:
        """Return how many seconds to wait after so many failures before this one: a random half of it is jitter."""
        longest = min(FIRST_WAIT * 2.0 ** min(failures, 20), LONGEST_WAIT)
        return longest * self._random.uniform(0.5, 1.0)
