"""What only Windows can do for a window: its place among others, the clipboard, and what the desktop must not do.

`place` changes settings of the session, not of the account's profile: they are gone when the terminal's account signs
out, and a shell that is killed need not undo them.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PER_MONITOR_V2: Final = -4
_TOPMOST, _BOTTOM = -1, 1
_NO_SIZE, _NO_MOVE, _NO_ACTIVATE, _SHOW = 0x1, 0x2, 0x10, 0x40
_SET_FOREGROUND_LOCK_TIMEOUT: Final = 0x2001
_EVENT_OBJECT_SHOW: Final = 0x8002
_SKIP_OWN_PROCESS: Final = 0x2
_ROOT_OWNER: Final = 3
_STYLE, _EX_STYLE = -16, -20
_CAPTION, _NO_ACTIVATION = 0x00C00000, 0x08000000
_HIDE, _CLOSE = 0, 0x10
_QUERY: Final = 0x1000
_COMMAND_LINE: Final = 60
"""ProcessCommandLineInformation of NtQueryInformationProcess (Windows 8.1 and later)."""

_HOTKEY: Final = 0x4 | 0x8
"""SKF_HOTKEYACTIVE and SKF_CONFIRMHOTKEY, which have the same values for filter keys and toggle keys."""

_ACCESS: Final = (("sticky", 0x3A, 0x3B, 0), ("toggle", 0x34, 0x35, 0), ("filter", 0x32, 0x33, 4))
"""SPI_GET… and SPI_SET… of what five times Shift and the like switch on, and how many numbers follow the flags."""


def is_dialog(style: int, ex_style: int) -> bool:
    """Whether a window over ours is a dialog: a page's lists, which may be there, cannot be activated."""
    return style & _CAPTION == _CAPTION or not ex_style & _NO_ACTIVATION


class Desktop:
    """Windows, for one window. On the GUI thread."""

    def __init__(self) -> None:
        """Tell Windows that this process draws in pixels of the screen, whatever its fineness."""
        self._user32: Any = _library("user32")
        self._procedures: list[object] = []
        self._user32.SetProcessDpiAwarenessContext.argtypes = [ctypes.c_void_p]
        self._user32.SetProcessDpiAwarenessContext(_PER_MONITOR_V2)
        self._user32.SetWindowPos.argtypes = [
            wintypes.HWND,
            wintypes.HWND,
            *(ctypes.c_int,) * 4,
            wintypes.UINT,
        ]
        self._user32.SetForegroundWindow.argtypes = [wintypes.HWND]
        self._user32.GetDpiForWindow.argtypes = [wintypes.HWND]

    def scale(self, window: int) -> float:
        """Return how many pixels of the screen a pixel of a page is."""
        return max(1.0, int(self._user32.GetDpiForWindow(window)) / 96)

    def show_below(self, window: int) -> None:
        """Show the window below all others, without the focus."""
        self._user32.SetWindowPos(window, _BOTTOM, 0, 0, 0, 0, _NO_SIZE | _NO_MOVE | _NO_ACTIVATE | _SHOW)

    def show_above(self, window: int) -> None:
        """Show the window above all others, with the focus."""
        self._user32.SetWindowPos(window, _TOPMOST, 0, 0, 0, 0, _NO_SIZE | _NO_MOVE | _SHOW)
        self._user32.SetForegroundWindow(window)

    def flush(self) -> None:
        """Wait until what was drawn is on the glass: one frame."""
        _library("dwmapi").DwmFlush()

    def let_others_forward(self) -> None:
        """Let the next shell take the focus at once. Windows grants it to who has the focus now."""
        self._user32.SystemParametersInfoW(_SET_FOREGROUND_LOCK_TIMEOUT, 0, None, 0)

    def clear_clipboard(self, window: int) -> bool:
        """Empty the clipboard of all formats; return whether it could be had. Another program may hold it a moment."""
        self._user32.OpenClipboard.argtypes = [wintypes.HWND]
        if not self._user32.OpenClipboard(window):
            return False
        emptied = bool(self._user32.EmptyClipboard())
        self._user32.CloseClipboard()
        return emptied

    def hold_shortcuts(self) -> None:
        """Have five times Shift and the like switch nothing on, and ask nothing."""
        for _, get, put, more in _ACCESS:
            numbers = (wintypes.UINT * (2 + more))()
            numbers[0] = ctypes.sizeof(numbers)
            if self._user32.SystemParametersInfoW(get, numbers[0], ctypes.byref(numbers), 0):
                numbers[1] &= ~_HOTKEY & 0xFFFFFFFF
                self._user32.SystemParametersInfoW(put, numbers[0], ctypes.byref(numbers), 0)

    def no_edge_gestures(self, window: int) -> bool:
        """Have no swipe from an edge bring Windows' own panes over the window; return whether it is so."""
        return _set_edge_gestures(window)

    def watch_dialogs(self, window: int, found: Callable[[], None]) -> bool:
        """Close every dialog that the browser opens over `window`, and tell `found`; return whether that is watched.

        There is none by design. A version of the browser may have one that this program does not know.
        """
        user32 = self._user32
        user32.GetAncestor.restype = wintypes.HWND
        user32.GetAncestor.argtypes = [wintypes.HWND, wintypes.UINT]
        user32.GetWindowLongW.argtypes = [wintypes.HWND, ctypes.c_int]
        user32.ShowWindowAsync.argtypes = [wintypes.HWND, ctypes.c_int]
        user32.PostMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
        user32.SetWinEventHook.restype = wintypes.HANDLE

        def shown(_hook: int, _event: int, which: int, kind: int, *_more: int) -> None:
            try:
                if kind == 0 and which and which != window and user32.GetAncestor(which, _ROOT_OWNER) == window:
                    style, ex_style = (user32.GetWindowLongW(which, each) for each in (_STYLE, _EX_STYLE))
                    if user32.GetAncestor(which, 2) == which and is_dialog(style, ex_style):
                        user32.ShowWindowAsync(which, _HIDE)
                        user32.PostMessageW(which, _CLOSE, 0, 0)
                        found()
            except Exception as error:  # noqa: BLE001 - the boundary to Windows
                sys.excepthook(type(error), error, error.__traceback__)

        procedure = ctypes.WINFUNCTYPE(  # type: ignore[attr-defined] # Windows alone
            None,
            wintypes.HANDLE,
            wintypes.DWORD,
            wintypes.HWND,
            wintypes.LONG,
            wintypes.LONG,
            wintypes.DWORD,
            wintypes.DWORD,
        )(shown)
        self._procedures.append(procedure)  # kept: Windows calls it
        user32.SetWinEventHook.argtypes = [
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.HMODULE,
            ctypes.c_void_p,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.DWORD,
        ]
        at = ctypes.cast(procedure, ctypes.c_void_p)
        return bool(user32.SetWinEventHook(_EVENT_OBJECT_SHOW, _EVENT_OBJECT_SHOW, None, at, 0, 0, _SKIP_OWN_PROCESS))

    def command_line(self, process: int) -> str:
        """Return what a process of this account was started with; nothing if it cannot be had."""
        return _command_line(process)


