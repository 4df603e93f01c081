"""Whether somebody is there, what the operator's gesture is, and when input counts at all.

Pure values: times are seconds of a clock that never goes back, places are pixels of the window. What the toolkit saw is
fed in; a page of the visit cannot reach any of it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import hypot

ACTIVITY_INTERVAL = 1.0
"""Seconds between two reports of activity."""

REAL_MOVE = 4.0
"""Pixels that a pointer must have moved since the last report: less is a table that shakes."""

GESTURE_TIME = 5.0
"""Seconds that all taps of the operator's gesture must be within."""

CORNER_SHARE, CORNER_LEAST = 0.12, 96.0
"""The side of the operator's corner: a share of the window's shorter side, and at least so many pixels."""

SETTLE_TIME = 0.4
"""Seconds without input after a window came to the front: the second tap of a double tap comes within them."""

HELD_AT_MOST = 5.0
"""Seconds after which a finger that was down when a window came to the front is taken for gone."""


@dataclass(slots=True)
class Activity:
    """Which input is worth a report: the first, and then at most one a second."""

    _last: float = float("-inf")
    _place: tuple[float, float] | None = None

    def seen(self, now: float) -> bool:
        """Whether a press, a key or a turn of the wheel at `now` is to be reported."""
        if now - self._last < ACTIVITY_INTERVAL:
            return False
        self._last = now
        return True

    def moved(self, x: float, y: float, now: float) -> bool:
        """Whether the pointer's being at `x`, `y` is to be reported. Where it is first seen, it has not moved."""
        if self._place is None:
            self._place = (x, y)
        if hypot(x - self._place[0], y - self._place[1]) < REAL_MOVE:
            return False
        self._place = (x, y)
        return self.seen(now)


@dataclass(slots=True)
class Corner:
    """The operator's gesture: `taps` presses in `corner` (`top-left`, `bottom-right`, ...) within GESTURE_TIME."""

    corner: str
    taps: int
    _times: deque[float] = field(default_factory=deque)

    def pressed(self, x: float, y: float, *, width: float, height: float, now: float) -> bool:
        """Take note of a press in a window of `width` by `height`; return whether it completes the gesture."""
        if not self._holds(x, y, width, height):
            self._times.clear()
            return False
        self._times.append(now)
        while now - self._times[0] > GESTURE_TIME:
            self._times.popleft()
        if len(self._times) < self.taps:
            return False
        self._times.clear()
        return True

    def _holds(self, x: float, y: float, width: float, height: float) -> bool:
        side = max(CORNER_LEAST, CORNER_SHARE * min(width, height))
        down = height - y if self.corner.startswith("bottom") else y
        across = width - x if self.corner.endswith("right") else x
        return 0 <= down < side and 0 <= across < side


@dataclass(slots=True)
class Gate:
    """What lets input through, or not. A press that was kept out takes its release with it, and the other way round."""

    shut: bool = False
    _opens: float = float("-inf")
    _passed: set[str] = field(default_factory=set)
    _held: dict[str, float] = field(default_factory=dict)

    def settle(self, now: float) -> None:
        """Keep all out for SETTLE_TIME, and longer while something stays pressed that began before."""
        self._opens = now + SETTLE_TIME
        self._passed.clear()

    def is_open(self, now: float) -> bool:
        """Whether what is neither press nor release (a move, the wheel) may pass."""
        held = any(now - since < HELD_AT_MOST for since in self._held.values())
        return not self.shut and now >= self._opens and not held

    def press(self, what: str, now: float) -> bool:
        """Whether the press of a button, a finger or a key may pass."""
        self._held.pop(what, None)
        if self.is_open(now):
            self._passed.add(what)
            return True
        if not what.startswith("key"):  # the release of a key goes to whoever has the focus by then
            self._held[what] = now
        return False

    def release(self, what: str) -> bool:
        """Whether a release may pass."""
        self._held.pop(what, None)
        passed = what in self._passed
        self._passed.discard(what)
        return passed and not self.shut
