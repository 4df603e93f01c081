"""The application: it asks about every event before a window has it, and does nothing that its menus would have it do.

pywebview would quit on Cmd+Q, make menus, and come to the front by itself, a spare too: here it asks in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.errors import EngineUnavailable, LockdownFailed
from kiosk.shell.engines.wk_presentation import KIOSK, Presentation, broken_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

REGULAR, ACCESSORY = 0, 1
"""NSApplicationActivationPolicy (NSRunningApplication.h)."""


class Application:
    """The process's NSApplication."""

    def __init__(self, cocoa: Cocoa) -> None:
        """Be the first to make one. Raises EngineUnavailable if there is another already."""
        self._cocoa = cocoa
        self._kind = cocoa.subclass("KioskApplication", cocoa.NSApplication, METHODS)
        self.native = self._kind.sharedApplication()
        if not self.native.isKindOfClass_(self._kind):
            raise EngineUnavailable("another part of this program started AppKit before the kiosk did")
        self.native.kiosk = self
        self.takes: Callable[[ObjC], bool] = lambda _event: True
        """Asked whether an event may go on to its window."""
        self.may_quit = False
        self._front = False

    @property
    def is_asked(self) -> bool:
        """Whether events come by here: no other application object has taken this one's place."""
        return bool(self._cocoa.NSApplication.sharedApplication() == self.native)

    @property
    def is_active(self) -> bool:
        """Whether this is the application that gets the keys."""
        return bool(self.native.isActive())

    def hand_on(self, event: ObjC) -> None:
        """Give an event to its window, whatever was said of it before."""
        self._above().sendEvent_(event)

    def dispatch(self, event: ObjC) -> None:
        """Take an event that the system sent."""
        if self.takes(event):
            self.hand_on(event)

    def terminate(self, sender: ObjC) -> None:
        """End the process if a window with a frame was closed: else only the supervisor and signals do."""
        if self.may_quit:
            self._above().terminate_(sender)

    def stay_behind(self) -> None:
        """Be a spare: never in front, and not in the Dock."""
        self._front = False
        self._above().setActivationPolicy_(ACCESSORY)

    def come_forward(self, *, windowed: bool) -> None:
        """Be the application in front, and take the desktop away. Raises LockdownFailed if that is refused."""
        self._front = True
        self._above().setActivationPolicy_(REGULAR)
        if not windowed:
            self._take_the_desktop()
        self.activate()

    def activate(self) -> None:
        """Get the keys, if this is to be in front."""
        if self._front:
            self._above().activateIgnoringOtherApps_(True)

    def came_forward(self) -> None:
        """Take the desktop away again: options count from when an application is in front."""
        if self._front and not self.may_quit:
            self._take_the_desktop()

    def let_go(self) -> None:
        """Leave the front to the shell that comes next, another process of the same program, if one wants it."""
        self._front = False
        if self.native.respondsToSelector_("yieldActivationToApplicationWithBundleIdentifier:"):  # macOS 14
            bundle = self._cocoa.NSBundle.mainBundle().bundleIdentifier()
            if bundle is not None:
                self.native.yieldActivationToApplicationWithBundleIdentifier_(bundle)

    def hold_on(self) -> None:
        """Be in front again, after `let_go`."""
        self._front = True
        self.activate()

    def _take_the_desktop(self) -> None:
        options = KIOSK if not broken_rules(KIOSK) else Presentation.DEFAULT
        try:
            self.native.setPresentationOptions_(int(options))
        except ValueError:  # pyobjc's NSInvalidArgumentException
            options = Presentation.DEFAULT
        if options is Presentation.DEFAULT or int(self.native.presentationOptions()) & options != options:
            raise LockdownFailed(
                "macOS does not let the kiosk hide the Dock and the menu bar",
                hint="start it in the graphical session of the terminal's account",
            )

    def _above(self) -> ObjC:
        return self._cocoa.super_of(self._kind, self.native)


# ── what AppKit and pywebview call ──


def sendEvent_(self: ObjC, event: ObjC) -> None:  # noqa: N802
    """Ask about an event."""
    self.kiosk.dispatch(event)


def terminate_(self: ObjC, sender: ObjC) -> None:
    """Quit, if it is allowed."""
    self.kiosk.terminate(sender)


def setActivationPolicy_(_self: ObjC, _policy: int) -> bool:  # noqa: N802
    """Say yes to pywebview, and do nothing: a spare is no application in the Dock."""
    return True


def activateIgnoringOtherApps_(self: ObjC, _flag: bool) -> None:  # noqa: FBT001, N802 - AppKit's signature
    """Come to the front, but not as a spare."""
    self.kiosk.activate()


def setMainMenu_(_self: ObjC, _menu: ObjC) -> None:  # noqa: N802
    """Have no menus: their keys would be there although nobody sees them."""


def hide_(_self: ObjC, _sender: ObjC) -> None:
    """Stay."""


def hideOtherApplications_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Do nothing."""


def orderFrontCharacterPalette_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Show no table of symbols."""


def orderFrontStandardAboutPanel_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Show no panel with links."""


def orderFrontColorPanel_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Show no panel of colours, which opens files."""


def runPageLayout_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Show no panel for printing."""


def showHelp_(_self: ObjC, _sender: ObjC) -> None:  # noqa: N802
    """Show no help."""


def validRequestorForSendType_returnType_(_self: ObjC, _send: ObjC, _return: ObjC) -> ObjC:  # noqa: N802
    """Have no services of other programs."""
    return None


METHODS: Final = (
    sendEvent_,
    terminate_,
    setActivationPolicy_,
    activateIgnoringOtherApps_,
    setMainMenu_,
    hide_,
    hideOtherApplications_,
    orderFrontCharacterPalette_,
    orderFrontStandardAboutPanel_,
    orderFrontColorPanel_,
    runPageLayout_,
    showHelp_,
    validRequestorForSendType_returnType_,
)
