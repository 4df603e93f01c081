"""Qt WebEngine (Chromium), by PySide6: the default on Linux."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, qVersion
from PySide6.QtWebEngineCore import (
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEngineScript,
    qWebEngineChromiumVersion,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
from kiosk.core.origin import Origin, parse_origin
from kiosk.errors import ConfigError, InvalidInput
from kiosk.shell.engines import qt_settings, scripts
from kiosk.shell.engines.base import Engine, Showing
from kiosk.shell.engines.qt_input import InputGuard
from kiosk.shell.engines.qt_page import Page, encoded
from kiosk.shell.protocol import ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWebEngineWidgets import QWebEngineView

    from kiosk.shell.pages import OwnPage

_Status = QWebEngineLoadingInfo.LoadStatus
_Kind = QWebEnginePage.NavigationType
_Domain = QWebEngineLoadingInfo.ErrorDomain
_OWN_BASE = "kiosk-page:"
"""The address of our own pages: of a scheme that no policy allows, so no other page can be there."""

_SETTLE_MS = 100
"""How long a load may be stopped before it counts as failed: a page that goes on to another stops, too."""

_REASONS = {
    _Domain.ConnectionErrorDomain: "connection",
    _Domain.CertificateErrorDomain: "tls",
    _Domain.DnsErrorDomain: "dns",
    _Domain.HttpErrorDomain: "http",
}


class _Poster(QObject):
    """Carries calls to the GUI thread."""

    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, call: Callable[[], None]) -> None:
        call()


class QtWebEngine(Engine):
    """The adapter. Chromium starts in `prepare`, before pywebview could change its flags."""

    name: ClassVar[str] = "qtwebengine"
    gui: ClassVar[str] = "qt"

    _view: QWebEngineView
    _window: QMainWindow

    def prepare(self, *, folder: Path, language: str, proxy: str, ca_file: Path | None, sandbox: bool) -> None:
        if ca_file is not None:
            _trust(ca_file, folder)
        self._sandbox = sandbox
        flags = [*qt_settings.FLAGS, *(() if sandbox else (qt_settings.NO_SANDBOX,))]
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(flags)
        if not qt_settings.has_gpu():
            os.environ["QT_QUICK_BACKEND"] = "software"  # bench/first_paint: a third less than an emulated GPU
        # Chromium reads the program's arguments, too: it gets none.
        self._app = cast("QApplication | None", QApplication.instance()) or QApplication(["kiosk"])
        if proxy:
            qt_settings.use_proxy(proxy)
        self._poster = _Poster()
        self._guard = InputGuard(self.deny)
        self._profile = qt_settings.make_profile(folder=folder, language=language)
        self._page = Page(self._profile, self)
        self._page.setBackgroundColor(Qt.GlobalColor.white)
        self._marker = ""
        self._said = secrets.token_hex(16)
        self._asked: set[str] = set()
        self._arrived = False
        self._handoff: tuple[Origin, QWebEngineScript] | None = None

    def version(self) -> str:
        return qVersion()

    def renderer(self) -> str:
        return str(qWebEngineChromiumVersion())

    def screens(self) -> list[ScreenSize]:
        return [ScreenSize(screen.size().width(), screen.size().height()) for screen in self._app.screens()]

    def attach(self, *, window: object) -> None:
        self._window = cast("QMainWindow", window)
        self._view = cast("QWebEngineView", self._window.centralWidget())
        # The end of its load would have pywebview put its scripts into whatever page is in the view then: ours.
        self._view.page().blockSignals(True)
        self._view.setPage(self._page)  # and pywebview's page, with its channel, is deleted

    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        del lockdown  # everything is set, whatever is required
        page = self._page
        self._profile.downloadRequested.connect(page.refuse_download)
        page.loadingChanged.connect(self._loading_changed)
        page.urlChanged.connect(self._url_changed)
        page.renderProcessTerminated.connect(self._renderer_terminated)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._guard.watch(self._window)
        self._add_script("restrictions", scripts.RESTRICTIONS, sub_frames=True)
        attributes = qt_settings.set_attributes(page.settings())
        actions = qt_settings.disable_actions(page)
        ours = self._view.page() is page and page.webChannel() is None
        held = {
            **dict.fromkeys(LockdownFeature, ours and attributes),
            LockdownFeature.ACCELERATOR_KEYS: ours and actions,
            LockdownFeature.DEVELOPER_TOOLS: _no_debugger(),
            LockdownFeature.STORAGE_OF_ONE_VISIT: self._profile.isOffTheRecord(),
            LockdownFeature.ENGINE_SANDBOX: self._sandbox,
        }
        return {feature: Enforcement.ENFORCED if held[feature] else Enforcement.FAILED for feature in LockdownFeature}

    def place(self, *, screen: int, windowed: bool) -> None:
        if windowed:
            self._window.show()
            return
        screens = self._app.screens()
        chosen = screens[screen] if 0 <= screen < len(screens) else self._app.primaryScreen()
        self._window.setScreen(chosen)
        self._window.setMinimumSize(1, 1)
        # Without a window manager showFullScreen leaves the size as it was; with one, geometry alone leaves a panel.
        self._window.setGeometry(chosen.geometry())
        self._window.showFullScreen()
        self._window.setGeometry(chosen.geometry())

    def post(self, call: Callable[[], None]) -> None:
        self._poster.posted.emit(call)

    def load_page(self, *, page: OwnPage) -> None:
        self._begin()
        self._remove_handoff()
        self._page.setHtml(page.html, QUrl(_OWN_BASE + page.name))

    def load_url(self, *, url: str) -> None:
        self._begin()
        self._page.load(QUrl(url, QUrl.ParsingMode.StrictMode))

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        self._remove_handoff()
        self._handoff = None
        if handoff is None:
            return
        source = scripts.handoff(origin, handoff, said=self._said)
        self._handoff = (origin, _script("handoff", source, QWebEngineScript.ScriptWorldId.MainWorld))
        if renew:
            self._insert_handoff()
            self._page.runJavaScript(scripts.renewal(origin, handoff, said=self._said), _OUR_WORLD)

    # ── what the page asks (qt_page.Judge) ──

    def may_navigate(self, *, url: str, main_frame: bool, kind: QWebEnginePage.NavigationType) -> bool:
        """Decide about a navigation."""
        if not main_frame:
            return self.decide(url=url, main_frame=False)
        if self._showing.page and kind is _Kind.NavigationTypeTyped and url.startswith("data:text/html;"):
            return True  # `setHtml`: pages cannot ask with this kind
        allowed = self.decide(url=url, main_frame=True)
        if allowed:
            self._asked.add(url)
            self._prepare_for(url)
        elif kind is _Kind.NavigationTypeRedirect and not self._is_there():
            self.failed("blocked")
        return allowed

    def heard(self, text: str) -> None:
        """Take a message of the console: our reporter's, or one to drop."""
        if self._marker and text.startswith(self._marker):
            status = text.removeprefix(self._marker)
            if status.isdigit() and int(status) >= _HTTP_ERROR:
                self.failed(f"http-{status}")
                return
            showing = self._showing
            self._guard.after_next_frame(lambda: QTimer.singleShot(0, lambda: self.painted(showing)))
            self._view.update()

    # ── signals ──

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        url, status = encoded(info.url()), info.status()
        if url != _OWN_BASE + self._showing.page and url not in self._asked:
            return  # of a page before
        if status is _Status.LoadSucceededStatus:
            self._run_late()
        elif status is _Status.LoadFailedStatus:
            http = info.errorDomain() is _Domain.HttpStatusCodeDomain
            self.failed(f"http-{info.errorCode()}" if http else _REASONS.get(info.errorDomain(), "other"))
        elif status is _Status.LoadStoppedStatus:
            showing = self._showing
            QTimer.singleShot(_SETTLE_MS, lambda: self._stopped(showing))

    def _stopped(self, showing: Showing) -> None:
        """Take a stopped load for a failed one, unless the page is there (it goes on to another) or another loads."""
        if showing is self._showing and not self._is_there() and not self._page.isLoading():
            self.failed("not-a-page")

    def _url_changed(self, url: QUrl) -> None:
        """Take note of `about:blank`, for which Chromium asks nobody: a white screen for good.

        Pages go there on purpose, or by an address that Chromium itself refuses (`about:blank#blocked`).
        """
        if encoded(url) in self._asked:
            self._arrived = True
        elif self._arrived and self._showing.visit and encoded(url).startswith("about:blank"):
            self._showing.settled = False
            self.failed("left")

    def _is_there(self) -> bool:
        """Whether the document in the window is one that was asked for. `Page.url` is that of one under way, too."""
        return encoded(self._page.mainFrame().url()) in self._asked

    def _run_late(self) -> None:
        """Run our scripts once more: Chromium forgets those for document creation when a `data:` page follows another.

        They do nothing where they ran before. So late, the document is certainly the one that was asked for.
        """
        self._page.runJavaScript(scripts.RESTRICTIONS, _OUR_WORLD)
        self._page.runJavaScript(scripts.paint_reporter(self._marker), _OUR_WORLD)

    def _renderer_terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        self.renderer_gone(status.name.removesuffix("TerminationStatus").lower())

    # ── scripts ──

    def _begin(self) -> None:
        self._marker = secrets.token_hex(16)
        self._asked.clear()
        self._arrived = False
        self._add_script("reporter", scripts.paint_reporter(self._marker))

    def _prepare_for(self, url: str) -> None:
        """Have the handoff in the page that is about to come if it is of the right origin, and in no other."""
        if self._handoff is not None and _is_of(url, self._handoff[0]):
            self._insert_handoff()
        else:
            self._remove_handoff()

    def _insert_handoff(self) -> None:
        if self._handoff is not None and not self._page.scripts().contains(self._handoff[1]):
            self._page.scripts().insert(self._handoff[1])

    def _remove_handoff(self) -> None:
        for script in self._page.scripts().find("handoff"):
            self._page.scripts().remove(script)

    def _add_script(self, name: str, source: str, *, sub_frames: bool = False) -> None:
        collection = self._page.scripts()
        for old in collection.find(name):
            collection.remove(old)
        collection.insert(_script(name, source, _OUR_WORLD, sub_frames=sub_frames))


