"""What the API is told and what it answers, as checked values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unicodedata import category

from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from decimal import Decimal

    from kiosk.core.user_id import UserId

# A receiver may read numbers as IEEE 754 doubles, which end near 1e308: beyond this, an amount would become
# infinity or nothing on the way.
_MAX_EXPONENT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a visitor did. `id` is ours: the same id sent again is meant to count once.

    `event_id` names the kind of event in Enable3's admin panel, `value` is any finite number, `created_at` is aware.
    Raises InvalidInput that names the field.
    """

    id: str
    user: UserId
    event_id: str
    value: Decimal
    created_at: datetime
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what the API would refuse."""
        _require_text("id", self.id)
        _require_text("event-id", self.event_id)
        for tag in self.tags:
            _require_text("tag", tag)
        _require_number("value", self.value)
        format_time(self.created_at, field="created-at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """Revenue of the application, in USDT. `request_id` is ours: the same id sent again is meant to count once.

    Raises InvalidInput that names the field. Source of the currency: `x-evidence` of sendRevenue, in the API's
    OpenAPI document.
    """

    request_id: str
    amount: Decimal
    date: datetime

    def __post_init__(self) -> None:
        """Check what the API would refuse."""
        _require_text("request-id", self.request_id)
        _require_number("amount", self.amount)
        format_time(self.date, field="date")


@dataclass(frozen=True, slots=True)
class Balance:
    """A visitor's points, exactly as the API wrote them, and whether the API knows the visitor at all."""

    balance: Decimal
    user_exists: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """The API is there and accepts the key.

    `clock_skew`: seconds, this machine's clock minus the server's Date header, None without one. The header has whole
    seconds and is older by the way of the answer: a second or two is no difference.
    """

    clock_skew: float | None


def format_time(moment: datetime, *, field: str) -> str:
    """Return an aware `moment` as the API's times are written: `2024-02-22 10:00:00`.

    The zone is not documented; we send UTC. Source of the format: an earlier edition of the API's page. This is the
    only place that knows either. Raises InvalidInput that names `field`.
    """
    if moment.utcoffset() is None:
        raise InvalidInput(field, "has no time zone", allowed="a time with its zone, such as 2024-02-22T10:00:00Z")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(field, "is out of range", allowed="the years 1 to 9999 in UTC") from None
    return utc.replace(tzinfo=None).isoformat(" ", "seconds")


def _require_text(field: str, text: str) -> None:
    if not text.strip():
        raise InvalidInput(field, "is empty", allowed="a text")
    if any(category(character) == "Cs" for character in text):
        raise InvalidInput(field, "has half a character", allowed="a text that UTF-8 can hold")


def _require_number(field: str, number: Decimal) -> None:
    if not number.is_finite():
        raise InvalidInput(field, "is not a number", allowed="a decimal number such as 12.50")
    if number and abs(number.adjusted()) > _MAX_EXPONENT:
        raise InvalidInput(field, "is too large or too small", allowed="a decimal number such as 12.50")
