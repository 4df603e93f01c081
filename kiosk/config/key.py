"""What a configuration key is.

A value is checked in two steps: its type (`Kind`) and its meaning (`Key.check`). What is wrong is an InvalidInput that
names the key and what is allowed, and leaves the value out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "KIOSK_"
"""Of environment variables that set a key."""

_WORDS = {"true": True, "1": True, "false": False, "0": False}


class Kind(StrEnum):
    """The type of a value, in TOML's words."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    STRINGS = "array of strings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One configuration key. `flag` is its command-line option, if it has one; `allowed` and `help` are for people."""

    name: str
    kind: Kind
    default: object
    allowed: str
    help: str
    check: Callable[[Any, str], object]
    flag: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def parse(self, value: object) -> object:
        """Check a value of TOML's types. Raises InvalidInput."""
        if not _is_of(self.kind, value):
            raise InvalidInput(self.name, f"is not {_with_article(self.kind)}", allowed=self.allowed)
        try:
            return self.check(value, self.name)
        except InvalidInput as error:
            raise InvalidInput(self.name, error.message.removeprefix(f"{self.name}: "), allowed=self.allowed) from None

    def parse_text(self, text: str) -> object:
        """Check a value that was written as text, in an environment variable or on the command line."""
        try:
            return self.parse(_from_text(self.kind, text))
        except ValueError:
            raise InvalidInput(self.name, f"is not {_with_article(self.kind)}", allowed=self.allowed) from None


def _with_article(kind: Kind) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _is_of(kind: Kind, value: object) -> bool:
    if isinstance(value, bool):
        return kind is Kind.BOOLEAN
    match kind:
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.INTEGER:
            return isinstance(value, int)
        case Kind.FLOAT:
            return isinstance(value, int | float)
        case Kind.STRINGS:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case _:
            return False


def _from_text(kind: Kind, text: str) -> object:
    match kind:
        case Kind.INTEGER:
            return int(text)
        case Kind.FLOAT:
            return float(text)
        case Kind.BOOLEAN:
            return _WORDS.get(text.strip().lower(), text)
        case Kind.STRINGS:
            return text.replace(",", " ").split()
        case _:
            return text
