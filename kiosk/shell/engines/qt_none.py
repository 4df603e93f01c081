"""A defect of PySide6 6.12.0 under Python 3.11, and what keeps it from ending the shell."""

from __future__ import annotations

import sys


def keep_none() -> None:
    """Make None immortal, as it is from Python 3.12 on.

    Every call of PySide6 6.12.0 that returns nothing drops one reference to None too many: `QTimer.start` a hundred
    times takes a hundred off `sys.getrefcount(None)`. It begins at some 6500, and at 0 Python aborts: "deallocating
    None". A shell that lives for a day makes more calls than that.
    """
    if sys.version_info < (3, 12):
        import ctypes  # noqa: PLC0415 - nowhere else

        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 60
