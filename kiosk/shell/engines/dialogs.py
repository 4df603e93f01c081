"""What a page asks by alert, confirm and prompt, which wait for an answer: one at a time, and not for ever."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

DialogKind = Literal["alert", "confirm", "prompt"]

PAGE: Final = "dialog"
MOST: Final = 5
WITHIN: Final = 30.0
"""A page may ask MOST times in so many seconds. What it asks beyond that is cancelled unseen."""

LONGEST: Final = 600
"""Characters that are shown of what a page asks: the rest would push the buttons off a small screen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks, in its own words, cut to what is shown; `host` is where the page is from."""

    kind: DialogKind
    text: str = field(repr=False)
    default: str = field(repr=False)
    host: str


class Dialogs:
    """The dialog that is open, if there is one, and how many there were. On the GUI thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Have none."""
        self._clock = clock
        self._opened: list[float] = []
        self._answer: Callable[[str | None], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a page waits for an answer."""
        return self._answer is not None

    def open(self, answer: Callable[[str | None], None]) -> bool:
        """Take note of a dialog, which `answer` ends; return whether it may be shown. If not, nothing happened."""
        now = self._clock()
        self._opened = [when for when in self._opened if now - when < WITHIN]
        if self.is_open or len(self._opened) >= MOST:
            return False
        self._opened.append(now)
        self._answer = answer
        return True

    def close(self, text: str | None = None) -> None:
        """Answer the page: with what was typed, or with nothing if it was confirmed; None cancels."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(text)


def shown(text: str) -> str:
    """Return what is shown of a page's text: a bounded part, and no character that could change how the rest reads."""
    plain = "".join(each if each.isprintable() or each == "\n" else " " for each in text[: 4 * LONGEST])
    cut = plain.strip()
    return cut if len(cut) <= LONGEST else cut[: LONGEST - 1] + "…"
