"""Sections A to D: keys of browsers and desktops, as far as an X server sends them, in a real window.

Nothing helps the window: no window manager runs, and the X server's own accessibility is on where a test says so.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.shell.protocol import HidePage, ShowBar
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

BODY = """
<style>* { outline: none !important; caret-color: transparent; margin: 0 } #far { height: 3000px }
::-webkit-scrollbar { display: none }</style>
<input id=field value=kept size=40><p id=text>text of the page</p><a href=/elsewhere>link</a><p id=far></p>
<script>
  window.heard = [];
  for (const kind of ['keydown', 'copy', 'cut', 'paste', 'beforeprint', 'fullscreenchange', 'contextmenu', 'pagehide'])
    addEventListener(kind, (e) => {
      heard.push(kind === 'keydown' ? e.key : kind);
      if (e.key === 'z') e.preventDefault();
    }, true);
  history.pushState(null, '', '#here');
</script>
"""
STATE = (
    "return [location.href, history.length, innerWidth, innerHeight, devicePixelRatio, visualViewport.scale, scrollX,"
    " scrollY, document.title, document.body.innerText, field.value, String(getSelection()), document.hasFocus()]"
)
BLANK = ("900", "600")

HARMLESS = {"Shift", "Escape", "Backspace", "AltGraph", "CapsLock", "NumLock", "z"}
"""What a page may hear of all these keys: it can do nothing with them that it could not do without."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"

KEYS = {
    2: "alt+F4 alt+shift+F4 ctrl+F4",
    3: "alt+Tab alt+shift+Tab alt+Escape alt+shift+Escape",
    4: "Super_L Super_R ctrl+Escape",
    5: "super+d super+m super+shift+m super+Home",
    6: "super+e",
    7: "super+r",
    8: "super+x",
    10: "super+i",
    11: "super+u",
    12: "super+Tab ctrl+super+d ctrl+super+Left ctrl+super+Right ctrl+super+F4",
    13: "super+Left super+Right super+Up super+Down super+shift+Left super+shift+Right",
    14: "super+p",
    15: " ".join(f"super+{key}" for key in [*"khvcwnagfqsbtz", *DIGITS, "period", "space", "Pause", "comma", "F1"])
    + " super+ctrl+f",
    16: "super+ctrl+Return super+plus super+minus super+equal super+ctrl+c",
    17: "ctrl+shift+Escape",
    21: "alt+shift+Print",
    22: "alt+shift+Num_Lock alt+shift+Num_Lock",
    23: "Print alt+Print super+Print super+shift+s ctrl+Print",
    24: "alt+space",
    25: "shift+F10 Menu",
    26: "F1 shift+F1",
    27: "XF86Mail XF86MyComputer XF86Calculator XF86HomePage XF86Search XF86Sleep XF86WWW XF86Explorer XF86Launch1"
    " XF86Launch2 XF86AudioMedia XF86Tools XF86PowerOff XF86WakeUp XF86Favorites XF86Eject",
    30: " ".join(f"ctrl+alt+shift+super+{key}" for key in [*"dlnoptwxy", "space"]),
    31: "ctrl+n ctrl+t ctrl+w ctrl+shift+n ctrl+shift+t ctrl+shift+w ctrl+Tab ctrl+1 ctrl+9",
    32: "ctrl+o",
    33: "ctrl+s ctrl+shift+s",
    34: "ctrl+p ctrl+shift+p XF86Print",
    35: "ctrl+j ctrl+h ctrl+d ctrl+b ctrl+e ctrl+l ctrl+k alt+d F6 ctrl+shift+o ctrl+shift+b ctrl+shift+Delete",
    36: "F12 ctrl+shift+i ctrl+shift+j ctrl+shift+c ctrl+shift+u ctrl+shift+k",
    37: "ctrl+u",
    38: "F11 shift+F11 Escape alt+Return",
    39: "F5 ctrl+F5 shift+F5 ctrl+r ctrl+shift+r Escape XF86Reload XF86Stop",
    40: "alt+Left alt+Right BackSpace shift+BackSpace alt+Home XF86Back XF86Forward ctrl+bracketleft",
    41: "ctrl+f F3 shift+F3 ctrl+g slash apostrophe",
    42: "ctrl+plus ctrl+equal ctrl+minus ctrl+0 ctrl+KP_Add ctrl+KP_Subtract XF86ZoomIn XF86ZoomOut",
    43: "F7",
    45: "ctrl+a ctrl+c ctrl+x ctrl+v ctrl+shift+v ctrl+Insert shift+Insert shift+Delete XF86Copy XF86Paste",
    46: "Escape Escape Escape shift+Escape ctrl+q ctrl+shift+q alt+x",
    48: "ctrl+alt+BackSpace",
    49: "alt+Sys_Req alt+Print",
    50: "alt+F1 alt+F2 Super_L alt+grave alt+space alt+F10 alt+F7 alt+F8",
    51: "ctrl+alt+t ctrl+alt+Delete Print ctrl+alt+l ctrl+alt+d",
    52: "super+Return super+shift+e super+shift+q super+f super+k",
    53: "ctrl+shift+i ctrl+shift+d ctrl+shift+u ctrl+period ctrl+semicolon ctrl+shift+e ctrl+slash ctrl+backslash",
    55: "super+q super+w super+h super+m super+alt+h super+alt+w",
    56: "super+Tab super+shift+Tab super+grave",
    57: "super+alt+Escape super+alt+shift+Escape",
    58: "super+space super+alt+space ctrl+super+space",
    59: "ctrl+Up ctrl+Down ctrl+Left ctrl+Right F3 F4 F11 F9 F10",
    60: "ctrl+F2 ctrl+F3 ctrl+F8 ctrl+F1 ctrl+F4 ctrl+F5 ctrl+F6 ctrl+F7",
    61: "super+shift+3 super+shift+4 super+shift+5 super+shift+6",
    62: "super+alt+F5 super+F5",
    63: "ctrl+super+q ctrl+XF86PowerOff super+ctrl+XF86PowerOff",
    64: "super+comma",
    65: "super+shift+slash super+question",
}
"""By the numbers of docs/breakouts.md, what xdotool presses."""

