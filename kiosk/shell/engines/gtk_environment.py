"""What GTK and WebKitGTK find in the environment: set once, before either is imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

SET: Final = {
    "GIO_USE_NETWORK_MONITOR": "base",  # no service is asked over D-Bus
    "GIO_USE_PROXY_RESOLVER": "dummy",  # the proxy comes by the protocol
    "GIO_USE_VFS": "local",
    "GSETTINGS_BACKEND": "memory",  # what the account's desktop is set to is nobody's business here
    "GTK_IM_MODULE": "gtk-im-context-simple",  # no program of the desktop between the keys and the page
    "GTK_USE_PORTAL": "0",
    "NO_AT_BRIDGE": "1",  # there is no D-Bus for it
    "PATH": "/nonexistent",  # WebKit knows where its programs are; GLib would look for one that starts a bus
}

DEBUGGERS: Final = ("WEBKIT_INSPECTOR", "WEBKIT_DISABLE_SANDBOX", "GTK_DEBUG", "GDK_DEBUG", "GOBJECT_DEBUG", "JSC_")
"""What the variables that open an inspector, or take a lock off, begin with. The supervisor passes none."""

_DISPLAY: Final = "wayland-0"


def confine(variables: MutableMapping[str, str]) -> None:
    """Set what is in SET, and have nothing of the session in sight but the display and the sound.

    WebKit's sandbox puts sockets into the runtime folder and leaves them there; in a folder of the visit's they are
    deleted with it. GLib finds a bus there, too, which this one does not have: so no variable need say that there is
    none, for which WebKit would start a proxy for each shell.
    """
    variables.update(SET)
    variables.pop("DBUS_SESSION_BUS_ADDRESS", None)
    session = variables.get("XDG_RUNTIME_DIR", "")
    if session and os.path.exists(sound := f"{session}/pulse/native"):  # noqa: PTH110
        variables["PULSE_SERVER"] = f"unix:{sound}"
    variables["XDG_RUNTIME_DIR"] = f"{variables['HOME']}/run"
    os.makedirs(variables["XDG_RUNTIME_DIR"], mode=0o700, exist_ok=True)  # noqa: PTH103
    if session and (display := variables.get("WAYLAND_DISPLAY", "")):
        # WebKit's sandbox lets its processes see the socket of that name in the runtime folder, and no other place.
        place = os.path.join(variables["XDG_RUNTIME_DIR"], _DISPLAY)  # noqa: PTH118
        if not os.path.lexists(place):
            os.symlink(os.path.join(session, display), place)  # noqa: PTH118, PTH211 - absolute it stays as it is
        variables["WAYLAND_DISPLAY"] = _DISPLAY


def has_debugger(variables: MutableMapping[str, str]) -> bool:
    """Whether a variable asks for an inspector or takes a lock off."""
    return any(name.startswith(DEBUGGERS) for name in variables)
