"""Where the window is: over the whole screen, below everything as a spare, or in front."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication

from kiosk.shell.engines import x11

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow


def place_window(window: QMainWindow, *, screen: int, windowed: bool, spare: bool) -> bool:
    """Show `window` as `Engine.place` says, and return whether it is on the screen."""
    if spare:
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        window.setWindowFlag(Qt.WindowType.WindowStaysOnBottomHint)  # what a window manager goes by
    window.winId()  # makes the native window
    if not windowed:
        screens = QGuiApplication.screens()
        chosen = screens[screen] if 0 <= screen < len(screens) else QGuiApplication.primaryScreen()
        window.setScreen(chosen)
        window.setMinimumSize(1, 1)
        # Without a window manager showFullScreen leaves the size as it was; with one, geometry alone leaves a panel.
        window.setGeometry(chosen.geometry())
    if not spare:
        _show(window, windowed=windowed)
    elif not _is_wayland():
        window.windowHandle().lower()  # before it is mapped, so that it is never seen
        window.show()
    elif (contents := window.centralWidget()) is not None:
        # Wayland lets no window choose its place among others: a spare stays hidden there, and lays nothing out.
        contents.resize(window.size())
    return window.isVisible()


def present_window(window: QMainWindow, *, windowed: bool) -> None:
    """Bring a spare to the front."""
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, on=False)
    handle = window.windowHandle()
    handle.setFlag(Qt.WindowType.WindowStaysOnBottomHint, on=False)
    handle.raise_()
    _show(window, windowed=windowed)
    window.raise_()
    window.activateWindow()


def clear_clipboards() -> None:
    """Empty what was copied, and what was selected, which X11 pastes by the middle button."""
    clipboard = QGuiApplication.clipboard()
    clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.supportsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
    if QGuiApplication.platformName() == "xcb":
        with suppress(OSError):  # then Qt's own way, above, is all there is
            x11.disown_selections()


def _show(window: QMainWindow, *, windowed: bool) -> None:
    if windowed:
        window.show()
        return
    place = window.geometry()
    window.showFullScreen()
    window.setGeometry(place)


def _is_wayland() -> bool:
    return QGuiApplication.platformName().startswith("wayland")
