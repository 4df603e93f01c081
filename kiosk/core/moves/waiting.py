"""How long to wait after a failure."""

from __future__ import annotations

RETRY_FIRST, RETRY_CAP = 2.0, 60.0
"""Seconds to the next try after the first failure, and at the most. It doubles in between."""

RESPAWN_FIRST, RESPAWN_CAP = 0.25, 30.0
"""Seconds to the next shell after one that died, and at the most. It doubles in between."""


def backoff(first: float, cap: float, count: int) -> float:
    """Return the seconds to wait after `count` failures in a row (1 or more)."""
    return min(first * 2.0 ** min(count - 1, 32), cap)
