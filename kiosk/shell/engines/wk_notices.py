"""What AppKit tells of what changes around the window: screens, the application in front, and a page's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.shell.engines.wk_application import Application
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_window import Window


class Observer:
    """Hears NSNotificationCenter, as long as it is kept."""

    def __init__(self, cocoa: Cocoa, *, window: Window, application: Application) -> None:
        """Tell `window` and `application` what they have to do."""
        self.window = window
        self.application = application
        center = cocoa.NSNotificationCenter.defaultCenter()
        self._native = cocoa.subclass("KioskObserver", cocoa.NSObject, METHODS).alloc().init()
        self._native.kiosk = self
        for method, notification in (
            ("screensChanged:", cocoa.NSApplicationDidChangeScreenParametersNotification),
            ("cameFront:", cocoa.NSApplicationDidBecomeActiveNotification),
            ("leftFront:", cocoa.NSApplicationDidResignActiveNotification),
            ("menuOpened:", cocoa.NSMenuDidBeginTrackingNotification),
            ("menuClosed:", cocoa.NSMenuDidEndTrackingNotification),
        ):
            center.addObserver_selector_name_object_(self._native, method, notification, None)


def screensChanged_(self: ObjC, _notification: ObjC) -> None:  # noqa: N802
    """Cover all screens again: one came, went or changed."""
    self.kiosk.window.cover_screens()


def cameFront_(self: ObjC, _notification: ObjC) -> None:  # noqa: N802
    """Take note that this is the application in front."""
    self.kiosk.application.came_forward()


def leftFront_(self: ObjC, _notification: ObjC) -> None:  # noqa: N802
    """Come back when another application came to the front, unless this window's time is over."""
    self.kiosk.application.activate()


def menuOpened_(self: ObjC, notification: ObjC) -> None:  # noqa: N802
    """Take note that a page opened a list."""
    self.kiosk.window.menu_opened(notification.object())


def menuClosed_(self: ObjC, _notification: ObjC) -> None:  # noqa: N802
    """Take note that the list is closed."""
    self.kiosk.window.menu_closed()


METHODS: Final = (screensChanged_, cameFront_, leftFront_, menuOpened_, menuClosed_)
