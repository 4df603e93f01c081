"""A view of Qt WebEngine for pages of our own. Nothing else can be loaded there, and only here words are said."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QColor
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage

from kiosk.shell.engines import qt_settings, scripts
from kiosk.shell.engines.qt_page import Page, encoded
from kiosk.shell.engines.qt_script import OUR_WORLD, put_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWebEngineCore import QWebEngineProfile

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.showing import Pane
    from kiosk.shell.pages import OwnPage

_Kind = QWebEnginePage.NavigationType
_BASE = "kiosk-page:"
"""The address of our own pages: of a scheme that no policy allows, so no other page can be there."""


class OwnPane:
    """One pane's page. Its process starts with the first page that is shown."""

    def __init__(self, *, pane: Pane, profile: QWebEngineProfile, engine: Engine, background: str) -> None:
        """Until a page is drawn there is `background`, a colour."""
        self._pane = pane
        self._engine = engine
        self._shown: OwnPage | None = None
        self._marker = ""
        self._drawn = True
        self.page = Page(profile, self)
        self.page.setBackgroundColor(QColor(background))
        self.locked = qt_settings.set_attributes(self.page.settings())
        self.actions_off = qt_settings.disable_actions(self.page)
        put_script(self.page, "restrictions", scripts.RESTRICTIONS, sub_frames=True)
        self.page.loadingChanged.connect(self._loading_changed)
        self.page.renderProcessTerminated.connect(self._renderer_terminated)

    def load(self, page: OwnPage) -> None:
        """Show `page`."""
        self._shown = page
        self._marker = secrets.token_hex(16)
        self._drawn = False
        put_script(self.page, "reporter", scripts.paint_reporter(self._marker))
        self._put(page)

    def _put(self, page: OwnPage) -> None:
        """Have Chromium load `page`, unless it is on the glass already or another is wanted by now."""
        if page is self._shown and not self._drawn:
            self.page.setHtml(page.html, QUrl(_BASE + page.name))

    # ── what the page asks (qt_page.Judge) ──

    def may_navigate(self, *, url: str, main_frame: bool, kind: QWebEnginePage.NavigationType) -> bool:
        """Allow what `setHtml` loads (pages cannot ask with this kind), and hear what is said."""
        if main_frame and kind is _Kind.NavigationTypeTyped and url.startswith("data:text/html;"):
            return True
        if main_frame:
            if (coming := self._shown) is not None and not self._drawn:
                # A tap on the page before it, and Chromium gives up the load that it had begun.
                QTimer.singleShot(0, self.page, lambda: self._put(coming))
            self._engine.said(pane=self._pane, url=url)
        else:
            self.deny("navigation", "a page of our own has no frames")
        return False

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Ask nobody: pages of our own have no dialogs."""
        del text, default
        self.deny("script-dialogs", kind)
        answer(None)

    def no_window(self, *, url: str) -> None:
        """Do nothing: pages of our own have no links."""

    def heard(self, text: str) -> None:
        """Take a message of the console: our reporter's, or one to drop."""
        if self._shown is not None and self._marker and text.startswith(self._marker):
            self._drawn = True
            self._engine.page_ready(pane=self._pane, page=self._shown)

    # ── signals ──

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        """Run our scripts once more: Chromium forgets those for document creation when `data:` pages follow each other.

        They do nothing where they ran before.
        """
        shown = self._shown
        done = info.status() is QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus
        if shown is not None and done and encoded(info.url()) == _BASE + shown.name:
            self.page.runJavaScript(scripts.RESTRICTIONS, OUR_WORLD)
            self.page.runJavaScript(scripts.paint_reporter(self._marker), OUR_WORLD)
            self._engine.page_loaded(pane=self._pane, page=shown)

    def _renderer_terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        self._engine.renderer_gone(status.name.removesuffix("TerminationStatus").lower(), own=True)
