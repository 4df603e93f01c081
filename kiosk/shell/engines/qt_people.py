"""What people do at a Qt window, before any widget of it hears of it; and when the mouse's arrow is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QEventPoint,
    QGuiApplication,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QTabletEvent,
    QTouchEvent,
    QWindow,
)

from kiosk.shell.engines.qt_scanner import QtScanner

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.input import Input

_Type = QEvent.Type
_ARROW_MS = 3000
"""How long the arrow stays when the mouse does not move."""

_TOUCH = "finger"


class People(QObject):
    """An event filter for the window's QWindow: Qt sends each real input there once, and pages can send none."""

    def __init__(
        self, people: Input, window: QWindow, *, call_later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        """Feed `people` with what happens in `window`."""
        super().__init__(window)
        self._people = people
        self._window = window
        self._arrow = Arrow(self)
        self._scanner = (
            QtScanner(people.scanner, report=people.scanned, window=window, call_later=call_later)
            if people.scanner
            else None
        )
        window.installEventFilter(self)

    def watch_popup(self, window: QWindow) -> None:
        """Take what is done in a list that hangs over the window, too."""
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent, /) -> bool:  # noqa: N802 - Qt's name
        match event:
            case QMouseEvent():
                passes = self._mouse(event)
            case QTouchEvent():
                passes = self._touch(event)
            case QKeyEvent():
                passes = self._key(event)
            case QTabletEvent():
                event.ignore()  # a pen: then Qt makes a mouse event of it
                return True
            case _ if event.type() is _Type.Wheel:
                passes = self._people.wheel()
            case _:
                return False
        if not passes:
            event.accept()
        return not passes

    def _key(self, event: QKeyEvent) -> bool:
        what = str(event.nativeScanCode() or event.key())  # a key has another name when Shift goes up before it does
        release = event.type() is _Type.KeyRelease
        passes = self._people.key_release(what) if release else self._people.key(what)
        return passes and (self._scanner is None or self._scanner.passes(event))

    def _mouse(self, event: QMouseEvent) -> bool:
        if event.deviceType() is QInputDevice.DeviceType.TouchScreen:
            return self._people.wheel()  # Qt's own, for a widget that knows no touch, of one that was seen already
        place, what = self._place(event.globalPosition()), str(event.button())
        if event.type() is _Type.MouseMove:
            self._arrow.show()
            return self._people.move(place.x(), place.y())
        if event.type() is _Type.MouseButtonRelease:
            return self._people.release(what)
        if event.type() is _Type.MouseButtonDblClick:  # comes after the press, which it repeats
            return self._people.wheel()
        return self._press(what, place)

    def _touch(self, event: QTouchEvent) -> bool:
        self._arrow.hide()
        if event.type() is _Type.TouchUpdate:
            for point in event.points():
                if point.state() is QEventPoint.State.Pressed:
                    self._press(_TOUCH, self._place(point.globalPosition()))
            return self._people.wheel()
        if event.type() is _Type.TouchBegin:
            return self._press(_TOUCH, self._place(event.points()[0].globalPosition()))
        return self._people.release(_TOUCH)

    def _place(self, place: QPointF) -> QPointF:
        return self._window.mapFromGlobal(place)

    def _press(self, what: str, place: QPointF) -> bool:
        size = self._window.size()
        return self._people.press(what, place.x(), place.y(), width=size.width(), height=size.height())


class Arrow(QObject):
    """The mouse's arrow: there while the mouse moves, gone otherwise."""

    def __init__(self, parent: QObject) -> None:
        """Be hidden at first."""
        super().__init__(parent)
        self._hidden = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ARROW_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show(self) -> None:
        """Take note that the mouse moves."""
        self._timer.start()
        if self._hidden:
            self._hidden = False
            QGuiApplication.restoreOverrideCursor()

    def hide(self) -> None:
        """Take note that it does not, or that a finger is at work."""
        if not self._hidden:
            self._hidden = True
            QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
