"""Keys of a Qt window, sorted into a reader's and a person's before any widget hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

from kiosk.core.scanner import Scanner, Stroke
from kiosk.shell.engines.qt_input import is_plain
from kiosk.shell.engines.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QWindow

_NAMES = {Qt.Key.Key_Return: "enter", Qt.Key.Key_Enter: "enter", Qt.Key.Key_Tab: "tab"}


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: QKeyEvent
    receiver: QObject | None


class QtScanner:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        window: QWindow,
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and hand on to what had the focus in `window` and still has it."""
        self._scanner = scanner
        self._window = window
        self._reader = Reader(scanner, report=report, hand_on=self._late, call_later=call_later, in_order=False)

    def passes(self, event: QKeyEvent) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._scanner.deadline is None
        return self._reader.passes(_stroke(event, self._window.focusObject()), event.timestamp() / 1000)

    def _late(self, stroke: Stroke) -> None:
        """Hand a key on to the widget, not the window, where this and other filters would see it again.

        And not to another than it was meant for: the key that ends a warning is no key for the page below.
        """
        native = cast("_Native", stroke.native)
        if native.receiver is not None and native.receiver is self._window.focusObject():
            QCoreApplication.sendEvent(native.receiver, native.event)


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
