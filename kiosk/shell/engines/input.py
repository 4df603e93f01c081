"""What people do at the window, whatever toolkit tells of it: what may pass, what is reported, and what it means."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.core.presence import Activity, Corner, Gate
from kiosk.shell import protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Input:
    """Fed with every real input of the window. Each method returns whether the input may go on to the page."""

    def __init__(self, *, emit: Callable[[protocol.Event], None], corner: str, taps: int) -> None:
        """Report Activity and Gesture by `emit`."""
        self._emit = emit
        self._gate = Gate()
        self._activity = Activity()
        self._corner = Corner(corner, taps)

    def shut(self, *, shut: bool) -> None:
        """Let nothing through any more, or all again."""
        self._gate.shut = shut

    def settle(self) -> None:
        """Let nothing through until the touch that led to this window is over."""
        self._gate.settle(time.monotonic())

    def press(self, what: str, x: float, y: float, *, width: float, height: float) -> bool:
        """Take the press of a button or a finger, at a place of a window of this size."""
        now = time.monotonic()
        passes = self._pass(passes=self._gate.press(what, now), now=now)
        # The operator may have to come in while a cover lies over a visit that does not end.
        counts = passes or self._gate.shut
        if counts and self._corner.pressed(x, y, width=width, height=height, now=now):
            self._emit(protocol.Gesture())
        return passes

    def release(self, what: str) -> bool:
        """Take the release of a button, a finger or a key."""
        return self._gate.release(what)

    def key(self, what: str) -> bool:
        """Take the press of a key."""
        now = time.monotonic()
        return self._pass(passes=self._gate.press(f"key {what}", now), now=now)

    def key_release(self, what: str) -> bool:
        """Take the release of a key."""
        return self._gate.release(f"key {what}")

    def wheel(self) -> bool:
        """Take a turn of the wheel, or a finger that moves."""
        now = time.monotonic()
        return self._pass(passes=self._gate.is_open(now), now=now)

    def move(self, x: float, y: float) -> bool:
        """Take a pointer that moves."""
        now = time.monotonic()
        passes = self._gate.is_open(now)
        if passes and self._activity.moved(x, y, now):
            self._emit(protocol.Activity())
        return passes

    def _pass(self, *, passes: bool, now: float) -> bool:
        if passes and self._activity.seen(now):
            self._emit(protocol.Activity())
        return passes
