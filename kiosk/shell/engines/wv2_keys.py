"""Windows' keys by the names that core.keys has for them."""

from __future__ import annotations

from typing import Final

from kiosk.core.keys import is_for_pages

NAMES: Final = {
    0x08: "Backspace",
    0x09: "Tab",
    0x0D: "Enter",
    0x10: "Shift",
    0x14: "CapsLock",
    0x1B: "Escape",
    0x21: "PageUp",
    0x22: "PageDown",
    0x23: "End",
    0x24: "Home",
    0x25: "ArrowLeft",
    0x26: "ArrowUp",
    0x27: "ArrowRight",
    0x28: "ArrowDown",
    0x2E: "Delete",
    0x90: "NumLock",
    0xA0: "Shift",
    0xA1: "Shift",
}
"""Virtual key codes (winuser.h) of the keys that may be for pages; of all others it matters that they have no name."""

_FROM_INPUT_METHODS: Final = frozenset({0xE5, 0xE7})
"""VK_PROCESSKEY and VK_PACKET: what an input method, or Windows' own keyboard on the screen, types."""

SCANNER_NAMES: Final = {0x0D: "enter", 0x09: "tab"}


def is_plain(key: int, text: str, *, ctrl: bool, alt: bool, meta: bool, shift: bool = False) -> bool:
    """Whether a key is for typing and moving about, not a command."""
    if key in _FROM_INPUT_METHODS:
        return not (ctrl or alt or meta)
    return is_for_pages(NAMES.get(key, ""), text, ctrl=ctrl, alt=alt, meta=meta, shift=shift)
