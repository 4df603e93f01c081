"""What lies where in the window, and over what: the front pane, the visit's page between two strips, and the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from kiosk.core.look import Look
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC


class Stage:
    """The window's contents. A view that is not shown is below what is, so that it can be drawn already."""

    def __init__(self, cocoa: Cocoa, *, window: ObjC, look: Look) -> None:
        """Take the place of what is in `window`. Have no view at first: each costs a process."""
        self._cocoa = cocoa
        self.window = window
        self._views: dict[Pane, ObjC] = {}
        self._visit: ObjC = None
        self._over = True
        self._covered = False
        self._keyboard = 0
        self._content = self._box(look.primary)
        window.setContentView_(self._content)
        window.setBackgroundColor_(color(cocoa, look.primary))
        self._cover = self._make_cover(look)
        self._content.addSubview_(self._cover)

    @property
    def is_over(self) -> bool:
        """Whether the front pane or the cover is over the visit's page."""
        return self._over or self._covered

    @property
    def is_covered(self) -> bool:
        """Whether the cover is over everything."""
        return self._covered and not self._cover.isHidden()

    @property
    def height(self) -> int:
        """The window's height, in points."""
        return int(self._content.bounds().size.height)

    def set_page(self, pane: Pane, view: ObjC) -> None:
        """Have `view` in `pane`."""
        if pane not in self._views:
            self._views[pane] = view
            view.kiosk_takes_focus = pane is not Pane.KEYBOARD
            self._insert(view)

    def set_visit(self, view: ObjC) -> None:
        """Have the visit's page below all the rest."""
        if self._visit is None:
            self._visit = view
            self._insert(view)

    def arrange(self, *, over: bool) -> None:
        """Have the front pane over the rest, or hidden."""
        self._over = over
        if (front := self._views.get(Pane.FRONT)) is not None:
            front.setHidden_(not over and self._visit is not None)
        self._stack()
        self._focus()

    def set_keyboard(self, height: int) -> None:
        """Leave `height` points at the bottom for the keyboard: none hides it."""
        self._keyboard = height
        self._lay_out()

    def set_cover(self, *, up: bool) -> None:
        """Show or hide the cover."""
        self._covered = up
        self._cover.setHidden_(not up)
        self._stack()
        self._focus()
        if up:
            self.window.displayIfNeeded()

    def _insert(self, view: ObjC) -> None:
        self._content.addSubview_(view)
        self._stack()
        self._lay_out()

    def _stack(self) -> None:
        """Put the views over each other: the visit's page, its strips, the front pane, the cover."""
        order = [self._visit, *(self._views.get(pane) for pane in (Pane.BAR, Pane.KEYBOARD, Pane.FRONT)), self._cover]
        below = None
        for view in order:
            if view is not None:
                # Moved, not taken out and put in: a view that leaves its window stops drawing.
                self._content.addSubview_positioned_relativeTo_(view, self._cocoa.NSWindowAbove, below)
                below = view

    def _focus(self) -> None:
        """Give the keys to what is on top; the cover takes none."""
        top = self._views.get(Pane.FRONT) if self._over or self._visit is None else self._visit
        self.window.makeFirstResponder_(None if self._covered else top)

    def _lay_out(self) -> None:
        """Place the views, from the bottom up as AppKit counts; they keep their edges when the window changes."""
        cocoa, size = self._cocoa, self._content.bounds().size
        width, height = size.width, size.height
        both = cocoa.NSViewWidthSizable | cocoa.NSViewHeightSizable
        places = [
            (self._visit, self._keyboard, max(0, height - BAR_HEIGHT - self._keyboard), both),
            (
                self._views.get(Pane.BAR),
                height - BAR_HEIGHT,
                BAR_HEIGHT,
                cocoa.NSViewWidthSizable | cocoa.NSViewMinYMargin,
            ),
            (self._views.get(Pane.KEYBOARD), 0, self._keyboard, cocoa.NSViewWidthSizable | cocoa.NSViewMaxYMargin),
            (self._views.get(Pane.FRONT), 0, height, both),
            (self._cover, 0, height, both),
        ]
        for view, bottom, tall, sizing in places:
            if view is not None:
                view.setFrame_(cocoa.NSMakeRect(0, bottom, width, tall))
                view.setAutoresizingMask_(sizing)
        if (keyboard := self._views.get(Pane.KEYBOARD)) is not None:
            keyboard.setHidden_(self._keyboard == 0)

    def _make_cover(self, look: Look) -> ObjC:
        """Return what ends a visit: the brand, at once, whatever the pages do."""
        cocoa, cover = self._cocoa, self._box(look.primary)
        size = self._content.bounds().size
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

    def _box(self, fill: str) -> ObjC:
        """Return a plain view of one colour, as large as the window."""
        cocoa = self._cocoa
        box = cocoa.NSBox.alloc().initWithFrame_(self.window.contentLayoutRect())
        box.setBoxType_(cocoa.NSBoxCustom)
        box.setTitlePosition_(cocoa.NSNoTitle)
        box.setBorderWidth_(0)
        box.setContentViewMargins_(cocoa.NSMakeSize(0, 0))
        box.setFillColor_(color(cocoa, fill))
        return box


def color(cocoa: Cocoa, text: str) -> ObjC:
    """Return the NSColor of `#rrggbb`."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return cocoa.NSColor.colorWithSRGBRed_green_blue_alpha_(red, green, blue, 1.0)
