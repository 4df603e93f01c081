"""Whether a page is alive, not just its process: a script that it runs, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    class Ping(Protocol):
        """Native.ping."""

        def __call__(self, *, answer: Callable[[], None]) -> None: ...


EVERY: Final = 2.0
"""Seconds between two questions: a page that does nothing has next to nothing to do for them."""

UNANSWERED: Final = 4
"""Questions in a row without an answer that make a page hung: 8 s, so that a visitor waits 10 s at the most."""


class Heartbeat:
    """Asks the visit's page, while it is there. On the GUI thread."""

    def __init__(
        self,
        *,
        ping: Ping,
        call_later: Callable[[float, Callable[[], None]], None],
        waits: Callable[[], bool],
        hung: Callable[[], None],
    ) -> None:
        """Call `hung` once, when the page does not answer, unless it `waits` for an answer itself."""
        self._ping = ping
        self._call_later = call_later
        self._waits = waits
        self._hung = hung
        self._watch = 0
        self._missed = 0

    def begin(self) -> None:
        """Watch the page that is there now."""
        self._watch += 1
        self._missed = 0
        self._ask(self._watch)

    def stop(self) -> None:
        """Watch no more."""
        self._watch += 1

    def _ask(self, watch: int) -> None:
        if watch != self._watch:
            return
        if self._missed >= UNANSWERED:
            self.stop()
            self._hung()
            return
        if not self._waits():
            # Counted in turns, not by the clock: a machine that slept has asked nothing meanwhile.
            self._missed += 1
            self._ping(answer=lambda: self._answered(watch))
        self._call_later(EVERY, lambda: self._ask(watch))

    def _answered(self, watch: int) -> None:
        if watch == self._watch:
            self._missed = 0
