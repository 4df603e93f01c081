"""What the adapter for WebKitGTK is made of. Imported late: WebKit starts threads when it is loaded."""

from __future__ import annotations

from kiosk.shell.engines.gtk_focus import WayBack
from kiosk.shell.engines.gtk_own import OwnPane
from kiosk.shell.engines.gtk_people import People
from kiosk.shell.engines.gtk_settings import is_in_memory, make_context
from kiosk.shell.engines.gtk_stage import Stage
from kiosk.shell.engines.gtk_toolkit import GLib, Gtk, WebKit2
from kiosk.shell.engines.gtk_visit import VisitPage
from kiosk.shell.engines.gtk_window import (
    clear_clipboards,
    close_popups,
    monitors,
    place_window,
    present_window,
    take_over,
)

__all__ = [
    "GLib",
    "Gtk",
    "OwnPane",
    "People",
    "Stage",
    "VisitPage",
    "WayBack",
    "WebKit2",
    "clear_clipboards",
    "close_popups",
    "is_in_memory",
    "make_context",
    "monitors",
    "place_window",
    "present_window",
    "take_over",
]
