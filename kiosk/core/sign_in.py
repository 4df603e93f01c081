"""How a visitor signs in: what is accepted as an id, and how often somebody may be wrong. Times are in seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId

Reason = Literal["unknown", "wrong", "wait", "used", "expired"]
CheckDigit = Literal["none", "luhn", "ean"]

_JWS = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_SHORTEST_MANGLED = 64
"""Characters. A code has more than twice as many; an id that starts with `ey` rarely has as many."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who signed in, and where the visit opens."""

    user: UserId
    link: DeepLink


class SignInRefused(Exception):
    """Somebody may not sign in like this.

    `reason` is what the page tells the visitor: `unknown` (not an id, or not a way in of this terminal), `wrong` (the
    check digit or the code is), `wait` (for `wait` seconds), `used` or `expired` (the code is). `detail` is for an
    engineer, in words of ours: what was typed or scanned is in neither.
    """

    def __init__(self, reason: Reason, detail: str, *, wait: float = 0.0) -> None:
        """Say why."""
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.wait = wait


class IdPattern(Protocol):
    """What a whole id looks like: what `fullmatch` returns is true if a text is one. In a time that is bounded."""

    def fullmatch(self, text: str, /) -> object: ...


def check_pattern(user: UserId, pattern: IdPattern | None) -> None:
    """Raise SignInRefused if there is a pattern that the whole id does not match."""
    if pattern is not None and not pattern.fullmatch(user.reveal()):
        raise SignInRefused("unknown", "the user id does not match user_pattern")


def looks_signed(text: str) -> bool:
    """Whether a scanned text is meant as a signed code.

    It has three parts of base64url, or it starts as every code does (`eyJ`) after a reader with the wrong keyboard
    layout typed it: such a text is a broken code, and must not become somebody's id.
    """
    text = text.strip()
    start = text[:2].lower()
    return bool(_JWS.fullmatch(text)) or (start in {"ey", "ez"} and len(text) >= _SHORTEST_MANGLED)


def is_compact_jws(text: str) -> bool:
    """Whether `text` is three parts of base64url and nothing else (RFC 7515, 7.1)."""
    return bool(_JWS.fullmatch(text))


# ── typed numbers ───────────────────────────────────────────────────────────────────────────────────────────────────


def check_digits(text: str, *, longest: int, check_digit: CheckDigit) -> None:
    """Raise SignInRefused unless `text` is 1 to `longest` ASCII digits that end with the right check digit."""
    if not _DIGITS.fullmatch(text) or len(text) > longest:
        raise SignInRefused("wrong", f"it is not a number of 1 to {longest} digits")
    if not has_check_digit(text, check_digit):
        raise SignInRefused("wrong", f"the check digit ({check_digit}) is wrong")


def has_check_digit(digits: str, kind: CheckDigit) -> bool:
    """Whether ASCII `digits` end with the check digit of `kind`.

    `luhn` is that of ISO/IEC 7812-1, as on bank cards; `ean` that of GS1 (EAN-8, EAN-13, GTIN): from the right, weights
    1 and 3 in turn, and the sum is a multiple of ten. Both need a digit to protect, so one alone is wrong.
    """
    if kind == "none":
        return True
    if len(digits) < 2:  # noqa: PLR2004 - the check digit and what it protects
        return False
    values = [int(digit) for digit in reversed(digits)]
    if kind == "ean":
        return sum(value * (3 if place % 2 else 1) for place, value in enumerate(values)) % 10 == 0
    return sum(sum(divmod(value * 2, 10)) if place % 2 else value for place, value in enumerate(values)) % 10 == 0


@dataclass(frozen=True, slots=True)
class KeypadTries:
    """The wrong numbers in a row, and the break that follows `limit` of them.

    Nothing but a right number or the end of the break clears it: not walking away, not another language, not time.
    """

    limit: int
    cooldown: float
    wrong: int = 0
    until: float | None = None
    """When the break ends, by a clock that only goes forward."""

    def wait(self, now: float) -> float:
        """Return how long the break still lasts: 0 means that somebody may try."""
        return 0.0 if self.until is None else max(self.until - now, 0.0)

    def failed(self, now: float) -> KeypadTries:
        """Return what is after a wrong number. During a break nothing is tried, so nothing counts."""
        if self.wait(now):
            return self
        wrong = self.wrong + 1
        if wrong < self.limit:
            return replace(self, wrong=wrong, until=None)
        return replace(self, wrong=0, until=now + self.cooldown)

    def succeeded(self) -> KeypadTries:
        """Return what is after a right number."""
        return replace(self, wrong=0, until=None)
