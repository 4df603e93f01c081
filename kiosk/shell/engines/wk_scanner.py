"""Keys of a Mac's window, sorted into a reader's and a person's before any view hears of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from kiosk.core.scanner import Scanner, Stroke, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wk_cocoa import ObjC
    from kiosk.shell.engines.wk_keys import Key

_GRACE: Final = 0.01
"""Seconds between two timers."""

_LATE: Final = 0.005
"""Seconds by which the second may be late."""

_NAMES: Final = {"Enter": "enter", "Tab": "tab"}


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: ObjC
    responder: ObjC


class WkScanner:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        focused: Callable[[], ObjC],
        hand_on: Callable[[ObjC], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and give to `hand_on` what goes to what is `focused` still."""
        self._scanner = scanner
        self._report = report
        self._focused = focused
        self._hand_on = hand_on
        self._call_later = call_later
        self._turn = 0

    def passes(self, event: ObjC, key: Key, *, down: bool) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        # The system's times, not the hour of being asked: a busy thread is asked about many keys at once.
        at = float(event.timestamp())
        stroke = Stroke(
            code=key.code,
            text=key.text,
            name=_NAMES.get(key.name, ""),
            down=down,
            repeat=down and bool(event.isARepeat()),
            native=_Native(event, self._focused()),
        )
        verdict = self._scanner.feed(stroke, at)
        passes = bool(verdict.passed) and verdict.passed[-1] is stroke
        self._take(Verdict(verdict.passed[: -1 if passes else None], verdict.scanned))
        self._turn += 1
        if (deadline := self._scanner.deadline) is not None:
            self._wait(max(0.0, deadline - at - _GRACE), last=False)
        return passes

    def _wait(self, seconds: float, *, last: bool) -> None:
        turn, due = self._turn, time.monotonic() + seconds
        self._call_later(seconds, lambda: self._timeout(turn, due, last=last))

    def _timeout(self, turn: int, due: float, *, last: bool) -> None:
        """No key came in time, or some did, but this thread was busy: then timers and keys come in any order.

        So a first timer says nothing, nor does a late one. Between two, the keys that wait are asked about.
        """
        deadline = self._scanner.deadline
        if turn != self._turn or deadline is None:
            return
        if not last or time.monotonic() - due > _LATE:
            self._wait(_GRACE, last=True)
        else:
            self._take(self._scanner.expire(deadline))

    def _take(self, verdict: Verdict) -> None:
        for stroke in verdict.passed:
            native = cast("_Native", stroke.native)
            # Not to another than it was meant for: the key that ends a warning is no key for the page below.
            if native.responder is not None and native.responder == self._focused():
                self._hand_on(native.event)
        if verdict.scanned:
            self._report(verdict.scanned)
