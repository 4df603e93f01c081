"""Every key that leads out of some browser or some desktop, pressed on a page that tells what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

KEYS = {
    2: "alt+F4",
    3: "alt+Tab alt+shift+Tab alt+Escape",
    4: "Super_L Super_R ctrl+Escape",
    5: "super+d super+m super+Home",
    6: "super+e",
    7: "super+r",
    8: "super+x",
    10: "super+i",
    11: "super+u",
    12: "super+Tab ctrl+super+d ctrl+super+Left ctrl+super+Right",
    13: "super+Left super+Up super+shift+Left super+shift+Right",
    14: "super+p",
    15: "super+k super+h super+v super+period super+space super+c super+w super+n super+a super+g super+f super+q"
    " super+s super+b super+t super+1 super+9 super+Pause super+ctrl+f super+comma super+F1",
    16: "super+ctrl+Return super+plus super+ctrl+c",
    17: "ctrl+shift+Escape",
    21: "alt+shift+Print",
    22: "alt+shift+Num_Lock alt+shift+Num_Lock",
    23: "Print alt+Print super+shift+s ctrl+Print",
    24: "alt+space",
    25: "shift+F10 Menu",
    26: "F1 shift+F1 Help",
    27: "XF86Mail XF86MyComputer XF86Calculator XF86HomePage XF86Search XF86Sleep XF86PowerOff XF86WWW XF86Explorer"
    " XF86AudioMedia XF86Launch1 XF86Launch2 XF86Favorites XF86Back XF86Forward XF86Refresh",
    30: "ctrl+alt+shift+super+l ctrl+alt+shift+super+w ctrl+alt+shift+super+x ctrl+alt+shift+super",
    31: "ctrl+n ctrl+t ctrl+w ctrl+shift+n ctrl+shift+t ctrl+shift+w ctrl+Tab ctrl+1 ctrl+F4",
    32: "ctrl+o",
    33: "ctrl+s ctrl+shift+s",
    34: "ctrl+p ctrl+shift+p",
    35: "ctrl+j ctrl+h ctrl+d ctrl+b ctrl+e ctrl+l ctrl+k F6 alt+d ctrl+shift+o ctrl+shift+Delete",
    36: "F12 ctrl+shift+i ctrl+shift+j ctrl+shift+c ctrl+alt+i",
    37: "ctrl+u",
    38: "F11 alt+Return Escape",
    39: "F5 ctrl+r shift+F5 ctrl+shift+r ctrl+F5 Escape",
    40: "alt+Left alt+Right alt+Up alt+Home BackSpace shift+BackSpace",
    41: "ctrl+f F3 shift+F3 ctrl+g slash apostrophe",
    42: "ctrl+plus ctrl+minus ctrl+0 ctrl+equal ctrl+KP_Add ctrl+KP_Subtract",
    43: "F7",
    44: "Alt_L Alt_R F10 alt+F alt+e",
    45: "ctrl+a ctrl+c ctrl+v ctrl+x ctrl+Insert shift+Insert shift+Delete",
    46: "Escape Escape Escape",
    50: "alt+F1 alt+F2 Super_L alt+grave alt+F10 alt+F3",
    51: "ctrl+alt+t ctrl+alt+Delete Print",
    53: "ctrl+shift+i ctrl+shift+d ctrl+shift+u ctrl+period ctrl+semicolon alt+Print",
    55: "super+q super+w super+h super+m",
}
"""By the number of the way out, in xdotool's names."""

PASSES = {"Shift", "NumLock", "Escape", "Backspace", "/", "'", "Delete", "x"}
"""What a page may hear of them: keys that people type with."""

STATE = """return [location.href, history.length, document.title, visualViewport.scale, devicePixelRatio, innerWidth,
innerHeight, scrollX, scrollY, document.fullscreenElement, String(getSelection()), document.hasFocus()]"""
LISTEN = "window.heard = []; addEventListener('keydown', (event) => heard.push(event.key), true)"


def press(lab: Lab, *keys: str) -> list[str]:
    """Press keys, and then one that every page hears; return what the page heard."""
    lab.shell.xdotool("key", "--delay", "30", *keys)
    lab.shell.xdotool("key", "x")
    lab.until(lambda: "x" in lab.run("return heard"))
    return lab.run("return heard")


@pytest.mark.breakout(2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 24, 25, 26, 27, 30)
@pytest.mark.breakout(31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 50, 51, 53, 55)
@pytest.mark.parametrize("vector", KEYS)
def test_a_command_key_reaches_no_page_and_does_nothing(lab: Lab, vector: int):
    lab.click()
    lab.run(LISTEN)
    before = lab.run(STATE)
    heard = press(lab, *KEYS[vector].split())

    assert set(heard) <= PASSES, heard
    assert lab.run(STATE) == before
    assert lab.refused() <= {"accelerator-keys", "context-menu"}


@pytest.mark.breakout(31, 36, 39)
def test_the_operators_log_has_a_line_for_a_command_key(lab: Lab):
    lab.click()
    lab.shell.xdotool("key", "F12", "ctrl+n")
    lab.denied("accelerator-keys")


@pytest.mark.breakout(18)
def test_shift_five_times_does_not_stick(lab: Lab):
    lab.click()
    lab.run(LISTEN)
    heard = press(lab, *["Shift_L"] * 6)

    assert heard == ["Shift"] * 6 + ["x"]


@pytest.mark.breakout(44)
def test_tab_goes_round_the_bar_and_the_page_and_comes_back(lab: Lab):
    lab.click()
    lab.run("stage.innerHTML = '<button id=one>1</button><button id=two>2</button>'; one.focus()")
    for key in ("Tab", "shift+Tab"):
        lab.shell.xdotool("key", "--delay", "80", *[key] * 6)
        lab.shell.xdotool("mousemove", "640", "426", "click", "1")
    assert lab.is_where_it_was()


@pytest.mark.breakout(45)
def test_what_is_copied_on_a_page_is_not_in_the_systems_clipboard(lab: Lab):
    lab.run("stage.innerHTML = '<input id=field value=canary>'; field.focus(); field.select()")
    lab.shell.xdotool("key", "ctrl+c", "ctrl+x", "ctrl+Insert")

    assert lab.run("return field.value") == "canary"
