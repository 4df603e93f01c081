"""A view of WebView2 for pages of our own. Nothing else can be loaded there, and only here words are said."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from kiosk.core.navigation import OWN_SCHEME
from kiosk.shell.engines import scripts
from kiosk.shell.engines.wv2_page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.showing import Pane
    from kiosk.shell.engines.wv2_args import CoreWebView2NavigationCompletedEventArgs
    from kiosk.shell.engines.wv2_core import CoreWebView2Controller, CoreWebView2Environment
    from kiosk.shell.engines.wv2_runtime import Dotnet
    from kiosk.shell.pages import OwnPage

_DOCUMENT: Final = "data:text/html"
"""The address that NavigateToString has while it loads. No page can go there: Chromium lets none go to `data:`."""


class OwnPane:
    """One pane's page."""

    def __init__(
        self,
        dotnet: Dotnet,
        environment: CoreWebView2Environment,
        controller: CoreWebView2Controller,
        *,
        pane: Pane,
        engine: Engine,
    ) -> None:
        """Show nothing at first."""
        self._pane = pane
        self._engine = engine
        self._shown: OwnPage | None = None
        self._marker = ""
        self._drawn = True
        self._coming = False
        self.page = Page(dotnet, environment, controller, judge=self, post=engine.post)

    def load(self, page: OwnPage) -> None:
        """Show `page`."""
        self._shown = page
        self._marker = secrets.token_hex(16)
        self._drawn = False
        reporter = scripts.paint_reporter(self._marker)
        self.page.devtools.put_script("reporter", reporter, there=lambda: self._put(page))

    def _put(self, page: OwnPage) -> None:
        """Have the browser load `page`, unless it is on the glass already or another is wanted by now."""
        if page is self._shown and not self._drawn:
            self._coming = True
            self.page.core.NavigateToString(page.html)

    # ── what the page asks (wv2_page.Judge) ──

    def may_navigate(self, *, url: str, main_frame: bool, redirected: bool, number: int) -> bool:
        """Allow what `NavigateToString` loads, and hear what is said."""
        del redirected, number
        if main_frame and self._coming and url.startswith(_DOCUMENT):
            self._coming = False
            return True
        if main_frame:
            if url.startswith(f"{OWN_SCHEME}:") and (coming := self._shown) is not None and not self._drawn:
                # A tap on the page before it, which may have ended the load that had begun.
                self._engine.post(lambda: self._put(coming))
            self._engine.said(pane=self._pane, url=url)
        else:
            self.deny("navigation", "a page of our own has no frames")
        return False

    def may_load(self, *, url: str) -> bool:
        """Allow what is inside the page: it loads nothing."""
        return url.startswith("data:")

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def no_window(self, *, url: str) -> None:
        """Do nothing: pages of our own have no links."""

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Ask nobody: pages of our own have no dialogs."""
        del text, default
        self.deny("script-dialogs", kind)
        answer(None)

    def may_leave(self) -> bool:
        """Let it go."""
        return True

    def heard(self, text: str) -> None:
        """Take what our reporter says."""
        if self._shown is not None and self._marker and text.startswith(self._marker):
            self._drawn = True
            self._engine.page_ready(pane=self._pane, page=self._shown)

    def completed(self, done: CoreWebView2NavigationCompletedEventArgs) -> None:
        """Run our script once more: it does nothing where it ran before."""
        if done.IsSuccess and self._shown is not None and not self._drawn:
            self.page.devtools.run(scripts.paint_reporter(self._marker))

    def moved(self, url: str) -> None:
        """Do nothing: it is where we put it."""

    def plays(self, *, sound: bool) -> None:
        """Do nothing: our pages have no sound."""

    def no_page(self) -> None:
        """Do nothing: our pages are pages."""

    def process_failed(self, reason: str) -> None:
        """Report that the process that draws the page ended."""
        self._engine.renderer_gone(reason, own=True)

    def proxy_password(self, url: str) -> tuple[str, str] | None:
        """Know none: our pages load nothing."""
        del url
        return None