def _library(name: str) -> Any:  # noqa: ANN401 - ctypes
    return ctypes.WinDLL(name, use_last_error=True)  # type: ignore[attr-defined] # Windows alone


class _Guid(ctypes.Structure):
    """GUID of guiddef.h."""

    _fields_ = (
        ("first", wintypes.DWORD),
        ("second", wintypes.WORD),
        ("third", wintypes.WORD),
        ("rest", ctypes.c_ubyte * 8),
    )


class _PropertyKey(ctypes.Structure):
    """PROPERTYKEY of wtypes.h."""

    _fields_ = (("format", _Guid), ("number", wintypes.DWORD))


class _Variant(ctypes.Structure):
    """As much as a truth needs of PROPVARIANT of propidl.h: 24 bytes, 16 in a process of 32 bits."""

    _fields_ = (
        ("kind", wintypes.WORD),
        ("reserved", wintypes.WORD * 3),
        ("truth", ctypes.c_short),
        ("rest", ctypes.c_ubyte * (2 * ctypes.sizeof(ctypes.c_void_p) - 2)),
    )


_PROPERTY_STORE: Final = (0x886D8EEB, 0x8CF2, 0x4446, (0x8D, 0x02, 0xCD, 0xBA, 0x1D, 0xBD, 0xCF, 0x99))
_EDGE_GESTURE: Final = (0x32CE38B2, 0x2C9A, 0x41B1, (0x9B, 0xC5, 0xB3, 0x78, 0x43, 0x94, 0xAA, 0x44))
"""System.EdgeGesture.DisableTouchWhenFullscreen of propkey.h: this format, number 2."""
_BOOL: Final = 11
_RELEASE, _SET_VALUE = 2, 6  # places in IPropertyStore's table


def _guid(parts: tuple[int, int, int, tuple[int, ...]]) -> _Guid:
    first, second, third, rest = parts
    return _Guid(first, second, third, (ctypes.c_ubyte * 8)(*rest))


def _set_edge_gestures(window: int) -> bool:
    shell32 = _library("shell32")
    shell32.SHGetPropertyStoreForWindow.argtypes = [wintypes.HWND, ctypes.c_void_p, ctypes.c_void_p]
    store = ctypes.c_void_p()
    wanted = _guid(_PROPERTY_STORE)
    if shell32.SHGetPropertyStoreForWindow(window, ctypes.byref(wanted), ctypes.byref(store)) or not store:
        return False
    table = ctypes.cast(ctypes.cast(store, ctypes.POINTER(ctypes.c_void_p))[0] or 0, ctypes.POINTER(ctypes.c_void_p))
    method = ctypes.WINFUNCTYPE  # type: ignore[attr-defined] # Windows alone
    set_value = method(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(table[_SET_VALUE])
    release = method(ctypes.c_ulong, ctypes.c_void_p)(table[_RELEASE])
    key, value = _PropertyKey(_guid(_EDGE_GESTURE), 2), _Variant(kind=_BOOL, truth=-1)
    done = set_value(store, ctypes.byref(key), ctypes.byref(value)) == 0
    release(store)
    return bool(done)


def _command_line(process: int) -> str:
    kernel32, ntdll = _library("kernel32"), _library("ntdll")
    kernel32.OpenProcess.restype = wintypes.HANDLE
    kernel32.CloseHandle.argtypes = [wintypes.HANDLE]
    ntdll.NtQueryInformationProcess.argtypes = [
        wintypes.HANDLE,
        ctypes.c_int,
        ctypes.c_void_p,
        wintypes.ULONG,
        ctypes.c_void_p,
    ]
    handle = kernel32.OpenProcess(_QUERY, 0, process)
    if not handle:
        return ""
    buffer = ctypes.create_string_buffer(65_600)
    failed = ntdll.NtQueryInformationProcess(handle, _COMMAND_LINE, buffer, len(buffer), None)
    kernel32.CloseHandle(handle)
    if failed:
        return ""
    length = int.from_bytes(buffer.raw[:2], "little")  # UNICODE_STRING, and its text behind it
    start = 2 * ctypes.sizeof(ctypes.c_void_p)
    return buffer.raw[start : start + length].decode("utf-16-le", errors="replace")
