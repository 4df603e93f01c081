"""The visit's page in Qt WebEngine: where it may go, whether it is there, and whether it plays something."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage, QWebEngineScript

from kiosk.core.origin import Origin, is_of
from kiosk.shell.engines import qt_settings, scripts
from kiosk.shell.engines.qt_page import Page, encoded
from kiosk.shell.engines.qt_requests import Requests
from kiosk.shell.engines.qt_script import OUR_WORLD, THEIR_WORLD, make_script, put_script, remove_script
from kiosk.shell.engines.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWebEngineCore import QWebEngineProfile

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind

_Status = QWebEngineLoadingInfo.LoadStatus
_Kind = QWebEnginePage.NavigationType
_Domain = QWebEngineLoadingInfo.ErrorDomain
_HTTP_ERROR = 400

_SETTLE_MS = 100
"""How long a load may be stopped before it counts as failed: a page that goes on to another stops, too."""

_REASONS = {
    _Domain.ConnectionErrorDomain: "connection",
    _Domain.CertificateErrorDomain: "tls",
    _Domain.DnsErrorDomain: "dns",
    _Domain.HttpErrorDomain: "http",
}


class VisitPage:
    """One visit's page. Its process starts with the first URL that is loaded."""

    def __init__(self, *, profile: QWebEngineProfile, engine: Engine) -> None:
        """Ask `engine` what the page may."""
        self._engine = engine
        self._showing = Showing()
        self._marker = ""
        self._said = secrets.token_hex(16)
        self._asked: set[str] = set()
        self._arrived = False
        self._handoff: tuple[Origin, QWebEngineScript] | None = None
        self.page = Page(profile, self)
        self.page.setBackgroundColor(Qt.GlobalColor.white)
        self.locked = qt_settings.set_attributes(self.page.settings())
        self.actions_off = qt_settings.disable_actions(self.page)
        put_script(self.page, "restrictions", scripts.RESTRICTIONS, sub_frames=True)
        profile.downloadRequested.connect(self.page.refuse_download)
        self._requests = Requests(engine.may_load)
        profile.setUrlRequestInterceptor(self._requests)
        self.page.loadingChanged.connect(self._loading_changed)
        self.page.urlChanged.connect(self._url_changed)
        self.page.renderProcessTerminated.connect(self._renderer_terminated)
        self.page.recentlyAudibleChanged.connect(self._audible)

    def load(self, url: str, showing: Showing) -> None:
        """Load `url`, which `showing` stands for."""
        self._showing = showing
        self._marker = secrets.token_hex(16)
        self._asked.clear()
        self._arrived = False
        put_script(self.page, "reporter", scripts.paint_reporter(self._marker))
        put_script(self.page, "media", scripts.media_reporter(self._marker))
        if "#" in url and self.address().partition("#")[0] == url.partition("#")[0]:
            self.page.runJavaScript(scripts.reload_at(url), OUR_WORLD)  # a new fragment alone would load nothing
        else:
            self.page.load(QUrl(url, QUrl.ParsingMode.StrictMode))

    def ping(self, answer: Callable[[], None]) -> None:
        """See Native."""
        self.page.runJavaScript("0", OUR_WORLD, lambda _: answer())

    def address(self) -> str:
        """Return where the page is."""
        return encoded(self.page.mainFrame().url())

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """See Engine."""
        remove_script(self.page, "handoff")
        self._handoff = None
        if handoff is None:
            return
        source = scripts.handoff(origin, handoff, said=self._said)
        self._handoff = (origin, make_script("handoff", source, THEIR_WORLD))
        if renew:
            self._insert_handoff()
            self.page.runJavaScript(scripts.renewal(origin, handoff, said=self._said), OUR_WORLD)

    # ── what the page asks (qt_page.Judge) ──

    def may_navigate(self, *, url: str, main_frame: bool, kind: QWebEnginePage.NavigationType) -> bool:
        """Decide about a navigation."""
        allowed = self._engine.may_visit(url=url, main_frame=main_frame)
        if not main_frame:
            return allowed
        if allowed:
            self._asked.add(url)
            self._prepare_for(url)
        elif kind is _Kind.NavigationTypeRedirect and not self._is_there():
            self._engine.failed("blocked")
        return allowed

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Show what the page asks."""
        self._engine.ask(kind=kind, text=text, default=default, answer=answer)

    def no_window(self, *, url: str) -> None:
        """Take note of an address that a person wanted in a window of its own."""
        self._engine.no_window(url=url)

    def heard(self, text: str) -> None:
        """Take a message of the console: one of our reporters', or one to drop."""
        if not self._marker or not text.startswith(self._marker):
            return
        said = text.removeprefix(self._marker)
        if said in scripts.MEDIA_WORDS:
            self._engine.plays(video=said == scripts.PLAYING)
        elif said.isdigit() and int(said) >= _HTTP_ERROR:
            self._engine.failed(f"http-{said}")
        else:
            self._arrived = True  # nobody says so of a page at the address of the one before it
            self._engine.visit_ready(self._showing)

    # ── signals ──

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        status = info.status()
        if encoded(info.url()) not in self._asked:
            return  # of a page before
        if status is _Status.LoadStartedStatus:
            self._engine.plays(video=False)
        elif status is _Status.LoadSucceededStatus:
            self._run_late()
        elif status is _Status.LoadFailedStatus:
            http = info.errorDomain() is _Domain.HttpStatusCodeDomain
            self._engine.failed(f"http-{info.errorCode()}" if http else _REASONS.get(info.errorDomain(), "other"))
        elif status is _Status.LoadStoppedStatus:
            showing = self._showing
            QTimer.singleShot(_SETTLE_MS, lambda: self._stopped(showing))

    def _stopped(self, showing: Showing) -> None:
        """Take a stopped load for a failed one, unless the page is there (it goes on to another) or another loads."""
        if showing is self._showing and not self._is_there() and not self.page.isLoading():
            self._engine.failed("not-a-page")

    def _url_changed(self, url: QUrl) -> None:
        """Take note of `about:blank`, for which Chromium asks nobody: a white screen for good.

        Pages go there on purpose, or by an address that Chromium itself refuses (`about:blank#blocked`).
        """
        if encoded(url) in self._asked:
            self._arrived = True
        elif self._arrived and encoded(url).startswith("about:blank"):
            self._showing.settled = False
            self._engine.failed("left")

    def _is_there(self) -> bool:
        """Whether the document in the window is one that was asked for. `Page.url` is that of one under way, too."""
        return self.address() in self._asked

    def _run_late(self) -> None:
        """Run our scripts once more, where they did not run before: the document is certainly the one asked for."""
        for source in (
            scripts.RESTRICTIONS,
            scripts.paint_reporter(self._marker),
            scripts.media_reporter(self._marker),
        ):
            self.page.runJavaScript(source, OUR_WORLD)

    def _renderer_terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        self._engine.plays(video=False)
        self._engine.renderer_gone(status.name.removesuffix("TerminationStatus").lower())

    def _audible(self, audible: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._engine.plays(sound=audible)

    # ── the handoff ──

    def _prepare_for(self, url: str) -> None:
        """Have the handoff in the page that is about to come if it is of the right origin, and in no other."""
        if self._handoff is not None and is_of(url, self._handoff[0]):
            self._insert_handoff()
        else:
            remove_script(self.page, "handoff")

    def _insert_handoff(self) -> None:
        if self._handoff is not None and not self.page.scripts().contains(self._handoff[1]):
            self.page.scripts().insert(self._handoff[1])
