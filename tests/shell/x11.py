"""What a test asks the X server itself: single pixels, fast, and who owns the clipboards."""

from __future__ import annotations

import ctypes
import time

from tests.shell.pages_server import PATIENCE

_ALL_PLANES = 0xFFFFFFFF
_Z_PIXMAP = 2


class X11:
    """A connection to the server of `display`, and a window that nobody sees, to own things by."""

    def __init__(self, display: str) -> None:
        self._lib, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        for name in ("XOpenDisplay", "XGetImage"):
            getattr(self._lib, name).restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XCreateSimpleWindow", "XInternAtom", "XGetSelectionOwner", "XGetPixel"):
            getattr(self._lib, name).restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._lib.XOpenDisplay(display.encode()))
        self._root = ctypes.c_ulong(self._lib.XDefaultRootWindow(self._display))
        self._window = ctypes.c_ulong(self._lib.XCreateSimpleWindow(self._display, self._root, 0, 0, 1, 1, 0, 0, 0))

    def close(self) -> None:
        self._lib.XCloseDisplay(self._display)

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return the colour on the glass."""
        image = ctypes.c_void_p(
            self._lib.XGetImage(self._display, self._root, x, y, 1, 1, ctypes.c_ulong(_ALL_PLANES), _Z_PIXMAP)
        )
        value = self._lib.XGetPixel(image, 0, 0)
        self._lib.XDestroyImage(image)
        return value >> 16 & 255, value >> 8 & 255, value & 255

    def wait_for(self, x: int, y: int, colour: tuple[int, int, int]) -> float:
        """Return the seconds until that colour is there."""
        began = time.monotonic()
        while self.pixel(x, y) != colour:
            assert time.monotonic() - began < PATIENCE, f"{self.pixel(x, y)} is not {colour}"
            time.sleep(0.001)
        return time.monotonic() - began

    def own_selections(self) -> None:
        """Be who has something copied and selected."""
        for name in (b"CLIPBOARD", b"PRIMARY"):
            self._lib.XSetSelectionOwner(self._display, self._atom(name), self._window, ctypes.c_ulong(0))
        self._lib.XSync(self._display, 0)

    def selection_owners(self) -> list[int]:
        """Return the windows that have something copied and selected; 0 is none."""
        atoms = [self._atom(name) for name in (b"CLIPBOARD", b"PRIMARY")]
        return [int(self._lib.XGetSelectionOwner(self._display, atom)) for atom in atoms]

    def focus(self) -> int:
        """Return the window that has the keyboard."""
        window, revert = ctypes.c_ulong(), ctypes.c_int()
        self._lib.XGetInputFocus(self._display, ctypes.byref(window), ctypes.byref(revert))
        return window.value

    def button(self, *, down: bool) -> None:
        """Press or release the left button where the pointer is."""
        self._test.XTestFakeButtonEvent(self._display, 1, int(down), ctypes.c_ulong(0))
        self._lib.XFlush(self._display)

    def click(self) -> None:
        """Press and release the left button where the pointer is, without the 100 ms that xdotool takes."""
        for down in (True, False):
            self.button(down=down)

    def _atom(self, name: bytes) -> ctypes.c_ulong:
        return ctypes.c_ulong(self._lib.XInternAtom(self._display, name, 0))
