"""GTK 3 and WebKitGTK by PyGObject: their one place of import."""

from __future__ import annotations

import os

from kiosk.shell.engines.gtk_environment import confine

confine(os.environ)  # GTK reads it when it is imported

import gi  # noqa: E402

try:
    gi.require_version("Gdk", "3.0")
    gi.require_version("Gtk", "3.0")
    gi.require_version("Soup", "3.0")
    gi.require_version("WebKit2", "4.1")
except ValueError as error:
    raise ImportError(str(error), name="gir1.2-webkit2-4.1 (Debian), or another version of it") from None

from gi.repository import Gdk, Gio, GLib, GObject, Gtk, WebKit2  # noqa: E402

__all__ = ["GLib", "GObject", "Gdk", "Gio", "Gtk", "WebKit2"]
