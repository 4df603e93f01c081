"""Where the window is: over the whole screen and everything on it, below everything as a spare, or with a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.shell.engines.wk_application import Application
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_PASTEBOARDS: Final = (
    "NSPasteboardNameGeneral",
    "NSPasteboardNameFind",
    "NSPasteboardNameDrag",
    "NSPasteboardNameFont",
    "NSPasteboardNameRuler",
)
"""What is copied, searched for, dragged and styled: every program of the account can read all five."""


class Window:
    """The native window, and a blank one on every other screen."""

    def __init__(self, cocoa: Cocoa, *, native: ObjC, application: Application) -> None:
        """Take over pywebview's `native` window, which nobody sees yet."""
        self._cocoa = cocoa
        self._application = application
        self.native = native
        self._screen = 0
        self._windowed = False
        self._spare = True
        self._blanks: list[ObjC] = []
        self._menu: ObjC = None
        native.setRestorable_(False)  # no picture of it on the disk
        native.setTabbingMode_(cocoa.NSWindowTabbingModeDisallowed)
        native.setAcceptsMouseMovedEvents_(True)
        native.setExcludedFromWindowsMenu_(True)

    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        """See Native."""
        self._screen, self._windowed, self._spare = screen, windowed, spare
        if not windowed:
            self._undress(self.native)
            self.cover_screens()
        if spare:
            self._application.stay_behind()
            self.native.orderBack_(None)
        else:
            self._show()

    def present(self) -> None:
        """Be a spare no longer."""
        self._spare = False
        self._show()

    def cover_screens(self) -> None:
        """Lie over the chosen screen, and leave nothing to see on the others. Again whenever the screens change."""
        if self._windowed:
            return
        screens = list(self._cocoa.NSScreen.screens())
        if not screens:
            return
        chosen = self._screen if 0 <= self._screen < len(screens) else 0
        self.native.setFrame_display_(screens[chosen].frame(), True)
        self._raise_levels()
        for blank in self._blanks:
            blank.orderOut_(None)
        others = [] if self._spare else [each for at, each in enumerate(screens) if at != chosen]
        self._blanks = [self._blank(each.frame()) for each in others]

    def menu_opened(self, menu: ObjC) -> None:
        """Let a page's list be seen: lists have a level of their own, below ours."""
        self._menu = menu
        self._raise_levels()

    def menu_closed(self) -> None:
        """Take note that there is no list any more."""
        self._menu = None
        self._raise_levels()

    def close_menu(self) -> None:
        """Close a page's list, if there is one."""
        if self._menu is not None:
            self._menu.cancelTrackingWithoutAnimation()

    def _show(self) -> None:
        self._application.come_forward(windowed=self._windowed)
        self.cover_screens()
        self.native.makeKeyAndOrderFront_(None)
        self.native.orderFrontRegardless()  # before the system makes this the active application, too

    def _raise_levels(self) -> None:
        if self._windowed:
            return
        cocoa = self._cocoa
        if self._spare:
            level = cocoa.NSNormalWindowLevel
        elif self._menu is not None:
            level = cocoa.NSPopUpMenuWindowLevel - 1
        else:
            level = cocoa.NSScreenSaverWindowLevel + 1
        for window in (self.native, *self._blanks):
            window.setLevel_(level)

    def _undress(self, window: ObjC) -> None:
        """Take a window's frame, and its place among the system's spaces and in Mission Control."""
        cocoa = self._cocoa
        window.setStyleMask_(cocoa.NSWindowStyleMaskBorderless)
        window.setCollectionBehavior_(
            cocoa.NSWindowCollectionBehaviorCanJoinAllSpaces
            | cocoa.NSWindowCollectionBehaviorStationary
            | cocoa.NSWindowCollectionBehaviorIgnoresCycle
            | cocoa.NSWindowCollectionBehaviorFullScreenNone
            | cocoa.NSWindowCollectionBehaviorFullScreenDisallowsTiling
        )
        window.setMovable_(False)
        window.setHasShadow_(False)
        window.setHidesOnDeactivate_(False)

    def _blank(self, frame: ObjC) -> ObjC:
        cocoa = self._cocoa
        window = cocoa.NSWindow.alloc().initWithContentRect_styleMask_backing_defer_(
            frame, cocoa.NSWindowStyleMaskBorderless, cocoa.NSBackingStoreBuffered, False
        )
        window.setReleasedWhenClosed_(False)
        self._undress(window)
        window.setBackgroundColor_(cocoa.NSColor.blackColor())
        window.setLevel_(self.native.level())
        window.orderFrontRegardless()
        return window


def clear_clipboards(cocoa: Cocoa) -> None:
    """Empty every pasteboard that programs share."""
    for name in _PASTEBOARDS:
        cocoa.NSPasteboard.pasteboardWithName_(getattr(cocoa, name)).clearContents()
