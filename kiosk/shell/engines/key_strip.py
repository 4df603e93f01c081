"""The strip below a visit's page with the keyboard on the screen: how high it is, and what its keys may say.

The keys are a page of our own (assets/pages/on-screen-keyboard.js), whatever the engine.
"""

from __future__ import annotations

from typing import Final

KINDS: Final = frozenset({"text", "numbers", "email", "url", "latin"})
"""Kinds of keys that the page has."""

HIDE: Final = "{hide}"
"""The key that takes the keyboard away."""

FOCUS_WORD: Final = "focus:"
"""What our script says before the kind of keys that a text field wants, where the engine itself does not tell."""

_LONGEST: Final = 8
"""Characters of one key: some type more than one, such as the Arabic lam with alef."""

_ROWS, _KEY, _GAP = 4, 44, 4


def strip_height(window: int) -> int:
    """Return how high the keyboard is in a window of that height, both in pixels or both in points.

    A third, but keys that a finger hits.
    """
    least = _ROWS * _KEY + (_ROWS + 2) * _GAP
    return max(least, min(round(window * 0.36), 340))


def letters(key: str) -> str:
    """Return what a key that has no name types: nothing if it is no such key."""
    return key if len(key) <= _LONGEST and key.isprintable() else ""
