"""How wrong this machine's clock is, by the API's."""

from __future__ import annotations

from kiosk.ops.checks import Finding, Status

CLOCK_GOOD = 30.0
"""Seconds of difference that harm nothing: a token lives minutes at least, and the server's date is whole seconds."""

CLOCK_BAD = 300.0
"""Seconds from which tokens look expired, or not yet valid; certificates follow."""

_SET_CLOCK = "turn on automatic time (Linux: `timedatectl set-ntp true`; Windows and macOS: in the date settings)"


def judge_clock(skew: float | None) -> Finding:
    """Judge `skew`: seconds, this machine's clock minus the server's."""
    if skew is None:
        return Finding("clock", Status.WARNING, "not compared: the API gave no time", _SET_CLOCK)
    side = "ahead of" if skew > 0 else "behind"
    text = f"{abs(skew):.0f} s {side} the API's clock"
    if abs(skew) < CLOCK_GOOD:
        return Finding("clock", Status.OK, text)
    return Finding("clock", Status.WARNING if abs(skew) < CLOCK_BAD else Status.FAILED, text, _SET_CLOCK)
