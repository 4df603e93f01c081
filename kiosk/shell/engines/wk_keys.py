"""Keys of a Mac's keyboard by their W3C names, and what they type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.core.keys import is_for_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.shell.engines.wk_cocoa import ObjC

SHIFT, CONTROL, OPTION, COMMAND = 1 << 17, 1 << 18, 1 << 19, 1 << 20
"""NSEventModifierFlags (NSEvent.h)."""

_FUNCTION_KEYS: Final = bytes.fromhex("7a 78 63 76 60 61 62 64 65 6d 67 6f 69 6b 71 6a 40 4f 50 5a")
"""F1 to F20."""

_NAMES: Final[Mapping[int, str]] = {
    0x24: "Enter",
    0x30: "Tab",
    0x33: "Backspace",
    0x35: "Escape",
    0x4C: "Enter",  # of the number pad
    0x73: "Home",
    0x74: "PageUp",
    0x75: "Delete",
    0x77: "End",
    0x79: "PageDown",
    0x7B: "ArrowLeft",
    0x7C: "ArrowRight",
    0x7D: "ArrowDown",
    0x7E: "ArrowUp",
    **{code: f"F{number}" for number, code in enumerate(_FUNCTION_KEYS, 1)},
    0x72: "Help",
    0x47: "Clear",
    0x6E: "ContextMenu",
}
"""Virtual key codes (HIToolbox/Events.h): the same on every layout."""

_PRIVATE: Final = range(0xF700, 0xF900)
"""NSEvent's characters for keys without a text, such as NSUpArrowFunctionKey (NSEvent.h)."""


class Key(NamedTuple):
    """A key as it was pressed or released."""

    code: int
    name: str
    text: str
    is_for_pages: bool


def read_key(event: ObjC) -> Key:
    """Return the key of an NSEvent of the type NSEventTypeKeyDown or NSEventTypeKeyUp."""
    code, flags = int(event.keyCode()), int(event.modifierFlags())
    name = _NAMES.get(code, "")
    text = "" if name else typed(str(event.characters() or ""))
    bare = str(event.charactersIgnoringModifiers() or "")
    ctrl, meta = bool(flags & CONTROL), bool(flags & COMMAND)
    # Option is how a Mac types more letters (é, €, @ on some layouts): it is a command with keys that type nothing.
    composes = bool(flags & OPTION) and not ctrl and (text != "" or typed(bare) != "")
    alt = bool(flags & OPTION) and not composes
    dead = not name and not text and typed(bare) != ""  # the first half of é: the next key types the whole
    allowed = (dead and not (ctrl or meta)) or is_for_pages(
        name or text, text, shift=bool(flags & SHIFT), ctrl=ctrl, alt=alt, meta=meta
    )
    return Key(code, name or text or "Unidentified", text, allowed)


def typed(text: str) -> str:
    """Return what of an event's characters can be seen."""
    seen = text and all(char.isprintable() and ord(char) not in _PRIVATE for char in text)
    return text if seen else ""
