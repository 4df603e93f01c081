"""JSON in and out of typed values: the only home of msgspec.

Unknown fields are ignored, missing and wrong ones refused, with a reason that names the place and not the value.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


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


def to_builtins(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return `value` as plain dicts, lists and scalars."""
    return msgspec.to_builtins(value)


def _place(message: str) -> str:
    """Keep msgspec's message, but for the value that it quotes when an enum or a pattern does not match."""
    if message.startswith("Invalid enum value"):
        _, _, where = message.rpartition(" - at ")
        return f"a value that is not allowed - at {where}" if where else "a value that is not allowed"
    return message
