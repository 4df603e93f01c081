"""A reader of codes or cards that types like a keyboard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """How a reader types: what comes before and after a code, and the longest time between two characters (seconds).

    `suffix` is a text, or `enter` or `tab` for these keys.
    """

    prefix: str = ""
    suffix: str = "enter"
    gap: float = 0.05