TYPES = {"slash", "apostrophe", "BackSpace", "shift+BackSpace"}
"""Keys that a field takes as text; Firefox's find bar opens with the first two where there is none."""


def press(lab: Lab, keys: list[str]) -> list[str]:
    """Press `keys`, and return what the page heard of them."""
    lab.shell.xdotool("key", "--delay", "6", *keys, "z")
    script = "while (heard.at(-1) !== 'z') await wait(0.01); return heard.splice(0)"
    heard = lab.run(script, patience=20)
    assert isinstance(heard, list)
    return heard


@pytest.mark.breakout(2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 24, 25, 26, 27, 30)
@pytest.mark.breakout(31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 45, 46)
@pytest.mark.breakout(48, 49, 50, 51, 52, 53)
@pytest.mark.breakout(55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65)
@pytest.mark.parametrize("section", [range(1, 31), range(31, 47), range(47, 55), range(55, 68)], ids="abcd")
def test_a_command_key_does_nothing_and_is_reported(lab: Lab, section: range):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    assert press(lab, []) == ["z"]
    before, asked, glass = lab.run(STATE), pages_of(lab), glass_of(lab)
    for number in (number for number in section if number in KEYS):
        keys = KEYS[number].split()
        heard = press(lab, keys)
        lab.run("field.focus()")
        heard += press(lab, [key for key in keys if key not in TYPES])
        lab.run("field.blur()")

        assert set(heard) - {*"/'"} <= HARMLESS, number
        assert lab.run(STATE) == before, number
    assert pages_of(lab) == asked
    lab.denied("accelerator-keys")
    until_glass_is(lab, glass)


def pages_of(lab: Lab) -> list[str]:
    """Return what the page's server was asked for, except for the next script to run."""
    return [path for path in lab.attacker.asked if not path.startswith("/next")]


def glass_of(lab: Lab) -> bytes:
    """Return what is seen, once it stays as it is."""
    seen = [b"", lab.shell.screenshot().tobytes()]
    while seen[-2] != seen[-1]:
        lab.run("await wait(0.3)")
        seen.append(lab.shell.screenshot().tobytes())
    return seen[-1]


def until_glass_is(lab: Lab, glass: bytes) -> None:
    """Wait until all is seen again as it was: the visitor was told that the key does nothing here."""

    def is_so() -> bool:
        lab.shell.send(HidePage())  # what the visitor is told may come late
        return lab.shell.screenshot().tobytes() == glass

    lab.until(is_so)


