"""What lies where in the window, and over what: the front pane, the visit's page between two strips, and the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from kiosk.core.look import Look
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_ORDER: Final = ("visit", Pane.BAR, Pane.KEYBOARD, Pane.FRONT, "cover")
"""From the bottom up. It never changes: WebKit stops drawing what leaves its place among the others for a moment."""


class Stage:
    """The window's contents. A view that is not wanted is there all the same, unseen, so that it can be drawn."""

    def __init__(self, cocoa: Cocoa, *, window: ObjC, look: Look) -> None:
        """Take the place of what is in `window`. Have no view at first: each costs a process."""
        self._cocoa = cocoa
        self.window = window
        self._over = True
        self._covered = False
        self._keyboard = 0
        self._content = self._plain(look.primary)
        self._content.setWantsLayer_(True)  # or views over each other would be drawn in any order
        window.setContentView_(self._content)
        window.setBackgroundColor_(color(cocoa, look.primary))
        self._views: dict[str, ObjC] = {}
        self._insert("cover", self._make_cover(look))

    @property
    def is_over(self) -> bool:
        """Whether the front pane or the cover is over the visit's page."""
        return self._over or self._covered

    @property
    def height(self) -> int:
        """The window's height, in points."""
        return int(self._content.bounds().size.height)

    def set_page(self, pane: Pane, view: ObjC) -> None:
        """Have `view` in `pane`."""
        if pane not in self._views:
            view.kiosk_takes_focus = pane is not Pane.KEYBOARD
            self._insert(pane, view)

    def set_visit(self, view: ObjC) -> None:
        """Have the visit's page below all the rest."""
        if "visit" not in self._views:
            self._insert("visit", view)

    def arrange(self, *, over: bool) -> None:
        """Have the front pane over the rest, or out of sight and out of reach."""
        self._over = over
        if (front := self._views.get(Pane.FRONT)) is not None:
            shows = over or "visit" not in self._views
            front.kiosk_takes_focus = front.kiosk_takes_mouse = shows
            # Not hidden: WebKit would draw nothing there, and a page of ours is to be drawn before it is seen.
            front.setAlphaValue_(1.0 if shows else 0.0)
        self._focus()

    def set_keyboard(self, height: int) -> None:
        """Leave `height` points at the bottom for the keyboard: none hides it."""
        self._keyboard = height
        self._lay_out()

    def set_cover(self, *, up: bool) -> None:
        """Show or hide the cover."""
        self._covered = up
        self._views["cover"].setHidden_(not up)
        self._focus()
        if up:
            self.window.displayIfNeeded()

    def _insert(self, place: str, view: ObjC) -> None:
        """Put a view in below all those that are to be over it."""
        above = next((self._views[each] for each in _ORDER[_ORDER.index(place) + 1 :] if each in self._views), None)
        self._views[place] = view
        self._content.addSubview_positioned_relativeTo_(view, self._cocoa.NSWindowBelow, above)
        self._lay_out()

    def _focus(self) -> None:
        """Give the keys to what is on top; the cover takes none."""
        top = self._views.get(Pane.FRONT) if self._over else self._views.get("visit", self._views.get(Pane.FRONT))
        self.window.makeFirstResponder_(None if self._covered else top)

    def _lay_out(self) -> None:
        """Place the views, from the bottom up as AppKit counts; they keep their edges when the window changes."""
        cocoa, size = self._cocoa, self._content.bounds().size
        width, height, keyboard = size.width, size.height, self._keyboard
        wide, both = cocoa.NSViewWidthSizable, cocoa.NSViewWidthSizable | cocoa.NSViewHeightSizable
        places = {
            "visit": (keyboard, max(0, height - BAR_HEIGHT - keyboard), both),
            Pane.BAR: (height - BAR_HEIGHT, BAR_HEIGHT, wide | cocoa.NSViewMinYMargin),
            Pane.KEYBOARD: (0, keyboard, wide | cocoa.NSViewMaxYMargin),
            Pane.FRONT: (0, height, both),
            "cover": (0, height, both),
        }
        for place, view in self._views.items():
            bottom, tall, sizing = places[place]
            view.setFrame_(cocoa.NSMakeRect(0, bottom, width, tall))
            view.setAutoresizingMask_(sizing)
        if Pane.KEYBOARD in self._views:
            self._views[Pane.KEYBOARD].setHidden_(keyboard == 0)

    def _make_cover(self, look: Look) -> ObjC:
        """Return what ends a visit: the brand, at once, whatever the pages do."""
        cocoa, cover = self._cocoa, self._plain(look.primary)
        size = cover.bounds().size
        points = max(24, min(size.width, size.height) // 14)
        label = cocoa.NSTextField.labelWithString_(look.brand)
        label.setFont_(cocoa.NSFont.boldSystemFontOfSize_(points))
        label.setTextColor_(color(cocoa, look.accent))
        label.setAlignment_(cocoa.NSTextAlignmentCenter)
        label.setFrame_(cocoa.NSMakeRect(0, size.height / 2 - points, size.width, points * 2))
        label.setAutoresizingMask_(cocoa.NSViewWidthSizable | cocoa.NSViewMinYMargin | cocoa.NSViewMaxYMargin)
        cover.addSubview_(label)
        cover.setHidden_(True)
        return cover

    def _plain(self, fill: str) -> ObjC:
        """Return a plain view of one colour, as large as the window."""
        cocoa = self._cocoa

        def drawRect_(self: ObjC, rect: ObjC) -> None:  # noqa: N802 - AppKit's name
            self.kiosk_color.set()
            cocoa.NSRectFill(rect)

        kind = cocoa.subclass("KioskPlainView", cocoa.NSView, (drawRect_,))
        size = self.window.frame().size
        view = kind.alloc().initWithFrame_(cocoa.NSMakeRect(0, 0, size.width, size.height))
        view.kiosk_color = color(cocoa, fill)
        return view


def color(cocoa: Cocoa, text: str) -> ObjC:
    """Return the NSColor of `#rrggbb`."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return cocoa.NSColor.colorWithSRGBRed_green_blue_alpha_(red, green, blue, 1.0)
