"""What people do at a Mac, and what of it the pages get."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.scanner import ScannerSettings
from kiosk.shell.engines.showing import Pane
from kiosk.shell.engines.wk_keys import COMMAND, CONTROL, OPTION, SHIFT, read_key
from kiosk.shell.protocol import Activity, Blocked, Cover, Gesture, OpenWidget, Scanned, ShowPage
from tests.contracts.engine import START, Served
from tests.shell.wk_driver import WkDriver
from tests.shell.wk_fakes import Fake, make, rect
from tests.shell.wk_webkit import MAIN, SUB

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.shell.protocol import Start

DOWN, UP = 10, 11


@pytest.fixture
def open_driver(tmp_path: Path) -> Callable[..., WkDriver]:
    def open_it(start: Start = START, **options: object) -> WkDriver:
        adapter = WkDriver(replace(start, engine="wkwebview", **options), folder=tmp_path)
        adapter.send(OpenWidget(1, adapter.url(Served.PAGE)))
        adapter.events.clear()
        return adapter

    return open_it


@pytest.fixture
def driver(open_driver: Callable[..., WkDriver]) -> WkDriver:
    return open_driver()


def key(code: int, text: str, flags: int = 0, *, kind: int = DOWN, at: float = 0.0, bare: str | None = None) -> Fake:
    event = make("NSEvent", type=kind, keycode=code, modifierflags=flags, timestamp=at)
    event.kept.update(characters=text, charactersignoringmodifiers=text if bare is None else bare)
    return event


@pytest.mark.parametrize(
    ("code", "text", "flags", "name"),
    [
        (0, "a", 0, "a"),
        (0, "A", SHIFT, "A"),
        (0x0E, "é", 0, "é"),
        (0x0E, "€", OPTION, "€"),
        (0x0E, "", OPTION, "Unidentified"),  # the first half of é
        (0x24, "\r", 0, "Enter"),
        (0x4C, "\x03", 0, "Enter"),
        (0x33, "\x7f", 0, "Backspace"),
        (0x30, "\t", 0, "Tab"),
        (0x30, "\x19", SHIFT, "Tab"),
        (0x7B, "\uf702", 0, "ArrowLeft"),
        (0x74, "\uf72c", 0, "PageUp"),
    ],
)
def test_a_page_gets_what_types_and_moves_about(code: int, text: str, flags: int, name: str):
    read = read_key(key(code, text, flags, bare=text or "e"))

    assert read.is_for_pages
    assert read.name == name


@pytest.mark.parametrize(
    ("code", "text", "flags"),
    [
        *((0, char, COMMAND) for char in "qwhmrptnof,?+-=0123456789[]uis"),
        (0x30, "\t", COMMAND),
        (0x35, "\x1b", COMMAND | OPTION),
        (0, "i", COMMAND | OPTION),
        (0, "x", CONTROL),
        (0x31, " ", COMMAND),
        (0x7B, "\uf702", COMMAND),
        (0x7B, "\uf702", CONTROL),
        (0x7B, "\uf702", OPTION),
        *((code, "\uf704", 0) for code in (0x7A, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6D, 0x67, 0x6F)),
        (0x72, "\uf746", 0),
        (0x6E, "", 0),
        (0x99, "", 0),
    ],
)
def test_a_page_gets_no_command(driver: WkDriver, code: int, text: str, flags: int):
    event = key(code, text, flags)

    assert not driver.dispatched(event)
    blocked = driver.expect(Blocked)
    assert blocked.feature == "accelerator-keys"
    assert blocked.by_visitor
    assert blocked.reason == "command" or len(blocked.reason) > 1 or not text  # never what somebody types
    assert not driver.dispatched(key(code, text, flags, kind=UP))
    assert not driver.heard(Blocked)


@pytest.mark.parametrize(
    ("kind", "feature"),
    [
        (3, "context-menu"),
        (25, "accelerator-keys"),
        (30, "zoom"),
        (32, "zoom"),
        (18, "zoom"),
        (31, "history"),
        (33, "context-menu"),
    ],
)
def test_gestures_and_other_buttons_are_dropped_and_reported(driver: WkDriver, kind: int, feature: str):
    assert not driver.dispatched(driver.event(kind))
    assert driver.expect(Blocked).feature == feature


@pytest.mark.parametrize("kind", [4, 7, 14, 19, 20, 26, 27, 29, 34])
def test_their_echoes_are_dropped_in_silence(driver: WkDriver, kind: int):
    assert not driver.dispatched(driver.event(kind))
    assert driver.events == []


def press(driver: WkDriver, x: float = 640, y: float = 400, **kept: object) -> bool:
    place = rect(0, 0, x, y).origin
    down = driver.dispatched(driver.event(1, locationinwindow=place, **kept))
    driver.dispatched(driver.event(2, locationinwindow=place))
    return down


def test_a_press_reaches_the_page_and_is_activity(driver: WkDriver):
    driver.window.kept["frame"] = rect(1280, 800)

    assert press(driver)
    assert driver.heard(Activity)


def test_a_press_with_control_is_a_right_button_on_a_mac(driver: WkDriver):
    assert not press(driver, modifierflags=CONTROL)
    assert driver.expect(Blocked).feature == "context-menu"


def test_the_corner_is_counted_from_the_top(driver: WkDriver):
    for _ in range(START.taps):
        press(driver, 5, 5)  # AppKit's bottom left
    assert not driver.heard(Gesture)
    for _ in range(START.taps):
        press(driver, 5, 795)

    assert driver.heard(Gesture)


def test_a_pointer_that_moves_is_activity_and_hides_when_it_is_still(driver: WkDriver, monkeypatch: pytest.MonkeyPatch):
    hidden: list[bool] = []
    cursor = driver.mac.NSCursor
    monkeypatch.setattr(cursor, "setHiddenUntilMouseMoves_", hidden.append, raising=False)
    assert driver.dispatched(driver.event(5, locationinwindow=rect(0, 0, 10, 10).origin))
    driver.mac.run(2)
    assert driver.dispatched(driver.event(5, locationinwindow=rect(0, 0, 300, 300).origin))
    driver.mac.run(2)
    assert hidden == []
    driver.mac.run(2)

    assert hidden == [True]
    assert driver.heard(Activity)


def test_a_wheel_scrolls(driver: WkDriver):
    assert driver.dispatched(driver.event(22))


def test_nothing_gets_through_the_cover(driver: WkDriver):
    driver.send(Cover())

    assert not press(driver)
    assert not driver.dispatched(key(0, "a"))
    assert not driver.dispatched(driver.event(22))


def test_what_is_pressed_on_a_blank_screen_goes_nowhere(driver: WkDriver):
    other = make("NSWindow")

    assert not driver.dispatched(make("NSEvent", type=1, window=other, locationinwindow=rect(0, 0).origin))


def test_what_the_system_tells_the_window_is_let_through(driver: WkDriver):
    assert driver.dispatched(driver.event(13))  # NSEventTypeAppKitDefined


# ── a reader ──


def scan(driver: WkDriver, text: str, at: float = 100.0) -> list[bool]:
    passed = []
    for char in [*text, "\r"]:
        code = 0x24 if char == "\r" else 0x200 + ord(char)
        passed.append(driver.dispatched(key(code, char, at=at)))
        passed.append(driver.dispatched(key(code, char, kind=UP, at=at + 0.001)))
        at += 0.002
    return passed


def test_a_scan_signs_in_and_no_page_gets_a_key_of_it(open_driver: Callable[..., WkDriver]):
    driver = open_driver(scanner=ScannerSettings())
    driver.send(ShowPage("attract", "en"))

    assert not any(scan(driver, "user-42"))
    assert driver.expect(Scanned) == Scanned("user-42")


def test_what_turns_out_to_be_typing_reaches_the_page_late(open_driver: Callable[..., WkDriver]):
    driver = open_driver(scanner=ScannerSettings())
    assert not driver.dispatched(key(0, "a", at=100.0))
    driver.mac.app.calls.clear()
    driver.mac.run(0.2)

    [(_selector, (event,))] = driver.mac.app.calls
    assert event.characters() == "a"


# ── the keyboard on the screen ──


def test_a_field_brings_the_keys_and_they_type(open_driver: Callable[..., WkDriver]):
    driver = open_driver(keyboard=True)
    driver.visit.write("focus:email", frame=SUB)
    driver.mac.run()
    assert driver.engine._stage._keyboard > 0
    driver.engine.press_key(key="é")
    driver.engine.press_key(key="{enter}")
    driver.engine.press_key(key="no such key at all")

    calls = [call for call in driver.visit.calls if call[0] in {"insertText:replacementRange:", "keyDown:", "keyUp:"}]
    assert [selector for selector, _arguments in calls] == ["insertText:replacementRange:", "keyDown:", "keyUp:"]
    assert calls[0][1] == ("é", (2**63 - 1, 0))


@pytest.mark.parametrize("end", ["focus:", "focus:nonsense"])
def test_the_keys_go_with_the_field(open_driver: Callable[..., WkDriver], end: str):
    driver = open_driver(keyboard=True)
    driver.visit.write("focus:text", frame=MAIN)
    driver.visit.write(end, frame=MAIN)

    assert driver.engine._stage._keyboard == 0


def test_the_keys_can_be_put_away(open_driver: Callable[..., WkDriver]):
    driver = open_driver(keyboard=True)
    driver.visit.write("focus:text", frame=MAIN)
    driver.engine.press_key(key="{hide}")

    assert driver.engine._stage._keyboard == 0


def test_no_keys_come_over_a_page_of_our_own(open_driver: Callable[..., WkDriver]):
    driver = open_driver(keyboard=True)
    driver.send(ShowPage("warning", "en", data={"seconds": 10}))
    driver.visit.write("focus:text", frame=MAIN)

    assert driver.engine._stage._keyboard == 0


def test_the_keyboard_takes_no_focus_from_the_field(open_driver: Callable[..., WkDriver]):
    driver = open_driver(keyboard=True)
    driver.visit.write("focus:text", frame=MAIN)

    assert not driver.engine._panes[Pane.KEYBOARD].view.acceptsFirstResponder()
    assert driver.visit.acceptsFirstResponder()
