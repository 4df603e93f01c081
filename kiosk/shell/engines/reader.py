"""Keys, sorted into a reader's and a person's before any page hears of them: what is the same under every toolkit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from kiosk.core.scanner import Scanner, Stroke, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

_GRACE: Final = 0.01
"""Seconds between two timers."""

_LATE: Final = 0.005
"""Seconds by which the second may be late."""

_ON_THE_WAY: Final = 0.015
"""Seconds after a deadline in which keys may be on their way through a queue that keeps them and timers in order."""


class Reader:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        hand_on: Callable[[Stroke], None],
        call_later: Callable[[float, Callable[[], None]], None],
        in_order: bool,
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and have `hand_on` give a page the keys that were none.

        `in_order` says that a timer of `call_later` comes after all keys that are in the queue by then.
        """
        self._scanner = scanner
        self._report = report
        self._hand_on = hand_on
        self._call_later = call_later
        self._in_order = in_order
        self._turn = 0

    def passes(self, stroke: Stroke, at: float) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later.

        `at` is the system's time of the key, not the hour of being asked: a busy thread is asked about many at once.
        """
        verdict = self._scanner.feed(stroke, at)
        passes = bool(verdict.passed) and verdict.passed[-1] is stroke
        self._take(Verdict(verdict.passed[: -1 if passes else None], verdict.scanned))
        self._turn += 1
        if (deadline := self._scanner.deadline) is not None:
            left = deadline - at
            if self._in_order:
                self._wait(max(0.0, left) + _ON_THE_WAY, last=True)
            else:
                self._wait(max(0.0, left - _GRACE), last=False)
        return passes

    def _wait(self, seconds: float, *, last: bool) -> None:
        turn, due = self._turn, time.monotonic() + seconds
        self._call_later(seconds, lambda: self._timeout(turn, due, last=last))

    def _timeout(self, turn: int, due: float, *, last: bool) -> None:
        """No key came in time, or some did, but this thread was busy: then timers and keys may come in any order.

        If so, a first timer says nothing, nor does a late one. Between two, the keys that wait are asked about.
        """
        deadline = self._scanner.deadline
        if turn != self._turn or deadline is None:
            return
        if last and (self._in_order or time.monotonic() - due <= _LATE):
            self._take(self._scanner.expire(deadline))
        else:
            self._wait(_GRACE, last=True)

    def _take(self, verdict: Verdict) -> None:
        for stroke in verdict.passed:
            self._hand_on(stroke)
        if verdict.scanned:
            self._report(verdict.scanned)
