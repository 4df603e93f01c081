"""Keys of GDK, in the words of kiosk.core.keys and kiosk.core.scanner."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kiosk.core.keys import is_for_pages
from kiosk.shell.engines.gtk_toolkit import Gdk

_NAMES: Final = {
    Gdk.KEY_BackSpace: "Backspace",
    Gdk.KEY_Delete: "Delete",
    Gdk.KEY_KP_Delete: "Delete",
    Gdk.KEY_Return: "Enter",
    Gdk.KEY_KP_Enter: "Enter",
    Gdk.KEY_ISO_Enter: "Enter",
    Gdk.KEY_Tab: "Tab",
    Gdk.KEY_KP_Tab: "Tab",
    Gdk.KEY_ISO_Left_Tab: "Tab",
    Gdk.KEY_Escape: "Escape",
    Gdk.KEY_Left: "ArrowLeft",
    Gdk.KEY_KP_Left: "ArrowLeft",
    Gdk.KEY_Right: "ArrowRight",
    Gdk.KEY_KP_Right: "ArrowRight",
    Gdk.KEY_Up: "ArrowUp",
    Gdk.KEY_KP_Up: "ArrowUp",
    Gdk.KEY_Down: "ArrowDown",
    Gdk.KEY_KP_Down: "ArrowDown",
    Gdk.KEY_Home: "Home",
    Gdk.KEY_KP_Home: "Home",
    Gdk.KEY_End: "End",
    Gdk.KEY_KP_End: "End",
    Gdk.KEY_Page_Up: "PageUp",
    Gdk.KEY_KP_Page_Up: "PageUp",
    Gdk.KEY_Page_Down: "PageDown",
    Gdk.KEY_KP_Page_Down: "PageDown",
    Gdk.KEY_Shift_L: "Shift",
    Gdk.KEY_Shift_R: "Shift",
    Gdk.KEY_ISO_Level3_Shift: "AltGraph",
    Gdk.KEY_Mode_switch: "AltGraph",
    Gdk.KEY_Caps_Lock: "CapsLock",
    Gdk.KEY_Num_Lock: "NumLock",
}
"""The W3C names of the keys that may be for pages; of all others it matters only that they have none of these."""

_DEAD: Final = range(Gdk.KEY_dead_grave, Gdk.KEY_dead_greek + 1)
_ACCENT: Final = "~"
"""A dead key types nothing yet, and is for pages all the same: it stands for its accent."""

_META: Final = (
    Gdk.ModifierType.SUPER_MASK | Gdk.ModifierType.META_MASK | Gdk.ModifierType.HYPER_MASK | Gdk.ModifierType.MOD4_MASK
)
_COMMAND: Final = Gdk.ModifierType.CONTROL_MASK | Gdk.ModifierType.MOD1_MASK
"""With one of these a key types nothing: AltGr is neither of them here, as it is on Windows."""

_SCANNED: Final = {"Enter": "enter", "Tab": "tab"}


class Key(NamedTuple):
    """A key that goes down or up: its W3C name if it matters, what it types, and whether a page may have it."""

    code: int
    name: str
    text: str
    plain: bool
    down: bool

    @property
    def scanner_name(self) -> str:
        """What kiosk.core.scanner calls it."""
        return _SCANNED.get(self.name, "") if self.plain else ""


def key_of(event: Any) -> Key:  # noqa: ANN401 - a Gdk.EventKey
    """Return what `event` is about."""
    keyval, state = event.keyval, event.state
    name = _NAMES.get(keyval, "")
    code = Gdk.keyval_to_unicode(keyval)
    char = chr(code) if code else ""
    text = _ACCENT if keyval in _DEAD else (char if char.isprintable() else "")
    if state & _COMMAND:
        text = ""
    plain = is_for_pages(
        name,
        text,
        ctrl=bool(state & Gdk.ModifierType.CONTROL_MASK),
        alt=bool(state & Gdk.ModifierType.MOD1_MASK),
        meta=bool(state & _META),
        shift=bool(state & Gdk.ModifierType.SHIFT_MASK),
    )
    return Key(event.hardware_keycode or keyval, name, text, plain, down=event.type == Gdk.EventType.KEY_PRESS)
