"""What lies where in the window, and over what: the front pane, the visit's page between two strips, and the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.shell.engines.gtk_toolkit import Gdk, Gtk
from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from kiosk.core.look import Look

_STYLE = """
window, .kiosk-stage, .kiosk-cover {{ background: {primary}; }}
.kiosk-cover label {{ color: {accent}; font-weight: bold; font-size: 48px; }}
"""


class Stage:
    """The window's contents. A view that is not on top is below what is, so that it can be drawn already."""

    def __init__(self, look: Look) -> None:
        """Have a cover, which is hidden, and no view."""
        self.widget = Gtk.Overlay()
        self.widget.get_style_context().add_class("kiosk-stage")
        style = Gtk.CssProvider()
        style.load_from_data(_STYLE.format(primary=look.primary, accent=look.accent).encode())
        Gtk.StyleContext.add_provider_for_screen(
            Gdk.Screen.get_default(), style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION + 1
        )
        self._views: dict[Pane, Any] = {}
        self._visit: Any = None
        self._over = True
        self._keyboard = 0
        self._cover = self._make_cover(look.brand)
        self.widget.show()

    def _make_cover(self, brand: str) -> Any:  # noqa: ANN401 - a Gtk.EventBox
        label = Gtk.Label(label=brand, wrap=True, visible=True)
        label.set_use_markup(False)
        cover = Gtk.EventBox(can_focus=True)
        cover.get_style_context().add_class("kiosk-cover")
        cover.add(label)
        self.widget.add_overlay(cover)
        return cover

    def set_view(self, pane: Pane, view: Any) -> None:  # noqa: ANN401 - a WebKit2.WebView
        """Have `view` in `pane`, below what is on the glass."""
        if pane not in self._views:
            self._views[pane] = view
            view.set_can_focus(pane is not Pane.KEYBOARD)
            self._add(view)
            self._lay_out()
        view.show()

    def set_visit(self, view: Any) -> None:  # noqa: ANN401 - a WebKit2.WebView
        """Have the visit's page below all the rest."""
        if self._visit is None:
            self._visit = view
            self._add(view)
            self._lay_out()
            self.widget.reorder_overlay(view, 0)
            view.show()

    def _add(self, view: Any) -> None:  # noqa: ANN401
        self.widget.add_overlay(view)
        self.widget.reorder_overlay(self._cover, -1)

    def arrange(self, *, over: bool) -> None:
        """Have the front pane over the rest, or below it."""
        self._over = over
        front = self._views[Pane.FRONT]
        front.show()
        self.widget.reorder_overlay(front, -1 if over else 0)
        self.widget.reorder_overlay(self._cover, -1)
        self._focus()
        if not over:
            front.hide()

    def _focus(self) -> None:
        """Give the focus to what is on top; Tab goes round that alone, and above a visit's page its bar."""
        top = self._top()
        bar = self._views.get(Pane.BAR)
        for view in (self._cover, *self._views.values(), self._visit):
            if view is not None:
                view.set_can_focus(view is top or (view is bar and top is self._visit))
        top.grab_focus()

    @property
    def is_over(self) -> bool:
        """Whether the front pane or the cover is over the visit's page."""
        return self._over or bool(self._cover.get_visible())

    @property
    def keyboard(self) -> Any:  # noqa: ANN401 - a WebKit2.WebView or None
        """The view of the keyboard, if there is one."""
        return self._views.get(Pane.KEYBOARD)

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.widget.get_allocated_height())

    def set_keyboard(self, height: int) -> None:
        """Leave `height` pixels at the bottom for the keyboard: none hides it."""
        self._keyboard = height
        self._lay_out()

    def set_cover(self, *, up: bool) -> None:
        """Show or hide the cover."""
        self._cover.set_visible(up)
        self.widget.reorder_overlay(self._cover, -1)
        if up:
            self._focus()

    def _top(self) -> Any:  # noqa: ANN401 - a Gtk.Widget
        if self._cover.get_visible():
            return self._cover
        return self._views[Pane.FRONT] if self._over or self._visit is None else self._visit

    def _lay_out(self) -> None:
        if self._visit is not None:
            self._visit.set_margin_top(BAR_HEIGHT)
            self._visit.set_margin_bottom(self._keyboard)
        if (bar := self._views.get(Pane.BAR)) is not None:
            bar.set_valign(Gtk.Align.START)
            bar.set_size_request(-1, BAR_HEIGHT)
        if (keys := self._views.get(Pane.KEYBOARD)) is not None:
            keys.set_valign(Gtk.Align.END)
            keys.set_size_request(-1, max(1, self._keyboard))
