"""What people do at a GTK window, before any widget of it hears of it; and when the mouse's arrow is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.gtk_keys import key_of
from kiosk.shell.engines.gtk_scanner import GtkScanner
from kiosk.shell.engines.gtk_toolkit import Gdk, GLib, Gtk

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.input import Input

_Type = Gdk.EventType
_ARROW_MS = 3000
"""How long the arrow stays when the mouse does not move."""

_TOUCH = "finger"
_BUTTONS: Final = frozenset({1, 3})
"""Left and right. The middle button pastes; the others go back and forward."""

_ECHOES: Final = frozenset({_Type._2BUTTON_PRESS, _Type._3BUTTON_PRESS})  # noqa: SLF001 - GDK's names
_TOUCHES: Final = frozenset({_Type.TOUCH_BEGIN, _Type.TOUCH_UPDATE, _Type.TOUCH_END, _Type.TOUCH_CANCEL})
_DROPPED: Final = {
    _Type.TOUCHPAD_PINCH: LockdownFeature.ZOOM,
    _Type.TOUCHPAD_SWIPE: LockdownFeature.HISTORY,
    _Type.DRAG_MOTION: LockdownFeature.DRAG_AND_DROP,
    _Type.DROP_START: LockdownFeature.DRAG_AND_DROP,
    _Type.DRAG_ENTER: LockdownFeature.DRAG_AND_DROP,
}


class People:
    """Asked about every event that GDK has for the program, popups included: pages can make none."""

    def __init__(
        self,
        people: Input,
        *,
        window: Any,  # noqa: ANN401 - a Gtk.Window
        deny: Callable[[str, str], None],
        touched: Callable[[Any], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Feed `people` with what happens; report by `deny` what is dropped, and `touched` by whose widget."""
        self._people = people
        self._window = window
        self._deny = deny
        self._touched = touched
        self._finger: Any = None
        self._arrow = Arrow(window)
        self._scanner = (
            GtkScanner(people.scanner, report=people.scanned, window=window, call_later=call_later)
            if people.scanner
            else None
        )
        self._asked: dict[Any, Callable[[Any], bool]] = {
            **dict.fromkeys((_Type.KEY_PRESS, _Type.KEY_RELEASE), self._key),
            **dict.fromkeys(_TOUCHES, self._touch),
            **dict.fromkeys((_Type.BUTTON_PRESS, _Type.BUTTON_RELEASE, *_ECHOES), self._button),
            **dict.fromkeys(_DROPPED, self._drop),
            _Type.MOTION_NOTIFY: self._motion,
            _Type.SCROLL: self._scroll,
        }
        Gdk.event_handler_set(self._handle)

    def _handle(self, event: Any, *_data: object) -> None:  # noqa: ANN401 - a Gdk.Event
        if self._passes(event):
            Gtk.main_do_event(event)

    def _passes(self, event: Any) -> bool:  # noqa: ANN401
        asked = self._asked.get(event.type)
        return True if asked is None else asked(event)

    def _drop(self, event: Any) -> bool:  # noqa: ANN401
        self._deny(_DROPPED[event.type], "")
        return False

    def _key(self, event: Any) -> bool:  # noqa: ANN401
        key = key_of(event)
        what = str(key.code)
        passes = self._people.key(what) if key.down else self._people.key_release(what)
        if passes and self._scanner is not None and not self._scanner.passes(key, event):
            return False
        if not key.plain and key.down:
            self._deny(LockdownFeature.ACCELERATOR_KEYS, "")
        return passes and key.plain

    def _motion(self, event: Any) -> bool:  # noqa: ANN401
        if event.get_pointer_emulated():
            return self._people.wheel()
        self._arrow.show()
        return self._people.move(*self._place(event))

    def _button(self, event: Any) -> bool:  # noqa: ANN401
        if event.get_pointer_emulated() or event.type in _ECHOES:
            # Of a touch that was seen already; or of a second press, which comes after the press that it repeats.
            return self._people.wheel() and event.get_button()[1] in _BUTTONS
        button = event.get_button()[1]
        if event.type == _Type.BUTTON_RELEASE:
            passes = self._people.release(f"button {button}")
        else:
            passes = self._press(f"button {button}", event)
            if button not in _BUTTONS:
                self._deny(LockdownFeature.ACCELERATOR_KEYS, f"button {button}")
        return passes and button in _BUTTONS

    def _scroll(self, event: Any) -> bool:  # noqa: ANN401
        if event.get_state()[1] & Gdk.ModifierType.CONTROL_MASK:
            self._deny(LockdownFeature.ZOOM, "wheel")
            return False
        return self._people.wheel()

    def _touch(self, event: Any) -> bool:  # noqa: ANN401
        """Let one finger through: WebKit zooms with two, and nothing can be set against it."""
        self._arrow.hide()
        finger = event.get_event_sequence()
        if event.type == _Type.TOUCH_BEGIN:
            passes = self._press(_TOUCH, event)
            if self._finger is not None:
                self._deny(LockdownFeature.ZOOM, "second finger")
                return False
            self._finger = finger
            return passes
        if finger != self._finger:
            return False
        if event.type == _Type.TOUCH_UPDATE:
            return self._people.wheel()
        self._finger = None
        return self._people.release(_TOUCH)

    def _press(self, what: str, event: Any) -> bool:  # noqa: ANN401
        width, height = self._window.get_size()
        x, y = self._place(event)
        passes = self._people.press(what, x, y, width=width, height=height)
        if passes:
            self._touched(Gtk.get_event_widget(event))
        return passes

    def _place(self, event: Any) -> tuple[float, float]:  # noqa: ANN401
        """Return where it happened, from the window's corner."""
        _, x, y = event.get_root_coords()
        _, left, top = self._window.get_window().get_origin()
        return x - left, y - top


class Arrow:
    """The mouse's arrow: there while the mouse moves, gone otherwise."""

    def __init__(self, window: Any) -> None:  # noqa: ANN401 - a Gtk.Window
        """Be hidden at first."""
        self._window = window
        self._none = Gdk.Cursor.new_for_display(window.get_display(), Gdk.CursorType.BLANK_CURSOR)
        self._hidden: dict[Any, Any] | None = None
        self._timer = 0
        self.hide()

    def show(self) -> None:
        """Take note that the mouse moves."""
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = GLib.timeout_add(_ARROW_MS, self._idle)
        hidden, self._hidden = self._hidden, None
        for window, cursor in (hidden or {}).items():
            if not window.is_destroyed():
                window.set_cursor(cursor)

    def hide(self) -> None:
        """Take note that it does not, or that a finger is at work."""
        native = self._window.get_window()
        if self._hidden is None and native is not None:
            self._hidden = {each: each.get_cursor() for each in _below(native)}
            for each in self._hidden:
                each.set_cursor(self._none)

    def _idle(self) -> bool:
        self._timer = 0
        self.hide()
        return False


def _below(window: Any) -> list[Any]:  # noqa: ANN401 - a Gdk.Window
    found = [window]
    for each in found:  # grows while it is read
        found.extend(each.get_children())
    return found
