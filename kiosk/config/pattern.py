"""The pattern of user ids: a regular expression that nobody can stop the terminal with.

Python matches by trying, and a repeat of a repeat such as `([a-z]+)*` can take it longer than anybody lives, for an id
of forty characters that does not match. Who holds a barcode to a reader chooses the id, so such a pattern is refused.
"""

from __future__ import annotations

import re
import time
import warnings
from itertools import product

from kiosk.errors import InvalidInput

LONGEST = 256
"""Characters of a pattern. Our own bound."""

_REPEATED_GROUP = re.compile(r"\)[*+{]")
_START = re.compile(r"[A-Za-z0-9_ -]*", re.ASCII)  # of a pattern: what every id starts with
_SAMPLES = "a0A-_ é"
_LENGTHS = (*range(2, 25, 2), 28, 32, 36, 40, 48, 64, 72, 84, 100, 120, 150, 200, 240)
_MOST = 0.1
"""Seconds of computing for one id. An honest pattern takes millionths."""


def check_regex(value: str, field: str) -> re.Pattern[str] | None:
    """Return a pattern for a whole text, or nothing. Raises InvalidInput."""
    if not value:
        return None
    if len(value) > LONGEST:
        raise InvalidInput(field, f"is longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of may mean something else in its next version
            pattern = re.compile(value)
    except (re.error, OverflowError, RecursionError, Warning):
        raise InvalidInput(field, "is not a regular expression") from None
    if _REPEATED_GROUP.search(value) and _is_slow(pattern):
        raise InvalidInput(field, "takes too long for some ids: it repeats a group in which something is repeated")
    return pattern


def _is_slow(pattern: re.Pattern[str]) -> bool:
    """Whether ids that repeat a character and then do not match take `pattern` long.

    Not every slow pattern is found, but the usual slips are. An id is only tried if a shorter one was quick, so that
    this is quick too: 6 to 12 ms measured for patterns that are fine.
    """
    text = pattern.pattern
    start = _START.match(text)
    starts = dict.fromkeys(("", start[0] if start else ""))
    repeated, last = dict.fromkeys(_SAMPLES + text[:32]), dict.fromkeys("\x7f" + text[:32])
    return any(
        _seconds(pattern, first + middle * length + end) > _MOST
        for first, middle, end in product(starts, repeated, last)
        for length in _LENGTHS
    )


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    """Return the seconds that this thread computes: a busy machine makes no pattern slow."""
    begun = time.thread_time()
    pattern.fullmatch(text)
    return time.thread_time() - begun
