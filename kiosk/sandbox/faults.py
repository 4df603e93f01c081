"""What the sandbox breaks on demand: values alone, the breaking itself is in `injection`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from random import Random

Scope = Literal["api", "widget", "all"]

_FAILURE = "STATUS:PROBABILITY, such as 503:0.3, and seconds for Retry-After if wanted: 429:0.2:5"
_MAX_LATENCY_MS = 600_000
_FIRST_FAILURE, _LAST_FAILURE = 400, 599


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer with `status` to a share of the requests (0 to 1), with `Retry-After` in seconds unless it is None."""

    status: int
    probability: float
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong. The default is that nothing does."""

    latency_ms: int = 0
    """Wait this long before each answer, milliseconds."""
    fail: tuple[Failure, ...] = ()
    """Answer with these statuses; each is drawn on its own, the first that hits counts."""
    drip: bool = False
    """Send the body a byte at a time."""
    drip_seconds: float = 0.5
    """The pause after each byte of a dripping body."""
    reset: bool = False
    """Cut the connection (TCP RST) in the middle of the answer."""
    garbage: bool = False
    """Send a body that is not what was promised."""
    expired_token: bool = False
    """Issue tokens that have expired already."""
    deny_address: bool = False
    """Answer 403 to a right key, as if the caller's address were not on the operator's allow-list."""
    scope: Scope = "api"
    """What latency, failures, drip, reset and garbage apply to: the API, the widget and the SDK page, or both."""
    times: int | None = None
    """To how many requests (of `scope`) those five apply before all is well again; None means to all."""

    def __post_init__(self) -> None:
        """Refuse numbers out of range with InvalidInput."""
        if not 0 <= self.latency_ms <= _MAX_LATENCY_MS:
            raise InvalidInput("latency_ms", "is out of range", allowed=f"0 to {_MAX_LATENCY_MS}")
        if self.times is not None and self.times < 1:
            raise InvalidInput("times", "is out of range", allowed="1 or more")
        if not 0 <= self.drip_seconds <= _MAX_LATENCY_MS / 1000:
            raise InvalidInput("drip_seconds", "is out of range", allowed=f"0 to {_MAX_LATENCY_MS // 1000}")

    def covers(self, path: str) -> bool:
        """Whether the faults of transport apply to a request for `path`. The sandbox's own switches never fail."""
        if path.startswith("/sandbox/"):
            return False
        return self.scope == "all" or (self.scope == "api") == path.startswith("/api/")

    def draw(self, random: Random) -> Failure | None:
        """Return the failure that this request meets, if any."""
        return next((failure for failure in self.fail if random.random() < failure.probability), None)  # nosec B311 # no secret depends on it


def parse_failure(text: str) -> Failure:
    """Parse `503:0.3` or `429:0.2:5`. A 429 without seconds says `Retry-After: 1`. Raises InvalidInput."""
    status, _, rest = text.partition(":")
    share, _, seconds = rest.partition(":")
    try:
        retry_after = int(seconds) if seconds else None
        failure = Failure(int(status), float(share), retry_after)
    except ValueError:
        raise InvalidInput("fail", "is not a failure", allowed=_FAILURE) from None
    if not (_FIRST_FAILURE <= failure.status <= _LAST_FAILURE and 0 <= failure.probability <= 1):
        raise InvalidInput("fail", "is out of range", allowed=_FAILURE)
    if retry_after is not None and retry_after < 0:
        raise InvalidInput("fail", "has a negative Retry-After", allowed=_FAILURE)
    if failure.status == 429 and retry_after is None:  # noqa: PLR2004 - Too Many Requests
        return Failure(failure.status, failure.probability, 1)
    return failure
