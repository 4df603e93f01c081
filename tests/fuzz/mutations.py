"""Honest samples, changed: bits, bytes, words, ends, copies and sizes. For bytes and for texts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tests.fuzz.target import CANARY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

S = TypeVar("S", bytes, str)

CHARACTERS = (
    "\0\t\n\r \x1b\x7f\x85\xa0\xad\u0130\u0131\u0301\u200b\u200d\u202e\u2028\u2044\u3002\ud800\udfff\uff0e\uff11"
    "\ufeff\ufffd\uffff\U0001f600\U000e0041\U0010ffff\"'\\/<>&%?#@:;,.=+-_*()[]{}|$^~`!0129azAZ"
)
"""What parsers trip over: controls, separators, look-alikes, halves of characters, things that change when folded."""

NUMBERS = ("0", "-0", "-1", "1e400", "1E-400", "NaN", "Infinity", "9" * 20, "9" * 400, "9" * 5000, "0x10", "1_0", "1.5")

JSON_WORDS = (
    *NUMBERS, "null", "true", "{}", "[]", '""', '"\\ud800"', '"\\u0000"', "{", "}", "[", "]", ":", ",", '"',
    f'"{CANARY}"', f'{{"{CANARY}": ["{CANARY}"]}}', "[" * 2000, '{"a":' * 2000, '"type": "End", ', '"x": 1, ',
)  # fmt: skip

BYTES = (b"\0", b"\n", b"\r\n", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\x80" * 9)


def mutate(choices: Random, samples: Sequence[S], words: Sequence[S], *, longest: int = 20_000) -> S:
    """Return one of `samples` with up to eight changes, most often one or two, cut to `longest`."""
    item = choices.choice(samples)
    for _ in range(1 + int(choices.random() ** 3 * 8)):
        item = _change(choices, item, samples, words)
    return item[:longest]


def _change(choices: Random, item: S, samples: Sequence[S], words: Sequence[S]) -> S:  # noqa: PLR0911 - one a way
    kind = choices.randrange(10)
    if kind < 3:  # another word in some place
        start, end = _slice(choices, item)
        return item[:start] + choices.choice(words) + item[end:] if kind else _insert(choices, item, words)
    if kind == 3:
        start, end = _slice(choices, item)
        return item[:start] + item[end:]
    if kind == 4:  # the beginning of one, the end of another
        other = choices.choice(samples)
        return item[: choices.randrange(len(item) + 1)] + other[choices.randrange(len(other) + 1) :]
    if kind == 5:
        start, end = _slice(choices, item)
        times = choices.choice((1, 1, 1, 2, 3, 10, 300))
        return item[:end] + item[start:end] * times + item[end:]
    if kind == 6:
        return item[: choices.randrange(len(item) + 1)]
    if kind == 7 and isinstance(item, str):
        return item.swapcase() if choices.random() < 0.2 else _insert(choices, item, CHARACTERS)
    return _unit(choices, item)


def _unit(choices: Random, item: S) -> S:
    """Change one byte or character."""
    if not item:
        return item
    at = choices.randrange(len(item))
    if isinstance(item, str):
        return item[:at] + choices.choice(CHARACTERS) + item[at + 1 :]
    new = item[at] ^ (1 << choices.randrange(8)) if choices.random() < 0.5 else choices.randrange(256)
    return item[:at] + bytes((new,)) + item[at + 1 :]


def _insert(choices: Random, item: S, words: Sequence[S]) -> S:
    at = choices.randrange(len(item) + 1)
    return item[:at] + choices.choice(words) + item[at:]


def _slice(choices: Random, item: S) -> tuple[int, int]:
    start = choices.randrange(len(item) + 1)
    return start, min(len(item), start + choices.choice((1, 1, 2, 4, 8, 16, 64)))


def text(choices: Random, longest: int = 40) -> str:
    """Return any text."""
    length = choices.randrange(longest + 1)
    pool = choices.choice((CHARACTERS, CHARACTERS, "abcABC012-_.", None))
    if pool is None:
        return "".join(chr(choices.randrange(0x110000)) for _ in range(length))
    return "".join(choices.choice(pool) for _ in range(length))
