"""Keys of a window of Windows, sorted into a reader's and a person's before any page hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.core.scanner import Scanner, Stroke, Verdict
from kiosk.shell.engines.wv2_keys import SCANNER_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wv2_people import Message

_DOWN: Final = frozenset({0x100, 0x104})

_LATE: Final = 0.015
"""Seconds after a deadline in which keys may still be on their way through the queue."""


class Wv2Scanner:
    """Asked about every key for a page; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        hand_on: Callable[[Message], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and have `hand_on` give a page the keys that were none."""
        self._scanner = scanner
        self._report = report
        self._hand_on = hand_on
        self._call_later = call_later
        self._turn = 0

    def passes(self, message: Message) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        stroke = _stroke(message)
        verdict = self._scanner.feed(stroke, message.seconds)
        passes = bool(verdict.passed) and verdict.passed[-1] is stroke
        self._take(Verdict(verdict.passed[: -1 if passes else None], verdict.scanned))
        self._turn += 1
        deadline, turn = self._scanner.deadline, self._turn
        if deadline is not None:
            self._call_later(max(0.0, deadline - message.seconds) + _LATE, lambda: self._expire(turn))
        return passes

    def _expire(self, turn: int) -> None:
        """No key came in time. Timers come after all keys that are in the queue, so none is on its way."""
        deadline = self._scanner.deadline
        if turn == self._turn and deadline is not None:
            self._take(self._scanner.expire(deadline))

    def _take(self, verdict: Verdict) -> None:
        for stroke in verdict.passed:
            self._hand_on(stroke.native)  # type: ignore[arg-type] # a Message: see _stroke
        if verdict.scanned:
            self._report(verdict.scanned)


def _stroke(message: Message) -> Stroke:
    text = message.text
    return Stroke(
        code=message.code,
        text=text if text.isprintable() else "",
        name=SCANNER_NAMES.get(message.key, ""),
        down=message.kind in _DOWN,
        repeat=message.repeat,
        native=message,
    )
