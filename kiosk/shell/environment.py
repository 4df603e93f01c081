"""The environment of a shell: an allow-list, so that no variable of this machine can loosen the engine.

Left out on purpose: QTWEBENGINE_*, WEBVIEW2_*, COR_*, QT_*, PYWEBVIEW_*, PYTHON*, LD_*, CHROME_*, SSLKEYLOGFILE and the
like, which open debuggers, replace code or write keys; DBUS_SESSION_BUS_ADDRESS, because the keyring is behind it;
proxies, which may hold passwords and travel by the protocol instead. The shell finds its home and every folder for data
inside the visit's folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.shell.sandbox import is_development_build

_PASSED = frozenset({"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "TZ", "LANG", "LANGUAGE"})
_PACKAGE_ROOT = Path(__file__).parents[2]
"""So that the shell runs the same code as this process, installed or not."""

_PASSED_PREFIX = "LC_"
_PASSED_ON_WINDOWS = frozenset(
    {
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "COMSPEC",
        "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE",  # pywebview asks by it where the WebView2 runtime is registered
        "PROGRAMDATA",  # .NET Framework and the runtime look for what the machine has, not the account
        "PROGRAMFILES",
        "PROGRAMFILES(X86)",
        "COMMONPROGRAMFILES",
    }
)


def child_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a shell whose visit has `folder`."""
    names = _PASSED_ON_WINDOWS if sys.platform == "win32" else _PASSED
    passed = {name: value for name, value in os.environ.items() if name in names or name.startswith(_PASSED_PREFIX)}
    home = str(folder)
    return {
        **passed,
        **_x_authority(),
        **({"PYTHONPATH": str(_PACKAGE_ROOT)} if is_development_build() else {}),
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # unset, libdbus may start a bus of its own, which stays
        "PATH": search_path(os.environ.get("SYSTEMROOT", "")) if sys.platform == "win32" else os.defpath,
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "TEMP": home,
        "TMP": home,
        "XDG_CACHE_HOME": f"{home}/cache",
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_DATA_HOME": f"{home}/data",
        **({"APPDATA": home, "LOCALAPPDATA": home} if sys.platform == "win32" else {}),
    }


def search_path(system_root: str) -> str:
    """Return where a shell looks for programs and libraries on Windows: Python's default has the current folder."""
    root = system_root or r"C:\Windows"
    return rf"{root}\System32;{root}"


def environment_proxy() -> str:
    """Return the proxy that the usual variables name for https, or an empty text. NO_PROXY is not read."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if (value := os.environ.get(name, "")).startswith(("http://", "https://")):
            return value
    return ""


def root_is_allowed() -> bool:
    """Whether this is a development build whose user takes the risk of an engine without its sandbox."""
    return is_development_build() and os.environ.get("KIOSK_INSECURE_ALLOW_ROOT") == "1"


def _x_authority() -> dict[str, str]:
    """Return where the X server's cookie is: by default in the home, which is another one for the shell."""
    if sys.platform == "win32":
        return {}
    path = os.environ.get("XAUTHORITY") or os.path.expanduser("~/.Xauthority")  # noqa: PTH111 - Path.home may raise
    return {"XAUTHORITY": path} if os.path.exists(path) else {}  # noqa: PTH110
