"""Windows' hooks: for this thread's messages (wv2_people), and for the whole desktop's keys (core.system_keys).

Neither needs a DLL: the first is for a thread of this process, the second is called in the thread that set it.
Windows takes a low-level hook away that does not answer within 300 ms, so it asks nothing and does not wait.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, Any, Final

from kiosk.core.system_keys import refused
from kiosk.shell.engines.wv2_people import CHAR, KEY_DOWN, POINTER_DOWN, POINTER_UP, SYSTEM_KEY_DOWN, WATCHED, Message

if TYPE_CHECKING:
    from collections.abc import Callable

_WH_GETMESSAGE, _WH_KEYBOARD_LL = 3, 13
_PM_REMOVE, _WM_NULL = 1, 0
_GA_ROOT = 2
_VK_SHIFT, _VK_CONTROL, _VK_MENU, _VK_LWIN, _VK_RWIN = 0x10, 0x11, 0x12, 0x5B, 0x5C
_VK_PACKET = 0xE7
_LLKHF_ALTDOWN = 0x20
_FROM_TOUCH: Final = 0xFF515700
"""GetMessageExtraInfo of a mouse's message that Windows made of a pen's or a finger's."""
_KEEP_STATE: Final = 0x4
"""ToUnicodeEx: leave dead keys as they are (Windows 10 1607 and later)."""

_RESULT: Final = ctypes.c_ssize_t


class _KeyboardHook(ctypes.Structure):
    """KBDLLHOOKSTRUCT of winuser.h."""

    _fields_ = (
        ("key", wintypes.DWORD),
        ("scan", wintypes.DWORD),
        ("flags", wintypes.DWORD),
        ("time", wintypes.DWORD),
        ("extra", ctypes.c_size_t),
    )


