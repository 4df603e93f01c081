"""JSON in and out of typed values: the only home of msgspec.

Unknown fields are ignored, missing and wrong ones refused, with a reason that names the place and not the value.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_BODY_ENCODER = msgspec.json.Encoder(decimal_format="number")


class WireError(ValueError):
    """Bytes that are not JSON, or JSON that is not of the wanted shape."""


def decode(data: bytes | str, kind: type[T]) -> T:
    """Return the value of type `kind` (dataclasses included) that `data` holds as JSON. Raises WireError."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise WireError(_place(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WireError("not JSON") from None


def convert(value: object, kind: type[T]) -> T:
    """Return `value`, made of plain dicts and lists, as a `kind`. Raises WireError."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise WireError(_place(str(error))) from None


def encode(value: object) -> bytes:
    """Return `value` as one line of JSON."""
    return msgspec.json.encode(value)


def encode_body(value: object) -> bytes:
    """Return `value` as the JSON body of a request: a Decimal goes out as a number, digit for digit.

    Raises WireError for what JSON cannot hold, a Decimal that is no number included.
    """
    try:
        body = _BODY_ENCODER.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise WireError("not JSON") from None
    decode(body, msgspec.Raw)  # the encoder writes Decimal("NaN") as it is
    return body


def to_builtins(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return `value` as plain dicts, lists and scalars."""
    return msgspec.to_builtins(value)


def _place(message: str) -> str:
    """Keep msgspec's message, but for the value that it quotes when an enum or a pattern does not match."""
    if message.startswith("Invalid enum value"):
        place = re.search(r" - at `\$[^`]*`$", message)
        return "a value that is not allowed" + (place[0] if place else "")
    return message
