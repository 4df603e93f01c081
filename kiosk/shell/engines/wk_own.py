"""A view of WKWebView for pages of our own. Nothing else can be loaded there, and only here words are said."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import scripts
from kiosk.shell.engines.wk_page import Page
from kiosk.shell.engines.wk_script import TELL

if TYPE_CHECKING:
    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.showing import Pane
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_settings import Switches
    from kiosk.shell.pages import OwnPage

_BASE: Final = "kiosk-page:"
"""The address of our own pages: of a scheme that no policy allows, so no other page can be there."""

_UNSEEN: Final = 0.25
"""Seconds after a page is complete in which its first frame should come: of a window that is hidden altogether it
does not."""

_MOST_LOADS: Final = 4
"""How often a page is loaded that a tap on the one before it stopped."""


class OwnPane(Page):
    """One pane's page. Its process starts with the first page that is shown."""

    def __init__(self, *, pane: Pane, cocoa: Cocoa, store: ObjC, engine: Engine, switches: Switches) -> None:
        """Keep nothing of any page."""
        super().__init__(cocoa=cocoa, store=store, engine=engine, switches=switches, authorities=None)
        if self.view.respondsToSelector_("_setDrawsBackground:"):
            self.view._setDrawsBackground_(False)  # the brand's colour is below, where WebKit would begin with white
        self._pane = pane
        self._shown: OwnPage | None = None
        self._marker = ""
        self._drawn = self._arrived = True
        self._loads = 0

    def load(self, page: OwnPage) -> None:
        """Show `page`."""
        self._shown = page
        self._marker = secrets.token_hex(16)
        self._drawn = False
        self._loads = 0
        self.scripts.put("reporter", scripts.paint_reporter(self._marker, tell=TELL))
        self._put(page)

    def _put(self, page: OwnPage) -> None:
        """Have WebKit load `page`, unless it is on the glass already or another is wanted by now."""
        if page is self._shown and not self._drawn and self._loads < _MOST_LOADS:
            self._loads += 1
            self._arrived = False
            base = self.cocoa.NSURL.URLWithString_(_BASE + page.name)
            self.view.loadHTMLString_baseURL_(page.html, base)

    # ── wk_delegate.Judge ──

    def may_navigate(self, *, url: str, main_frame: bool) -> bool:
        """Allow what `load` loads, once, and hear what is said."""
        if not main_frame:
            self.deny(LockdownFeature.NAVIGATION, "a page of our own has no frames")
            return False
        if self._shown is not None and not self._arrived and url == _BASE + self._shown.name:
            return True
        self._engine.said(pane=self._pane, url=url)
        return False

    def may_show(self, response: ObjC) -> bool:
        """Allow the page that `load` gave: no other gets so far."""
        return bool(response.isForMainFrame())

    def committed(self) -> None:
        """Take note that the page is there: from now on it goes nowhere."""
        self._arrived = True

    def finished(self) -> None:
        """Take the page for drawn soon, if nobody sees it: only what is seen has a first frame."""
        page, marker = self._shown, self._marker
        self._engine.call_later(_UNSEEN, lambda: self._seen(page, marker))

    def failed(self, error: ObjC) -> None:
        """Load the page again: a tap on the one before it stopped it."""
        del error
        if (page := self._shown) is not None and not self._arrived:
            self._engine.call_later(0, lambda: self._put(page))

    def ended(self) -> None:
        """Report it."""
        self._engine.renderer_gone("ended", own=True)

    def heard(self, text: str, frame: ObjC) -> None:
        """Take what our reporter says."""
        if frame.isMainFrame() and self._marker and text.startswith(self._marker):
            self._seen(self._shown, self._marker)

    def _seen(self, page: OwnPage | None, marker: str) -> None:
        if page is not None and page is self._shown and marker == self._marker and not self._drawn:
            self._drawn = True
            self._engine.page_ready(pane=self._pane, page=page)
