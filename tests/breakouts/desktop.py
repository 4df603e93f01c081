"""What would be behind a kiosk: a window of another program that hears whatever does not go to the kiosk's."""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRESSES = 1 << 0 | 1 << 2
"""KeyPressMask and ButtonPressMask (X11/X.h)."""


class Desktop:
    """A window over the whole of `display`, below all others."""

    def __init__(self, display: str) -> None:
        self._x11: Any = ctypes.CDLL("libX11.so.6")
        for name in ("XOpenDisplay", "XDefaultRootWindow", "XCreateSimpleWindow"):
            getattr(self._x11, name).restype = ctypes.c_void_p
        self._connection = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        root = ctypes.c_void_p(self._x11.XDefaultRootWindow(self._connection))
        size = 0, 0, 1280, 800
        self._window = ctypes.c_void_p(self._x11.XCreateSimpleWindow(self._connection, root, *size, 0, 0, 0))
        self._x11.XSelectInput(self._connection, self._window, ctypes.c_long(_PRESSES))
        self._x11.XLowerWindow(self._connection, self._window)
        self._x11.XMapWindow(self._connection, self._window)
        self._x11.XSync(self._connection, 0)

    def heard(self) -> int:
        """Return how many keys and buttons were pressed for it, so far."""
        self._x11.XSync(self._connection, 0)
        return int(self._x11.XPending(self._connection))

    def close(self) -> None:
        self._x11.XCloseDisplay(self._connection)


@contextmanager
def desktop(display: str) -> Iterator[Desktop]:
    """Have one for a while."""
    made = Desktop(display)
    try:
        yield made
    finally:
        made.close()
