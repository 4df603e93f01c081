"""The view: WKWebView without its menus, drags, previews and panels of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import wk_settings

if TYPE_CHECKING:
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_settings import Switches

_PDF_BUTTONS: Final = "PDFHUD"
"""In the name of the view that WebKit lays over a PDF in a page: zoom, download, open in Preview."""


def make_view(cocoa: Cocoa, *, configuration: ObjC, judge: object, switches: Switches) -> ObjC:
    """Return a view that asks `judge` (wk_delegate.Judge) what its page may."""
    kind = _view_class(cocoa)
    view = kind.alloc().initWithFrame_configuration_(cocoa.NSMakeRect(0, 0, 1, 1), configuration)
    view.kiosk = judge
    view.kiosk_takes_focus = view.kiosk_takes_mouse = True
    switches.set(view, wk_settings.VIEW)
    view.unregisterDraggedTypes()
    switches.require(LockdownFeature.DRAG_AND_DROP, held=not view.registeredDraggedTypes())
    switches.require(LockdownFeature.CONTEXT_MENU, held=view.isKindOfClass_(kind))
    # A window below another is drawn all the same: a spare shows its page before it comes to the front.
    if view.respondsToSelector_("_setWindowOcclusionDetectionEnabled:"):
        view._setWindowOcclusionDetectionEnabled_(False)
    return view


def _view_class(cocoa: Cocoa) -> ObjC:
    def addSubview_(self: ObjC, view: ObjC) -> None:  # noqa: N802
        """Take no buttons over a PDF in a page: they save it, and open it in Preview."""
        if _PDF_BUTTONS in str(view.className()):
            self.kiosk.deny(LockdownFeature.BUILT_IN_PAGES, "PDF")
        else:
            cocoa.super_of(kind, self).addSubview_(view)

    def hitTest_(self: ObjC, point: ObjC) -> ObjC:  # noqa: N802
        """Leave touches to what lies below, while this view is out of sight."""
        takes = getattr(self, "kiosk_takes_mouse", True)
        return cocoa.super_of(kind, self).hitTest_(point) if takes else None

    kind = cocoa.subclass("KioskWebView", cocoa.WKWebView, (*_METHODS, addSubview_, hitTest_))
    return kind


# ── what AppKit and WebKit call ──


def willOpenMenu_withEvent_(self: ObjC, menu: ObjC, _event: ObjC) -> None:  # noqa: N802
    """Leave nothing in the context menu: a menu without items is not shown."""
    menu.removeAllItems()
    self.kiosk.deny(LockdownFeature.CONTEXT_MENU)


def registerForDraggedTypes_(_self: ObjC, _types: ObjC) -> None:  # noqa: N802
    """Take nothing that is dragged here."""


def draggingEntered_(self: ObjC, _info: ObjC) -> int:  # noqa: N802
    """Say no to what is dragged over the page (NSDragOperationNone)."""
    self.kiosk.deny(LockdownFeature.DRAG_AND_DROP)
    return 0


def draggingUpdated_(_self: ObjC, _info: ObjC) -> int:  # noqa: N802
    """Say no again."""
    return 0


def prepareForDragOperation_(_self: ObjC, _info: ObjC) -> bool:  # noqa: N802
    """Say no to what is dropped."""
    return False


def performDragOperation_(_self: ObjC, _info: ObjC) -> bool:  # noqa: N802
    """Say no to what is dropped."""
    return False


def draggingSession_sourceOperationMaskForDraggingContext_(self: ObjC, _session: ObjC, _context: int) -> int:  # noqa: N802
    """Let what is dragged out of a page go nowhere (NSDragOperationNone). Our script stops drags before they begin."""
    self.kiosk.deny(LockdownFeature.DRAG_AND_DROP)
    return 0


def quickLookWithEvent_(self: ObjC, _event: ObjC) -> None:  # noqa: N802
    """Look nothing up: three fingers or a hard press would open a dictionary with links."""
    self.kiosk.deny(LockdownFeature.CONTEXT_MENU, "look up")


def validRequestorForSendType_returnType_(_self: ObjC, _send: ObjC, _return: ObjC) -> ObjC:  # noqa: N802
    """Have no services of other programs for what is selected."""
    return None


def makeTouchBar(_self: ObjC) -> ObjC:  # noqa: N802
    """Have no Touch Bar: its keys go back, search and share."""
    return None


def acceptsFirstResponder(self: ObjC) -> bool:  # noqa: N802
    """Leave the focus where it is if this is the keyboard's strip, or out of sight."""
    return bool(getattr(self, "kiosk_takes_focus", True))  # AppKit asks while the view is being made


def acceptsFirstMouse_(_self: ObjC, _event: ObjC) -> bool:  # noqa: N802
    """Take the very touch that made the window the one in front."""
    return True


_METHODS: Final = (
    willOpenMenu_withEvent_,
    registerForDraggedTypes_,
    draggingEntered_,
    draggingUpdated_,
    prepareForDragOperation_,
    performDragOperation_,
    draggingSession_sourceOperationMaskForDraggingContext_,
    quickLookWithEvent_,
    validRequestorForSendType_returnType_,
    makeTouchBar,
    acceptsFirstResponder,
    acceptsFirstMouse_,
)
