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
        self.widget.connect("get-child-position", self._position)
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
            self._add(view)
            self.widget.reorder_overlay(view, 0 if pane is Pane.FRONT else 1)
            self._allow_focus()
        view.show()

    def set_visit(self, view: Any) -> None:  # noqa: ANN401 - a WebKit2.WebView
        """Have the visit's page below all the rest."""
        if self._visit is None:
            self._visit = view
            self._add(view)
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
        """Give the focus to what is on top."""
        self._allow_focus()
        self._top().grab_focus()

    def _allow_focus(self) -> None:
        """Have Tab go round what is on top, and above a visit's page its bar; the keyboard never has the focus."""
        top, bar = self._top(), self._views.get(Pane.BAR)
        for view in (self._cover, *self._views.values(), self._visit):
            if view is not None:
                view.set_can_focus(view is top or (view is bar and top is self._visit))

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
        self.widget.queue_resize()

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

    def _position(self, _overlay: object, child: Any, place: Any) -> bool:  # noqa: ANN401 - Gtk.Widget, Gdk.Rectangle
        """Fill in where `child` is in the window."""
        width, height = self.widget.get_allocated_width(), self.height
        below = height - self._keyboard
        place.x, place.y, place.width, place.height = 0, 0, width, height
        if child is self._views.get(Pane.BAR):
            place.height = BAR_HEIGHT
        elif child is self._views.get(Pane.KEYBOARD):
            place.y, place.height = below, max(1, self._keyboard)
        elif child is self._visit:
            place.y, place.height = BAR_HEIGHT, max(1, below - BAR_HEIGHT)
        return True
