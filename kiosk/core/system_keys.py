"""Keys that command the desktop, not a window: which of them Windows must not hear of while a kiosk runs.

Ctrl+Alt+Del cannot be kept from Windows by any program: that is for its Keyboard Filter and its policies.
"""

from __future__ import annotations

from typing import Final

_ALWAYS: Final = {
    0x2C: "PrintScreen",
    0x5B: "Win",
    0x5C: "Win",
    0x5D: "Menu",
    0x5F: "Sleep",
    **dict.fromkeys(range(0xA6, 0xAD), "Browser"),  # back, forward, reload, stop, search, favourites, home
    **dict.fromkeys(range(0xB4, 0xB8), "Launch"),  # mail, media, two programs
}
"""Windows' virtual key codes (winuser.h): none of them types anything."""

_TAB, _ESCAPE, _SPACE, _F4 = 0x09, 0x1B, 0x20, 0x73

_WITH_ALT: Final = {_TAB: "Alt+Tab", _ESCAPE: "Alt+Esc", _SPACE: "Alt+Space", _F4: "Alt+F4"}


def refused(key: int, *, ctrl: bool, alt: bool) -> str:
    """Return the name of what this key commands now, if Windows must not hear of it; nothing if it may.

    `key` is a virtual key code, the others say whether these keys are down. The Win key counts in every combination:
    it never goes down.
    """
    if (name := _ALWAYS.get(key)) is not None:
        return name
    if alt and (name := _WITH_ALT.get(key)) is not None:
        return name
    return "Ctrl+Esc" if ctrl and key == _ESCAPE else ""
