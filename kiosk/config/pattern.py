"""The pattern of user ids: a regular expression that nobody can stop the terminal with.

Python matches by trying, and a repeat of a repeat such as `([a-z]+)*`, or six repeats in a row, can take it longer than
anybody lives, for an id of forty characters that does not match. Who holds a barcode to a reader chooses the id. So
Python's parser reads the pattern, and what it means is matched here, by walking all ways through it at once (Glushkov's
automaton): each character is looked at once, whatever the pattern. What such an automaton cannot say is refused.
"""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 256
"""Characters of a pattern. Our own bound."""

_MOST_PLACES = 1000
"""Places for a character in a pattern whose repeats are written out. Measured: 40 ms at the worst for an id of 256."""

_CLASSES = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W"}
_STARTS = {"AT_BEGINNING", "AT_BEGINNING_STRING"}
_ENDS = {"AT_END", "AT_END_STRING"}


class _TooMuch(Exception):
    """The pattern says what is not matched here."""


class _Part(NamedTuple):
    """A part of a pattern: whether it matches nothing at all, and the places that it starts and ends with, as bits."""

    empty: bool
    first: int
    last: int


_NOTHING = _Part(empty=True, first=0, last=0)
_NEVER = _Part(empty=False, first=0, last=0)


class UserPattern:
    """What a whole user id looks like."""

    def __init__(self, pattern: str) -> None:
        """Take a pattern that `check_regex` found right."""
        self.pattern = pattern

    def fullmatch(self, text: str, /) -> bool:
        """Whether all of `text` is as the pattern says: in a time that grows with the length and no faster."""
        return self._automaton.matches(text)

    @cached_property
    def _automaton(self) -> _Automaton:
        return _Automaton(self.pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UserPattern) and other.pattern == self.pattern

    def __hash__(self) -> int:
        return hash(self.pattern)


def check_regex(value: str, field: str) -> UserPattern | None:
    """Return a pattern for a whole text, or nothing. Raises InvalidInput."""
    if not value:
        return None
    if len(value) > LONGEST:
        raise InvalidInput(field, f"is longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of may mean something else in its next version
            re.compile(value)
        _Automaton(value)
    except (re.error, OverflowError, RecursionError, Warning):
        raise InvalidInput(field, "is not a regular expression") from None
    except _TooMuch as error:
        raise InvalidInput(field, str(error)) from None
    return UserPattern(value)


class _Automaton:
    """The places for a character, which one may come after which, and which of them an id may end at."""

    def __init__(self, pattern: str) -> None:
        """Read `pattern`. Raises _TooMuch, and what Python's parser raises."""
        self._places: list[re.Pattern[str]] = []
        self._next: list[int] = []
        tree: Any = re._parser.parse(pattern)  # type: ignore[attr-defined] # noqa: SLF001 - Python's own reading of it
        self._whole = self._sequence(tree, tree.state.flags, edges=(True, True))

    def matches(self, text: str) -> bool:
        """Whether all of `text` is in the language."""
        if not text:
            return self._whole.empty
        fits: dict[str, int] = {}
        now, after = 0, self._whole.first
        for character in text:
            if character not in fits:
                fits[character] = self._fitting(character)
            now, after = after & fits[character], 0
            for place in _bits(now):
                after |= self._next[place]
            if not now:
                return False
        return bool(now & self._whole.last)

    def _fitting(self, character: str) -> int:
        """Return the places that `character` may stand at."""
        asked: dict[re.Pattern[str], bool] = {}
        fitting = 0
        for number, place in enumerate(self._places):
            if place not in asked:
                asked[place] = place.fullmatch(character) is not None
            fitting |= asked[place] << number
        return fitting

    # ── how it is made ──

    def _sequence(self, items: Sequence[Any], flags: int, *, edges: tuple[bool, bool]) -> _Part:
        """Return the parts of `items` one after another; `edges`: whether a whole id starts, and ends, with them."""
        anchors = [str(operator) == "AT" for operator, _ in items]
        whole = _NOTHING
        for number, item in enumerate(items):
            inner = (edges[0] and all(anchors[:number]), edges[1] and all(anchors[number + 1 :]))
            whole = self._join(whole, self._item(item, flags, edges=inner))
        return whole

    def _item(self, item: tuple[Any, Any], flags: int, *, edges: tuple[bool, bool]) -> _Part:
        operator, value = str(item[0]), item[1]
        match operator:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self._place(operator, value, flags)
            case "BRANCH":
                return self._either([self._sequence(items, flags, edges=edges) for items in value[1]])
            case "SUBPATTERN":
                _, added, dropped, items = value
                return self._sequence(items, (flags | added) & ~dropped, edges=edges)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, items = value
                return self._repeat(least, most, items, flags)
            case "AT" if (edges[0] and str(value) in _STARTS) or (edges[1] and str(value) in _ENDS):
                return _NOTHING
            case "FAILURE":
                return _NEVER
        raise _TooMuch("has a part that could take long: a reference, a look-around, \\b, or ^ and $ in the middle")

    def _place(self, operator: str, value: Any, flags: int) -> _Part:  # noqa: ANN401 - the parser's
        if len(self._places) >= _MOST_PLACES:
            raise _TooMuch(f"has more than {_MOST_PLACES} places for a character when its repeats are written out")
        self._places.append(re.compile(_one(operator, value), flags & (re.IGNORECASE | re.ASCII | re.DOTALL)))
        self._next.append(0)
        bit = 1 << (len(self._places) - 1)
        return _Part(empty=False, first=bit, last=bit)

    def _repeat(self, least: int, most: int, items: Sequence[Any], flags: int) -> _Part:
        """Write a repeat out: as often as it must be, and then as often as it may."""
        endless = most == re._constants.MAXREPEAT  # type: ignore[attr-defined] # noqa: SLF001 - as above
        whole, copies = _NOTHING, max(least, 1) if endless else most
        for number in range(copies):
            before = len(self._places)
            part = self._sequence(items, flags, edges=(False, False))
            if endless and number == copies - 1:
                self._link(part.last, part.first)
            whole = self._join(whole, part if number < least else part._replace(empty=True))
            if len(self._places) == before:  # nothing in it, however often
                break
        return whole

    def _either(self, parts: list[_Part]) -> _Part:
        first, last = 0, 0
        for part in parts:
            first, last = first | part.first, last | part.last
        return _Part(any(part.empty for part in parts), first, last)

    def _join(self, before: _Part, after: _Part) -> _Part:
        self._link(before.last, after.first)
        return _Part(
            before.empty and after.empty,
            before.first | (after.first if before.empty else 0),
            after.last | (before.last if after.empty else 0),
        )

    def _link(self, last: int, first: int) -> None:
        for place in _bits(last):
            self._next[place] |= first


def _one(operator: str, value: Any) -> str:  # noqa: ANN401 - the parser's
    """Return what stands for one character, as Python writes it."""
    if operator == "ANY":
        return "."
    if operator == "IN":
        return "[" + "".join(_member(str(kind), item) for kind, item in value) + "]"
    return f"[{'^' if operator == 'NOT_LITERAL' else ''}{_escaped(value)}]"


def _member(kind: str, value: Any) -> str:  # noqa: ANN401 - the parser's
    match kind:
        case "NEGATE":
            return "^"
        case "RANGE":
            return f"{_escaped(value[0])}-{_escaped(value[1])}"
        case "CATEGORY":
            return _CLASSES[str(value).removeprefix("CATEGORY_")]
        case _:
            return _escaped(value)


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"


def _bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found
