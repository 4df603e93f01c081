"""What people do at a Mac's window, before any view of it hears of it. NSApplication asks about each event once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.wk_keys import COMMAND, CONTROL, read_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.shell.engines.input import Input
    from kiosk.shell.engines.wk_cocoa import ObjC
    from kiosk.shell.engines.wk_keys import Key
    from kiosk.shell.engines.wk_scanner import WkScanner

LEFT_DOWN, LEFT_UP, RIGHT_DOWN, RIGHT_UP, MOVED, LEFT_DRAGGED, RIGHT_DRAGGED = range(1, 8)
KEY_DOWN, KEY_UP = 10, 11
SYSTEM_DEFINED, ROTATE, BEGIN_GESTURE, END_GESTURE, SCROLL = 14, 18, 19, 20, 22
OTHER_DOWN, OTHER_UP, OTHER_DRAGGED = 25, 26, 27
GESTURE, MAGNIFY, SWIPE, SMART_MAGNIFY, QUICK_LOOK, PRESSURE = 29, 30, 31, 32, 33, 34
"""NSEventType (NSEvent.h)."""

_PRESSES: Final[Mapping[int, str]] = {LEFT_DOWN: "left"}
_RELEASES: Final[Mapping[int, str]] = {LEFT_UP: "left"}
_MOVES: Final = frozenset({MOVED, LEFT_DRAGGED})

_DROPPED: Final[Mapping[int, LockdownFeature]] = {
    RIGHT_DOWN: LockdownFeature.CONTEXT_MENU,
    OTHER_DOWN: LockdownFeature.ACCELERATOR_KEYS,  # the middle button opens windows, the others go back and forward
    MAGNIFY: LockdownFeature.ZOOM,
    SMART_MAGNIFY: LockdownFeature.ZOOM,
    ROTATE: LockdownFeature.ZOOM,
    SWIPE: LockdownFeature.HISTORY,
    QUICK_LOOK: LockdownFeature.CONTEXT_MENU,
}
_ECHOES: Final = frozenset(
    {RIGHT_UP, RIGHT_DRAGGED, OTHER_UP, OTHER_DRAGGED, BEGIN_GESTURE, END_GESTURE, GESTURE, PRESSURE, SYSTEM_DEFINED}
)
"""Events that come with another, which is reported; media keys; and a hard press, which would look a word up."""

_ARROW: Final = 3.0
"""Seconds that the arrow stays when the mouse does not move."""


class People:
    """Asked about every event of the window."""

    def __init__(
        self,
        people: Input,
        *,
        window: ObjC,
        scanner: WkScanner | None,
        deny: Callable[[str, str], None],
        hide_arrow: Callable[[], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Feed `people` with what happens in `window`, and report by `deny` what is dropped."""
        self._people = people
        self._window = window
        self._scanner = scanner
        self._deny = deny
        self._hide_arrow = hide_arrow
        self._call_later = call_later
        self._moves = 0

    def takes(self, event: ObjC) -> bool:
        """Whether the views may have `event` now. Other windows of ours are blank: theirs are dropped."""
        kind = int(event.type())
        if kind in _ECHOES:
            return False
        if (feature := _DROPPED.get(kind)) is not None:
            self._deny(feature, "")
            return False
        if kind in (KEY_DOWN, KEY_UP):
            return self._key(event, down=kind == KEY_DOWN)
        if kind == SCROLL:
            return self._scroll(event)
        if kind in _PRESSES or kind in _RELEASES or kind in _MOVES:
            return event.window() == self._window and self._mouse(event, kind)
        return True  # what the system tells the window: that it was activated, for instance

    def _key(self, event: ObjC, *, down: bool) -> bool:
        key = read_key(event)
        what = str(key.code)
        passes = self._people.key(what) if down else self._people.key_release(what)
        if not key.is_for_pages:
            if down:
                self._deny(LockdownFeature.ACCELERATOR_KEYS, _told(key))
            return False
        return passes and (self._scanner is None or self._scanner.passes(event, key, down=down))

    def _scroll(self, event: ObjC) -> bool:
        if int(event.modifierFlags()) & (CONTROL | COMMAND):
            self._deny(LockdownFeature.ZOOM, "")
            return False
        return self._people.wheel()

    def _mouse(self, event: ObjC, kind: int) -> bool:
        place, size = event.locationInWindow(), self._window.frame().size
        x, y = float(place.x), float(size.height) - float(place.y)  # AppKit counts from the bottom
        if kind in _MOVES:
            self._moved()
            return self._people.move(x, y)
        if kind in _RELEASES:
            return self._people.release(_RELEASES[kind])
        if int(event.modifierFlags()) & CONTROL:  # a right button, on a Mac with one
            self._deny(LockdownFeature.CONTEXT_MENU, "")
            return False
        return self._people.press(_PRESSES[kind], x, y, width=float(size.width), height=float(size.height))

    def _moved(self) -> None:
        """Hide the arrow when the mouse was still for a while; it comes back by itself when it moves."""
        self._moves += 1
        seen = self._moves

        def still() -> None:
            if seen == self._moves:
                self._hide_arrow()

        self._call_later(_ARROW, still)


def _told(key: Key) -> str:
    """Return the name of a key for the log: never what somebody types."""
    return key.name if not key.text else "command"
