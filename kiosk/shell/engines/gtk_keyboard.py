"""The keyboard on the screen, for the text fields of a visit's page, where the system has none.

That a field has the focus is what WebKit tells input methods, not what a page says. The keys are a page of our own in a
strip below the visit's page; what they type arrives as key events of GDK, as from a real keyboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kiosk.shell.engines import scripts
from kiosk.shell.engines.gtk_toolkit import Gdk, GLib, Gtk, WebKit2
from kiosk.shell.engines.key_strip import HIDE, letters, strip_height

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.gtk_page import Page
    from kiosk.shell.engines.gtk_stage import Stage

_Purpose = WebKit2.InputPurpose
_KINDS: Final = {
    _Purpose.DIGITS: "numbers",
    _Purpose.NUMBER: "numbers",
    _Purpose.PHONE: "numbers",
    _Purpose.EMAIL: "email",
    _Purpose.URL: "url",
    _Purpose.PASSWORD: "latin",
}
"""What a field asks for, by its type or `inputmode`, and the keys for it (assets/pages/on-screen-keyboard.js)."""

_NAMED: Final = {
    "{bksp}": Gdk.KEY_BackSpace,
    "{enter}": Gdk.KEY_Return,
    "{tab}": Gdk.KEY_Tab,
    "{arrowleft}": Gdk.KEY_Left,
    "{arrowright}": Gdk.KEY_Right,
}
_SETTLE_MS: Final = 60
"""How long the focus has to stay where it is: on its way to another field it is nowhere for a moment."""


def keyvals(key: str) -> list[int]:
    """Return what a key of our page types, as GDK's key values. Nothing if it is no such key."""
    if key in _NAMED:
        return [int(_NAMED[key])]
    return [int(Gdk.unicode_to_keyval(ord(char))) for char in letters(key)]


class _Fields(WebKit2.InputMethodContext):  # type: ignore[misc] # gi has no types
    """Told by WebKit which kind of field has the focus; hands keys on to GTK, which makes letters of dead keys."""

    __gtype_name__ = "Enable3KioskFields"

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self._told = told
        self.focused = False
        self._compose = Gtk.IMContextSimple()
        self._compose.connect("commit", lambda _compose, text: self.emit("committed", text))

    def do_notify_focus_in(self) -> None:
        self.focused = True
        self._compose.focus_in()
        self._told()

    def do_notify_focus_out(self) -> None:
        self.focused = False
        self._compose.focus_out()
        self._told()

    def do_filter_key_event(self, event: Any) -> bool:  # noqa: ANN401 - a Gdk.EventKey
        return bool(self._compose.filter_keypress(event))

    def do_reset(self) -> None:
        self._compose.reset()


class Keyboard:
    """Shows and hides the strip, and types what its keys say."""

    def __init__(self, *, stage: Stage, visit: Page, show: Callable[[str], None]) -> None:
        """Have `show` load the page for a kind of keys when a field of `visit` has the focus."""
        self._stage = stage
        self._visit = visit
        self._show = show
        self._kind = ""
        self._dismissed = False
        self._soon = 0
        self._fields = _Fields(self._look_soon)
        visit.view.set_input_method_context(self._fields)
        self._fields.connect("notify::input-purpose", lambda *_: self._look_soon())

    def press(self, key: str) -> None:
        """Type what `key` stands for into the visit's page, or hide."""
        if key == HIDE:
            self._dismissed = True
            self._look()
            return
        for keyval in keyvals(key):
            for kind in (Gdk.EventType.KEY_PRESS, Gdk.EventType.KEY_RELEASE):
                self._send(kind, keyval)

    def touched(self, widget: Any) -> None:  # noqa: ANN401 - a Gtk.Widget
        """Take note of a press: whoever touches the field again wants the keys again."""
        if widget is not self._stage.keyboard:
            self._dismissed = False
            self._look_soon()

    def _send(self, kind: object, keyval: int) -> None:
        view = self._visit.view
        event = Gdk.Event.new(kind)
        event.window = view.get_window()
        event.send_event = True
        event.time = Gtk.get_current_event_time()
        event.keyval = keyval
        # What edits (Backspace, arrows) is looked up by the key itself; a letter need not be on any.
        found, keys = Gdk.Keymap.get_for_display(view.get_display()).get_entries_for_keyval(keyval)
        event.hardware_keycode = keys[0].keycode if found and keys else 0
        if chr(Gdk.keyval_to_unicode(keyval) or 0).isupper():
            event.state = Gdk.ModifierType.SHIFT_MASK
        event.set_device(view.get_display().get_default_seat().get_keyboard())
        view.event(event)  # to the page, whatever has the focus in the window

    def _look_soon(self) -> None:
        """Look once the focus is where it goes, and then even if the page moves it on and on."""
        if not self._soon:
            self._soon = GLib.timeout_add(_SETTLE_MS, self._look)

    def _look(self) -> bool:
        """Show the keys for the field that has the focus, or none."""
        self._soon = 0
        if self._stage.is_over:
            return False
        if not self._fields.focused:
            self._dismissed = False
            self._hide()
        elif self._dismissed:
            self._hide()
        else:
            self._appear(_KINDS.get(self._fields.get_input_purpose(), "text"))
        return False

    def _appear(self, kind: str) -> None:
        if kind == self._kind:
            return
        shown, self._kind = self._kind, kind
        self._show(kind)
        if not shown:
            self._stage.set_keyboard(strip_height(self._stage.height))
            self._visit.run(scripts.REVEAL)

    def _hide(self) -> None:
        if self._kind:
            self._kind = ""
            self._stage.set_keyboard(0)