@pytest.mark.breakout(26, 27, 30, 35, 38, 41, 43)
def test_no_function_key_and_no_command_with_a_letter_reaches_a_page(lab: Lab):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    held = ["ctrl", "alt", "super", "ctrl+shift", "ctrl+super", "alt+super", "alt+shift"]
    keys = [f"F{number}" for number in range(1, 25)]
    for modifiers in held:
        keys += [f"{modifiers}+{key}" for key in LETTERS + DIGITS]
    before = lab.run(STATE)

    assert set(press(lab, keys)) <= HARMLESS
    assert lab.run(STATE) == before


@pytest.mark.breakout(44)
def test_tab_goes_round_the_page_and_the_bar_alone(lab: Lab):
    lab.fresh(BODY)
    lab.shell.send(ShowBar("en", "name"))
    lab.click(at=("900", "700"))
    lab.shell.xdotool("key", *["Tab"] * 9, *["shift+Tab"] * 12, "alt+F10", "F10", "Alt_L", "Alt_R")
    lab.until(lambda: comes_round(lab))

    assert lab.run("return location.href") == f"{lab.origin}/#here"


def comes_round(lab: Lab) -> bool:
    """Press Tab once more, and return whether the page has the keyboard."""
    lab.shell.xdotool("key", "Tab", "z")
    return bool(lab.run("await wait(0.1); return heard.includes('z')"))


# ── what the X server makes of keys by itself: XKB's AccessX ──

STICKY_KEYS, MOUSE_KEYS, ACCESS_X = 1 << 3, 1 << 4, 1 << 6
"""Bits of XKB's controls (X11/extensions/XKB.h)."""


@contextmanager
def accessibility(display: str, controls: int) -> Iterator[None]:
    """Have the X server's keyboard do what `controls` say."""
    x11: Any = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    core = 0x100
    try:
        for value in (controls, 0):
            assert x11.XkbChangeEnabledControls(connection, core, controls, value)
            x11.XSync(connection, 0)
            if value:
                yield
    finally:
        x11.XCloseDisplay(connection)


@pytest.mark.breakout(18)
def test_sticky_keys_bring_no_command_to_the_page(lab: Lab):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    with accessibility(lab.display, ACCESS_X | STICKY_KEYS):
        lab.shell.xdotool("key", *["Shift_L"] * 5)
        heard = press(lab, ["Control_L", "p", "Alt_L", "F4", "Super_L", "r", "Control_L", "w"])

    assert set(heard) <= HARMLESS | {"p", "r", "w", "Z"}
    assert lab.run("return location.href") == f"{lab.origin}/#here"
    assert "print" not in lab.refused()


@pytest.mark.breakout(22)
def test_mouse_keys_are_a_mouse_and_no_more(lab: Lab):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    glass = glass_of(lab)
    with accessibility(lab.display, MOUSE_KEYS):
        lab.shell.xdotool("key", "KP_Subtract", "KP_5", "KP_Multiply", "KP_5", "KP_Divide", "KP_5")

    assert lab.run("return location.href") == f"{lab.origin}/#here"
    until_glass_is(lab, glass)


# ── what is copied ──


@pytest.mark.breakout(45)
def test_nothing_is_copied_or_pasted_by_keys_or_by_the_middle_button(lab: Lab):
    lab.fresh(BODY)
    lab.run("field.select()")
    x11 = X11(lab.display)
    try:
        press(lab, ["ctrl+c", "ctrl+x", "ctrl+Insert", "shift+Delete"])
        clipboard = x11.selection_owners()[0]
    finally:
        x11.close()
    lab.run("field.setSelectionRange(0, 0)")
    lab.shell.xdotool("mousemove", "100", "110", "click", "2")
    press(lab, ["ctrl+v", "shift+Insert"])

    assert clipboard == 0
    assert lab.run("return field.value") == "kept"


# ── a keyboard that is plugged in and types by itself ──


@pytest.mark.breakout(126)
def test_a_keyboard_that_types_by_itself_starts_nothing(lab: Lab):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    for opening in ("super+r", "alt+F2", "ctrl+alt+t", "super+space", "ctrl+Escape", "ctrl+l", "ctrl+o", "F12"):
        lab.shell.xdotool("key", opening, "type", "--delay", "1", "xterm -e sh")
        lab.shell.xdotool("key", "Return")

    assert lab.run("return location.href") == f"{lab.origin}/#here"
    lab.denied("accelerator-keys")
