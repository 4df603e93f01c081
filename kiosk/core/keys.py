"""Which keys a page gets: those for typing and moving about, none that is a command to a browser or a desktop."""

from __future__ import annotations

from typing import Final

PLAIN: Final = frozenset(
    {
        "Backspace",
        "Delete",
        "Enter",
        "Tab",
        "Escape",
        "ArrowLeft",
        "ArrowRight",
        "ArrowUp",
        "ArrowDown",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "Shift",
        "AltGraph",
        "CapsLock",
        "NumLock",
    }
)
"""Keys without a text that a page may have, by their W3C names (KeyboardEvent.key, UI Events KeyboardEvent key Values).

All others (F1 to F35, BrowserBack, ContextMenu, PrintScreen, LaunchMail, ...) are dropped.
"""


def is_for_pages(name: str, text: str, *, ctrl: bool, alt: bool, meta: bool, shift: bool = False) -> bool:
    """Whether a page gets a key of this W3C `name`, which types `text` (empty: nothing that is seen)."""
    if text and text.isprintable():
        # AltGr counts as Ctrl and Alt on some systems, and then the key has a text.
        return not meta and ctrl == alt
    if shift and name == "Delete":  # cuts, on Linux and Windows
        return False
    return name in PLAIN and not (ctrl or alt or meta)
