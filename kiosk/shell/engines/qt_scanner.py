"""Keys of a Qt window, sorted into a reader's and a person's before any widget hears of them."""

from __future__ import annotations

import time
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer

from kiosk.core.scanner import Scanner, Stroke, Verdict
from kiosk.shell.engines.qt_input import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QWindow

_GRACE, _LATE = 0.01, 0.005
"""Seconds between two timers, and by which the second may be late."""

_NAMES = {Qt.Key.Key_Return: "enter", Qt.Key.Key_Enter: "enter", Qt.Key.Key_Tab: "tab"}


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: QKeyEvent
    receiver: QObject | None


class QtScanner(QObject):
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(self, scanner: Scanner, *, report: Callable[[str], None], window: QWindow) -> None:
        """Ask `scanner`, tell `report` of scans, and hand on to what had the focus in `window` and still has it."""
        super().__init__(window)
        self._scanner = scanner
        self._report = report
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._timeout)
        self._due = 0.0
        self._last = False

    def passes(self, event: QKeyEvent) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._scanner.deadline is None
        # The system's times, not the hour of being asked: a busy thread is asked about many keys at once.
        at = event.timestamp() / 1000
        stroke = _stroke(event, self._window.focusObject())
        verdict = self._scanner.feed(stroke, at)
        passes = bool(verdict.passed) and verdict.passed[-1] is stroke
        self._take(Verdict(verdict.passed[: -1 if passes else None], verdict.scanned))
        deadline = self._scanner.deadline
        if deadline is None:
            self._timer.stop()
        else:
            self._wait(max(0.0, deadline - at - _GRACE), last=False)
        return passes

    def _wait(self, seconds: float, *, last: bool) -> None:
        self._due, self._last = time.monotonic() + seconds, last
        self._timer.start(ceil(seconds * 1000))

    def _timeout(self) -> None:
        """No key came in time, or some did, but this thread was busy: then timers and keys come in any order.

        So a first timer says nothing, nor does a late one. Between two, the keys that wait are asked about.
        """
        deadline = self._scanner.deadline
        if deadline is None:
            return
        if not self._last or time.monotonic() - self._due > _LATE:
            self._wait(_GRACE, last=True)
        else:
            self._take(self._scanner.expire(deadline))

    def _take(self, verdict: Verdict) -> None:
        for stroke in verdict.passed:
            native = cast("_Native", stroke.native)
            # To the widget, not the window, where this and other filters would see it again; and not to another
            # than it was meant for: the key that ends a warning is no key for the page below.
            if native.receiver is not None and native.receiver is self._window.focusObject():
                QCoreApplication.sendEvent(native.receiver, native.event)
        if verdict.scanned:
            self._report(verdict.scanned)


def _stroke(event: QKeyEvent, receiver: QObject | None) -> Stroke:
    text = event.text()
    return Stroke(
        code=event.nativeScanCode() or event.key(),
        text=text if text and text.isprintable() and is_plain(event) else "",
        name=_NAMES.get(Qt.Key(event.key()), "") if is_plain(event) else "",
        down=event.type() is QEvent.Type.KeyPress,
        repeat=event.isAutoRepeat(),
        native=_Native(event.clone(), receiver),
    )