class Hooks:
    """Both hooks, of the thread that makes this. Windows alone."""

    def __init__(self, *, window: int, passes: Callable[[Message], bool], deny: Callable[[str], None]) -> None:
        """Show what is for `window` and the windows in it to `passes`; tell `deny` of keys for the desktop."""
        self._window = window
        self._passes = passes
        self._deny = deny
        self._posted: list[tuple[int, int, int, int]] = []
        self._user32: Any = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined] # Windows alone
        procedure = ctypes.WINFUNCTYPE(  # type: ignore[attr-defined] # the same
            _RESULT, ctypes.c_int, wintypes.WPARAM, wintypes.LPARAM
        )
        _declare(self._user32, procedure)
        self._procedures = (procedure(self._message), procedure(self._key))  # kept: Windows calls them
        self._hooks: list[int] = []

    def install(self) -> bool:
        """Set the hooks; return whether both are there."""
        kernel32: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined] # Windows alone
        kernel32.GetModuleHandleW.restype = wintypes.HMODULE
        kernel32.GetModuleHandleW.argtypes = [wintypes.LPCWSTR]
        thread = kernel32.GetCurrentThreadId()
        message, key = self._procedures
        self._hooks = [
            self._user32.SetWindowsHookExW(_WH_GETMESSAGE, message, None, thread),
            self._user32.SetWindowsHookExW(_WH_KEYBOARD_LL, key, kernel32.GetModuleHandleW(None), 0),
        ]
        return all(self._hooks)

    def remove(self) -> None:
        """Take the hooks away."""
        for hook in self._hooks:
            if hook:
                self._user32.UnhookWindowsHookEx(hook)
        self._hooks = []

    def hand_on(self, message: Message) -> None:
        """Give a page a key that had to wait: as a character, for Shift may be up by now, or as the key it is."""
        window, kind, first, second = message.native
        if message.text and message.kind in {KEY_DOWN, SYSTEM_KEY_DOWN}:
            for unit in memoryview(message.text.encode("utf-16-le")).cast("H"):
                self._user32.PostMessageW(window, CHAR, unit, second)
        elif not message.text:
            self._posted.append(message.native)
            self._user32.PostMessageW(window, kind, first, second)

    # ── what Windows calls ──

    def _message(self, code: int, first: int, second: int) -> int:
        try:
            if code >= 0 and first == _PM_REMOVE:
                message = wintypes.MSG.from_address(second)
                if message.message in WATCHED and self._is_ours(message.hWnd) and not self._may_pass(message):
                    message.message = _WM_NULL
        except Exception as error:  # noqa: BLE001 - the boundary to Windows
            sys.excepthook(type(error), error, error.__traceback__)
        return int(self._user32.CallNextHookEx(None, code, first, second))

    def _key(self, code: int, first: int, second: int) -> int:
        try:
            if code >= 0:
                key = _KeyboardHook.from_address(second)
                ctrl = bool(self._user32.GetAsyncKeyState(_VK_CONTROL) & 0x8000)
                name = refused(key.key, ctrl=ctrl, alt=bool(key.flags & _LLKHF_ALTDOWN))
                if name:
                    if first in {KEY_DOWN, SYSTEM_KEY_DOWN}:
                        self._deny(name)
                    return 1
        except Exception as error:  # noqa: BLE001 - the boundary to Windows
            sys.excepthook(type(error), error, error.__traceback__)
        return int(self._user32.CallNextHookEx(None, code, first, second))

    def _is_ours(self, window: int | None) -> bool:
        return window is not None and self._user32.GetAncestor(window, _GA_ROOT) == self._window

    def _may_pass(self, message: wintypes.MSG) -> bool:
        native = (message.hWnd or 0, message.message, message.wParam, message.lParam)
        if native in self._posted:
            self._posted.remove(native)
            return True
        return self._passes(self._translated(message, native))

    def _translated(self, message: wintypes.MSG, native: tuple[int, int, int, int]) -> Message:
        kind, first, second = message.message, message.wParam, message.lParam
        is_key = kind < _first_mouse()
        pointer = kind in {POINTER_DOWN, POINTER_UP}
        point = (second & 0xFFFF, second >> 16 & 0xFFFF) if pointer else (message.pt.x, message.pt.y)
        x, y = self._in_window(*map(_signed, point)) if not is_key else (0, 0)
        scan = second >> 16 & 0x1FF
        return Message(
            kind=kind,
            key=first & 0xFFFF if is_key or pointer else 0,
            code=scan,
            text=self._text(first & 0xFFFF, scan) if is_key else "",
            repeat=is_key and bool(second >> 30 & 1),
            shift=self._is_down(_VK_SHIFT),
            ctrl=self._is_down(_VK_CONTROL),
            alt=self._is_down(_VK_MENU),
            meta=self._is_down(_VK_LWIN) or self._is_down(_VK_RWIN),
            x=x,
            y=y,
            seconds=message.time / 1000,
            from_touch=not is_key and not pointer and self._user32.GetMessageExtraInfo() & 0xFFFFFF00 == _FROM_TOUCH,
            native=native,
        )

    def _is_down(self, key: int) -> bool:
        return bool(self._user32.GetKeyState(key) & 0x8000)

    def _in_window(self, x: int, y: int) -> tuple[int, int]:
        point = wintypes.POINT(x, y)
        self._user32.ScreenToClient(self._window, ctypes.byref(point))
        return point.x, point.y

    def _text(self, key: int, scan: int) -> str:
        if key == _VK_PACKET:
            return ""  # its text comes with the message after it
        state = (ctypes.c_ubyte * 256)()
        self._user32.GetKeyboardState(state)
        text = ctypes.create_unicode_buffer(8)
        layout = self._user32.GetKeyboardLayout(0)
        count = self._user32.ToUnicodeEx(key, scan, state, text, len(text) - 1, _KEEP_STATE, layout)
        return text.value[:count] if count > 0 else ""


def _first_mouse() -> int:
    return 0x119  # WM_GESTURE: keys have smaller numbers, all else that is watched has larger ones


def _signed(number: int) -> int:
    """Return a coordinate as it is: screens left of the first one, or above it, have negative ones."""
    return ctypes.c_short(number & 0xFFFF).value


def _declare(user32: Any, procedure: Any) -> None:  # noqa: ANN401 - ctypes
    user32.SetWindowsHookExW.restype = wintypes.HHOOK
    user32.SetWindowsHookExW.argtypes = [ctypes.c_int, procedure, wintypes.HINSTANCE, wintypes.DWORD]
    user32.UnhookWindowsHookEx.argtypes = [wintypes.HHOOK]
    user32.CallNextHookEx.restype = _RESULT
    user32.CallNextHookEx.argtypes = [wintypes.HHOOK, ctypes.c_int, wintypes.WPARAM, wintypes.LPARAM]
    user32.GetAncestor.restype = wintypes.HWND
    user32.GetAncestor.argtypes = [wintypes.HWND, wintypes.UINT]
    user32.GetMessageExtraInfo.restype = wintypes.LPARAM
    user32.GetKeyState.restype = user32.GetAsyncKeyState.restype = wintypes.SHORT
    user32.GetKeyboardLayout.restype = wintypes.HKL
    user32.ScreenToClient.argtypes = [wintypes.HWND, ctypes.c_void_p]
    user32.PostMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
    user32.ToUnicodeEx.argtypes = [
        wintypes.UINT,
        wintypes.UINT,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_int,
        wintypes.UINT,
        wintypes.HKL,
    ]