def _trust(ca_file: Path, folder: Path) -> None:
    """Let pages come from the authorities in `ca_file`. Linux alone: elsewhere Chromium trusts what the system does."""
    if sys.platform != "linux":
        return
    from kiosk.shell.engines import nss  # noqa: PLC0415 - few need it, and it is slow

    try:
        trusted = nss.trust(ca_file, home=folder)
    except OSError as error:
        raise ConfigError(f"ca_file cannot be read: {error.strerror}", hint=_CA_HINT) from None
    if not trusted:
        raise ConfigError("ca_file has nothing that the engine can read as a certificate", hint=_CA_HINT)


_CA_HINT = "name a file of CA certificates in PEM form that the kiosk's account may read"
_OUR_WORLD = int(QWebEngineScript.ScriptWorldId.ApplicationWorld)
_HTTP_ERROR = 400


def _script(name: str, source: str, world: int, *, sub_frames: bool = False) -> QWebEngineScript:
    script = QWebEngineScript()
    script.setName(name)
    script.setSourceCode(source)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(world)
    script.setRunsOnSubFrames(sub_frames)
    return script


def _is_of(url: str, origin: Origin) -> bool:
    try:
        return parse_origin(url) == origin
    except InvalidInput:
        return False


def _no_debugger() -> bool:
    """Whether no variable asks for Chromium's remote debugging; the supervisor passes none."""
    return not any(name.startswith("QTWEBENGINE_REMOTE_DEBUGGING") for name in os.environ)
