"""The window that pywebview made: taken over, and put where it belongs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kiosk.shell.engines import x11
from kiosk.shell.engines.gtk_toolkit import Gdk, Gtk


class _NoPage:
    """Stands where pywebview keeps its page, which is gone."""

    def __getattr__(self, _name: str) -> Any:  # noqa: ANN401 - whatever pywebview calls
        return lambda *_arguments, **_named: None


def take_over(window: Any, contents: Any) -> None:  # noqa: ANN401 - Gtk widgets
    """Have `contents` in `window` in place of pywebview's page, which never loads anything and is deleted."""
    from webview.platforms.gtk import BrowserView  # noqa: PLC0415 - of pywebview's making

    for browser in BrowserView.instances.values():
        if browser.window is window:
            browser.webview = browser.manager = browser.cookie_manager = _NoPage()
            browser.show = lambda: None  # it would show and hide the window after us: `place` shows it
    before = window.get_child()
    window.remove(before)
    before.destroy()
    window.set_size_request(1, 1)
    window.add(contents)


def place_window(window: Any, *, screen: int, windowed: bool, spare: bool) -> bool:  # noqa: ANN401
    """Show `window` as `Engine.place` says, and return whether it is on the screen."""
    window.set_decorated(windowed)
    window.set_focus_on_map(not spare)
    window.set_keep_below(spare)  # what a window manager goes by
    window.realize()
    if spare and not is_x11():
        return False  # Wayland lets no window choose its place among others: a spare stays hidden there
    if windowed:
        _show(window, spare=spare)
        return True
    place = _monitor(screen).get_geometry()
    window.resize(place.width, place.height)
    # Mapped out of sight, if it is to be below: GTK raises what it maps.
    window.move(place.x - (100 * place.width if spare else 0), place.y)
    _show(window, spare=spare)
    window.move(place.x, place.y)
    if not spare:
        _fill(window, screen)
    return True


def _fill(window: Any, screen: int) -> None:  # noqa: ANN401
    """Ask a window manager for the whole monitor; without one, the place that the window has is all there is to it."""
    display, chosen = window.get_display(), _monitor(screen)
    number = next(n for n in range(display.get_n_monitors()) if display.get_monitor(n) == chosen)
    window.fullscreen_on_monitor(window.get_screen(), number)


def _monitor(screen: int) -> Any:  # noqa: ANN401 - a Gdk.Monitor
    every = monitors()
    return every[screen] if 0 <= screen < len(every) else every[0]


def _show(window: Any, *, spare: bool) -> None:  # noqa: ANN401
    window.show()
    if spare:
        window.get_window().lower()
    else:
        window.present()


def present_window(window: Any, *, screen: int, windowed: bool) -> None:  # noqa: ANN401
    """Bring a spare to the front."""
    window.set_keep_below(False)
    window.set_focus_on_map(True)
    if not window.get_visible():
        place_window(window, screen=screen, windowed=windowed, spare=False)
        return
    if not windowed:
        _fill(window, screen)
    window.present()
    window.get_window().raise_()
    window.get_window().focus(Gdk.CURRENT_TIME)


def clear_clipboards(window: Any) -> None:  # noqa: ANN401
    """Empty what was copied, and what was selected, which X11 pastes by the middle button."""
    for selection in (Gdk.SELECTION_CLIPBOARD, Gdk.SELECTION_PRIMARY):
        clipboard = Gtk.Clipboard.get_for_display(window.get_display(), selection)
        clipboard.set_text("", 0)
        clipboard.clear()
    if is_x11():
        with suppress(OSError):  # then GTK's own way, above, is all there is
            x11.disown_selections()


def close_popups(window: Any) -> None:  # noqa: ANN401
    """Close what hangs over `window`, of a page's lists and pickers."""
    for each in Gtk.Window.list_toplevels():
        if each is not window and each.get_visible():
            each.hide()


def monitors() -> list[Any]:
    """Return the monitors, the primary one first."""
    display = Gdk.Display.get_default()
    every = [display.get_monitor(number) for number in range(display.get_n_monitors())]
    return sorted(every, key=lambda monitor: not monitor.is_primary())


def is_x11() -> bool:
    """Whether the session is one of X11."""
    return "X11" in type(Gdk.Display.get_default()).__name__
