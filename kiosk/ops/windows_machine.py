"""Reads what kiosk.ops.windows_layers judges. Run under wine; needs no privilege and changes nothing."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    import winreg

    from kiosk.ops.windows_layers import WindowsMachine

    _TOKEN_QUERY = 0x8
    _TOKEN_ELEVATION_TYPE = 18  # TOKEN_INFORMATION_CLASS.TokenElevationType
    _ELEVATION_DEFAULT = 1  # no other token: neither elevated nor an administrator whom UAC has limited

    _WINLOGON = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
    _FILTER = r"SYSTEM\CurrentControlSet\Services\MsKeyboardFilter"
    _EDGE = r"SOFTWARE\Policies\Microsoft\Windows\EdgeUI"
    _SYSTEM = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"

    def read_machine() -> WindowsMachine:
        """Return what there is to see of this machine and account."""
        return WindowsMachine(
            explorer=bool(ctypes.WinDLL("user32").GetShellWindow()),
            keyboard_filter=_number(winreg.HKEY_LOCAL_MACHINE, _FILTER, "Start"),
            edge_swipe=_number(winreg.HKEY_LOCAL_MACHINE, _EDGE, "AllowEdgeSwipe"),
            disable_task_manager=_number(winreg.HKEY_CURRENT_USER, _SYSTEM, "DisableTaskMgr"),
            administrator=_is_administrator(),
            default_password=_value(winreg.HKEY_LOCAL_MACHINE, _WINLOGON, "DefaultPassword") is not None,
        )

    def _is_administrator() -> bool:
        """Whether this account is one, also where UAC keeps the rights away until somebody agrees."""
        if ctypes.WinDLL("shell32").IsUserAnAdmin():
            return True
        kernel, advapi = ctypes.WinDLL("kernel32"), ctypes.WinDLL("advapi32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        token, kind, size = ctypes.c_void_p(), ctypes.c_uint32(), ctypes.c_uint32()
        if not advapi.OpenProcessToken(ctypes.c_void_p(kernel.GetCurrentProcess()), _TOKEN_QUERY, ctypes.byref(token)):
            return False
        try:
            advapi.GetTokenInformation(token, _TOKEN_ELEVATION_TYPE, ctypes.byref(kind), 4, ctypes.byref(size))
        finally:
            kernel.CloseHandle(token)
        return kind.value not in {0, _ELEVATION_DEFAULT}

    def _number(hive: int, key: str, name: str) -> int | None:
        value = _value(hive, key, name)
        return value if isinstance(value, int) else None

    def _value(hive: int, key: str, name: str) -> object:
        try:
            with winreg.OpenKey(hive, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                return winreg.QueryValueEx(opened, name)[0]
        except OSError:
            return None
