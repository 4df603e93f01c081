"""What Qt cannot have an X server do."""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_ulong, c_void_p

_SELECTIONS = (b"CLIPBOARD", b"PRIMARY", b"SECONDARY")


def disown_selections() -> None:
    """Take what is copied and selected from whoever has it. Raises OSError without Xlib or a server.

    Qt says when it last heard of the server, and the server ignores who is behind the owner of a selection: a window
    that lay in wait is. Xlib may leave the time to the server.
    """
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XOpenDisplay.restype, xlib.XOpenDisplay.argtypes = c_void_p, [c_char_p]
    xlib.XInternAtom.restype, xlib.XInternAtom.argtypes = c_ulong, [c_void_p, c_char_p, c_int]
    xlib.XSetSelectionOwner.argtypes = [c_void_p, c_ulong, c_ulong, c_ulong]
    xlib.XCloseDisplay.argtypes = [c_void_p]
    display = xlib.XOpenDisplay(None)
    if not display:
        raise ConnectionError("no X server")
    for name in _SELECTIONS:
        xlib.XSetSelectionOwner(display, xlib.XInternAtom(display, name, 0), 0, 0)
    xlib.XCloseDisplay(display)  # which sends what is pending
