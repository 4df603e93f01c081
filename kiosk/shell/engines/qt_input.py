"""Keys, mouse and touch, before Qt WebEngine sees them: zoom, drag and drop and shortcuts are dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from kiosk.core.keys import is_for_pages
from kiosk.core.lockdown import LockdownFeature

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = {
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Backtab: "Tab",
    Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Left: "ArrowLeft",
    Qt.Key.Key_Right: "ArrowRight",
    Qt.Key.Key_Up: "ArrowUp",
    Qt.Key.Key_Down: "ArrowDown",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_PageUp: "PageUp",
    Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Shift: "Shift",
    Qt.Key.Key_AltGr: "AltGraph",
    Qt.Key.Key_CapsLock: "CapsLock",
    Qt.Key.Key_NumLock: "NumLock",
}
"""The W3C names of the keys that may be for pages; of all others it matters only that they have none of these."""

_BUTTONS = frozenset({Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton})
"""The middle button pastes and opens windows; the others go back and forward."""

_KEY_EVENTS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
_MOUSE_EVENTS = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick}
)
_ECHOES = frozenset(
    {QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonRelease, QEvent.Type.DragMove}
)
"""Events that come with another, which is reported."""

_DROPPED = {
    QEvent.Type.ContextMenu: LockdownFeature.CONTEXT_MENU,
    QEvent.Type.DragEnter: LockdownFeature.DRAG_AND_DROP,
    QEvent.Type.DragMove: LockdownFeature.DRAG_AND_DROP,
    QEvent.Type.Drop: LockdownFeature.DRAG_AND_DROP,
    QEvent.Type.NativeGesture: LockdownFeature.ZOOM,
}


class InputGuard(QObject):
    """An event filter for the window and the widgets in it."""

    def __init__(self, *, deny: Callable[[str], None], popped_up: Callable[[QWidget], None]) -> None:
        """Report what is dropped by `deny`, and by `popped_up` each window that a page has over ours: its lists."""
        super().__init__()
        self._deny = deny
        self._popped_up = popped_up
        self._wanted: list[Callable[[], None]] = []

    def watch(self, widget: QWidget) -> None:
        """Filter the events of `widget` and of all in it, now and later: Qt WebEngine adds its own as it needs them."""
        for each in (widget, *widget.findChildren(QWidget)):
            each.setAcceptDrops(False)
            each.installEventFilter(self)

    def after_next_frame(self, call: Callable[[], None]) -> None:
        """Have `call` run when the window is about to be drawn the next time."""
        self._wanted.append(call)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind is QEvent.Type.UpdateRequest:
            return self._drawn()
        if kind is QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QWidget):
                self.watch(child)
            return False
        if kind is QEvent.Type.Show and isinstance(watched, QWidget) and watched.windowType() is Qt.WindowType.Popup:
            self._popped_up(watched)
            return False
        feature = _DROPPED.get(kind) or _input_feature(kind, event)
        if feature is None:
            return False
        event.ignore() if kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove} else event.accept()
        if kind not in _ECHOES:
            self._deny(feature)
        return True

    def _drawn(self) -> bool:
        wanted, self._wanted = self._wanted, []
        for call in wanted:
            call()
        return False


def _input_feature(kind: QEvent.Type, event: QEvent) -> LockdownFeature | None:
    if kind in _KEY_EVENTS and isinstance(event, QKeyEvent):
        return None if is_plain(event) else LockdownFeature.ACCELERATOR_KEYS
    if kind in _MOUSE_EVENTS and isinstance(event, QMouseEvent):
        return None if event.button() in _BUTTONS else LockdownFeature.ACCELERATOR_KEYS
    if kind is QEvent.Type.Wheel and isinstance(event, QWheelEvent):
        return LockdownFeature.ZOOM if event.modifiers() & Qt.KeyboardModifier.ControlModifier else None
    return None


def is_plain(event: QKeyEvent) -> bool:
    """Whether a key is for typing and moving about, not a command to the browser."""
    modifiers = event.modifiers()
    return is_for_pages(
        _NAMES.get(Qt.Key(event.key()), ""),
        event.text(),
        ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
        alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
        meta=bool(modifiers & Qt.KeyboardModifier.MetaModifier),
        shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
    )
