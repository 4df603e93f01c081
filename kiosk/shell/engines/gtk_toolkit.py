"""GTK 3 and WebKitGTK by PyGObject: their one place of import, with what they read from the environment set before."""

from __future__ import annotations

import os
from typing import Final

SET: Final = {
    "GDK_BACKEND": "",  # whatever the session is
    "GIO_USE_NETWORK_MONITOR": "base",  # no service is asked over D-Bus
    "GIO_USE_PROXY_RESOLVER": "dummy",  # the proxy comes by the protocol
    "GIO_USE_VFS": "local",
    "GSETTINGS_BACKEND": "memory",  # what the account's desktop is set to is nobody's business here
    "GTK_IM_MODULE": "gtk-im-context-simple",  # no program of the desktop between the keys and the page
    "GTK_MODULES": "",
    "GTK_USE_PORTAL": "0",
    "NO_AT_BRIDGE": "1",  # there is no D-Bus for it
}
"""An empty value takes the variable away."""

DEBUGGERS: Final = ("WEBKIT_INSPECTOR", "WEBKIT_DISABLE_SANDBOX", "GTK_DEBUG", "GDK_DEBUG", "GOBJECT_DEBUG", "JSC_")
"""What the variables that open an inspector, or take a lock off, begin with. The supervisor passes none."""

for _name, _value in SET.items():
    if _value:
        os.environ[_name] = _value
    else:
        os.environ.pop(_name, None)

import gi  # noqa: E402 - GTK reads the environment when it is imported

try:
    gi.require_version("Gdk", "3.0")
    gi.require_version("Gtk", "3.0")
    gi.require_version("Soup", "3.0")
    gi.require_version("WebKit2", "4.1")
except ValueError as error:
    raise ImportError(str(error), name="gir1.2-webkit2-4.1 (Debian), or another version of it") from None

from gi.repository import Gdk, Gio, GLib, GObject, Gtk, WebKit2  # noqa: E402

__all__ = ["GLib", "GObject", "Gdk", "Gio", "Gtk", "WebKit2"]
