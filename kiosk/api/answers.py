"""What the API answers, from bytes to values. What is not as promised is BadResponse, with the place and no value.

Errors are raised outside of the handlers that found them: the context would hold the body, and with it a token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from kiosk import wire
from kiosk.api.models import Balance
from kiosk.core.widget import LONGEST, Token, Widget
from kiosk.errors import BadResponse, InvalidInput

if TYPE_CHECKING:
    from kiosk.api.transport import Answer

T = TypeVar("T")

# JSON's own grammar of numbers, within a length and an exponent that no points balance exceeds: Decimal alone would
# also read "1_0", Arabic digits, "Infinity", and exponents that take all memory to print.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_TOKEN = re.compile(r"[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class WidgetUrlDto:
    """The answer of getWidgetUrl."""

    url: str


@dataclass(frozen=True, slots=True, repr=False)
class UserTokenDto:
    """The answer of getUserToken."""

    token: str


@dataclass(frozen=True, slots=True)
class UserBalanceIntegrationDto:
    """The answer of getUserBalance. The balance is a string, so that nobody makes it a float."""

    balance: str
    userExists: bool  # noqa: N815 - the API's name


def parse_widget(answer: Answer, *, allow_loopback: bool) -> Widget:
    """Return the widget URL: https, or plain http at a loopback address if the API itself is at one (a sandbox)."""
    dto = _decode(answer, WidgetUrlDto)
    try:
        widget = Widget.parse(dto.url)
    except InvalidInput as error:
        problem = error.message.partition(": ")[2]
    else:
        if widget.origin.scheme == "https" or allow_loopback:
            return widget
        problem = "is plain http"
    raise BadResponse(f"the API's answer has a widget URL that {problem}", status=answer.status)


def parse_token(answer: Answer, *, now: float) -> Token:
    """Return the JWT. `now` is seconds since the epoch."""
    dto = _decode(answer, UserTokenDto)
    if not _TOKEN.fullmatch(dto.token) or len(dto.token) > LONGEST:
        problem = "the API's answer has a token that is empty, too long or has odd characters"
        raise BadResponse(problem, status=answer.status)
    return Token.parse(dto.token, now=now)


def parse_balance(answer: Answer) -> Balance:
    """Return the balance."""
    dto = _decode(answer, UserBalanceIntegrationDto)
    if not _DECIMAL.fullmatch(dto.balance):
        raise BadResponse("the API's answer has a balance that is not a decimal number", status=answer.status)
    return Balance(Decimal(dto.balance), dto.userExists)


def _decode(answer: Answer, kind: type[T]) -> T:
    try:
        return wire.decode(answer.body, kind)
    except wire.WireError as error:
        problem = str(error)
    raise BadResponse(f"the API's answer is not as promised: {problem}", status=answer.status)
