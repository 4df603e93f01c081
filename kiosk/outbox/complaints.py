"""Says in the log what goes wrong, and not again each time that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

EVERY = 600.0
"""Seconds before the same is said again."""


class Complaints:
    """Logs an error unless one with the same code was logged a short while ago. `clock`: seconds that only grow."""

    def __init__(self, log: logging.Logger, about: str, clock: Callable[[], float]) -> None:
        """Begin every line with `about`."""
        self._log = log
        self._about = about
        self._clock = clock
        self._said: dict[str, float] = {}

    def say(self, error: Exception) -> None:
        """Log `error`: a KioskError as a warning with its hint, another one as an error with its traceback."""
        code, now = code_of(error), self._clock()
        if now - self._said.get(code, float("-inf")) < EVERY:
            return
        self._said[code] = now
        if isinstance(error, KioskError):
            self._log.warning("%s code=%s: %s; %s", self._about, code, error.message, error.hint)
        else:
            self._log.error("%s code=%s", self._about, code, exc_info=error)


def code_of(error: Exception) -> str:
    """Return what to look `error` up by."""
    return error.code if isinstance(error, KioskError) else "unexpected"
