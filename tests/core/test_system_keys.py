from __future__ import annotations

import pytest

from kiosk.core.system_keys import refused


@pytest.mark.parametrize(
    ("key", "ctrl", "alt", "name"),
    [
        (0x5B, False, False, "Win"),
        (0x5C, True, True, "Win"),
        (0x5D, False, False, "Menu"),
        (0x2C, False, True, "PrintScreen"),
        (0x5F, False, False, "Sleep"),
        (0xA6, False, False, "Browser"),
        (0xB7, False, False, "Launch"),
        (0x09, False, True, "Alt+Tab"),
        (0x09, True, True, "Alt+Tab"),
        (0x1B, False, True, "Alt+Esc"),
        (0x73, False, True, "Alt+F4"),
        (0x20, False, True, "Alt+Space"),
        (0x1B, True, False, "Ctrl+Esc"),
    ],
)
def test_windows_does_not_hear_of_a_key_that_commands_the_desktop(key: int, ctrl: int, alt: int, name: str):
    assert refused(key, ctrl=bool(ctrl), alt=bool(alt)) == name


@pytest.mark.parametrize(
    ("key", "ctrl", "alt"),
    [(0x41, False, False), (0x09, False, False), (0x1B, False, False), (0x51, True, True), (0x20, True, False)],
)
def test_a_key_for_a_page_goes_on(key: int, ctrl: int, alt: int):
    """With Ctrl and Alt, which are AltGr, some layouts type an @."""
    assert refused(key, ctrl=bool(ctrl), alt=bool(alt)) == ""
