"""Keys of a GTK window, sorted into a reader's and a person's before any widget hears of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kiosk.core.scanner import Scanner, Stroke, Verdict
from kiosk.shell.engines.gtk_toolkit import GLib, Gtk

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.gtk_keys import Key

_GRACE, _LATE = 0.01, 0.005
"""Seconds between two timers, and by which the second may be late."""


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: Any
    receiver: Any


class GtkScanner:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(self, scanner: Scanner, *, report: Callable[[str], None], window: Any) -> None:  # noqa: ANN401
        """Ask `scanner`, tell `report` of scans, and hand on to what had the focus in `window` and still has it."""
        self._scanner = scanner
        self._report = report
        self._window = window
        self._timer = 0
        self._due = 0.0
        self._last = False
        self._down: set[int] = set()

    def passes(self, key: Key, event: Any) -> bool:  # noqa: ANN401 - a Gdk.EventKey
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        # The system's times, not the hour of being asked: a busy thread is asked about many keys at once.
        at = event.time / 1000
        stroke = self._stroke(key, event)
        verdict = self._scanner.feed(stroke, at)
        passes = bool(verdict.passed) and verdict.passed[-1] is stroke
        self._take(Verdict(verdict.passed[: -1 if passes else None], verdict.scanned))
        deadline = self._scanner.deadline
        if deadline is None:
            self._stop()
        else:
            self._wait(max(0.0, deadline - at - _GRACE), last=False)
        return passes

    def _stroke(self, key: Key, event: Any) -> Stroke:  # noqa: ANN401
        repeat = key.down and key.code in self._down
        (self._down.add if key.down else self._down.discard)(key.code)
        text = key.text if key.plain else ""
        native = _Native(event.copy(), self._window.get_focus())
        return Stroke(key.code, text=text, name=key.scanner_name, down=key.down, repeat=repeat, native=native)

    def _stop(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
            self._timer = 0

    def _wait(self, seconds: float, *, last: bool) -> None:
        self._stop()
        self._due, self._last = time.monotonic() + seconds, last
        self._timer = GLib.timeout_add(round(seconds * 1000) + 1, self._timeout)

    def _timeout(self) -> bool:
        """No key came in time, or some did, but this thread was busy: then timers and keys come in any order.

        So a first timer says nothing, nor does a late one. Between two, the keys that wait are asked about.
        """
        self._timer = 0
        deadline = self._scanner.deadline
        if deadline is None:
            return False
        if not self._last or time.monotonic() - self._due > _LATE:
            self._wait(_GRACE, last=True)
        else:
            self._take(self._scanner.expire(deadline))
        return False

    def _take(self, verdict: Verdict) -> None:
        for stroke in verdict.passed:
            native = cast("_Native", stroke.native)
            # Past our filter, and not to another than it was meant for: the key that ends a warning is no key for the
            # page below.
            if native.receiver is not None and native.receiver is self._window.get_focus():
                Gtk.main_do_event(native.event)
        if verdict.scanned:
            self._report(verdict.scanned)
