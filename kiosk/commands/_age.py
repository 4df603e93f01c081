"""How long ago something was, for people."""

from __future__ import annotations

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def age_of(seconds: float) -> str:
    """Return the age in its largest unit, such as `3 min`; a negative one, of a clock that was set, is `0 s`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
