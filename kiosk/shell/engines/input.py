"""What people do at the window, whatever toolkit tells of it: what may pass, what is reported, and what it means."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.core.presence import Activity, Corner, Gate
from kiosk.core.scanner import Mode, Scanner, ScannerSettings
from kiosk.shell import protocol

if TYPE_CHECKING:
    from collections.abc import Callable


_SIGN_IN_PAGES = frozenset({"attract", "sign-in"})
"""Pages of our own on which a reader's scan signs a visitor in."""


class Input:
    """Fed with every real input of the window. Each method returns whether the input may go on to the page."""

    def __init__(
        self, *, emit: Callable[[protocol.Event], None], corner: str, taps: int, scanner: ScannerSettings | None = None
    ) -> None:
        """Report Activity, Gesture and Scanned by `emit`."""
        self._emit = emit
        self._gate = Gate()
        self._activity = Activity()
        self._corner = Corner(corner, taps)
        self._acted = float("-inf")
        self.scanner = Scanner(scanner) if scanner is not None else None
        """What the toolkit asks about keys, besides `key`: None without a reader."""

    def face(self, page: str) -> None:
        """Take note of what people face from now on: the page of that name of our own, or a visit's (empty)."""
        self._acted = float("-inf")
        if self.scanner is not None:
            self.scanner.switch(Mode.SIGN_IN if page in _SIGN_IN_PAGES else Mode.VISIT)

    def acted(self, within: float) -> bool:
        """Whether somebody pressed or released something in the last `within` seconds, on the page they face."""
        return time.monotonic() - self._acted <= within

    def scanned(self, text: str) -> None:
        """Report what a reader read."""
        self._emit(protocol.Scanned(text))

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
        self._acted = now if passes else self._acted
        # The operator may have to come in while a cover lies over a visit that does not end.
        counts = passes or self._gate.shut
        if counts and self._corner.pressed(x, y, width=width, height=height, now=now):
            self._emit(protocol.Gesture())
        return passes

    def release(self, what: str) -> bool:
        """Take the release of a button, a finger or a key."""
        passes = self._gate.release(what)
        if passes:
            self._acted = time.monotonic()
        return passes

    def key(self, what: str) -> bool:
        """Take the press of a key."""
        now = time.monotonic()
        passes = self._pass(passes=self._gate.press(f"key {what}", now), now=now)
        self._acted = now if passes else self._acted
        return passes

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
