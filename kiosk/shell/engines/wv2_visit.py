"""The visit's page in WebView2: where it may go, whether it is there, and whether it plays something."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import scripts
from kiosk.shell.engines.key_strip import FOCUS_WORD
from kiosk.shell.engines.showing import Showing
from kiosk.shell.engines.wv2_keyboard import FOCUS
from kiosk.shell.engines.wv2_page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.core.origin import Origin
    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wv2_args import CoreWebView2NavigationCompletedEventArgs
    from kiosk.shell.engines.wv2_core import CoreWebView2Controller, CoreWebView2Environment
    from kiosk.shell.engines.wv2_proxy import Proxy
    from kiosk.shell.engines.wv2_runtime import Dotnet

_HTTP_ERROR: Final = 400

_REASONS: Final = {
    "HostNameNotResolved": "dns",
    "CertificateCommonNameIsIncorrect": "tls",
    "CertificateExpired": "tls",
    "CertificateRevoked": "tls",
    "CertificateIsInvalid": "tls",
    "ClientCertificateContainsErrors": "tls",
    "ServerUnreachable": "connection",
    "Timeout": "connection",
    "ConnectionAborted": "connection",
    "ConnectionReset": "connection",
    "Disconnected": "connection",
    "CannotConnect": "connection",
    "ErrorHttpInvalidServerResponse": "http",
    "RedirectFailed": "http",
    "ValidAuthenticationCredentialsRequired": "http",
    "ValidProxyAuthenticationRequired": "http",
}


class VisitPage:
    """One visit's page."""

    def __init__(
        self,
        dotnet: Dotnet,
        environment: CoreWebView2Environment,
        controller: CoreWebView2Controller,
        *,
        engine: Engine,
        proxy: Proxy,
    ) -> None:
        """Ask `engine` what the page may."""
        self._engine = engine
        self._proxy = proxy
        self._showing = Showing()
        self._marker = ""
        self._said = secrets.token_hex(16)
        self._number: int | None = None
        self._asked: set[str] = set()
        self._arrived = self._saved = False
        self._focused: Callable[[str], None] | None = None
        self.page = Page(dotnet, environment, controller, judge=self, post=engine.post)

    def load(self, url: str, showing: Showing) -> None:
        """Load `url`, which `showing` stands for."""
        self._showing = showing
        marker = self._marker = secrets.token_hex(16)
        self._asked.clear()
        self._arrived = self._saved = False
        self._number = None

        def go() -> None:
            if marker == self._marker:
                self._go(url)

        self.page.devtools.put_script("media", scripts.media_reporter(marker))
        if self._focused is not None:
            self.page.devtools.put_script("focus", FOCUS % scripts.literal(marker))
        self.page.devtools.put_script("reporter", scripts.paint_reporter(marker), there=go)

    def _go(self, url: str) -> None:
        if "#" in url and self.address().partition("#")[0] == url.partition("#")[0]:
            self.page.devtools.run(scripts.reload_at(url))  # a new fragment alone would load nothing
        else:
            self.page.core.Navigate(url)

    def on_focus(self, focused: Callable[[str], None]) -> None:
        """Have `focused` called with the kind of each field that has the focus from now on; empty for none."""
        self._focused = focused

    def ping(self, answer: Callable[[], None]) -> None:
        """See Native."""
        self.page.devtools.ping(answer)

    def address(self) -> str:
        """Return where the page is."""
        return self.page.core.Source or ""

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """See Engine. The script looks itself whether it is in a page of `origin`."""
        devtools = self.page.devtools
        devtools.remove_script("handoff")
        if handoff is None:
            return
        devtools.put_their_script("handoff", scripts.handoff(origin, handoff, said=self._said))
        if renew:
            devtools.run(scripts.renewal(origin, handoff, said=self._said))

    # ── what the page asks (wv2_page.Judge) ──

    def may_navigate(self, *, url: str, main_frame: bool, redirected: bool, number: int) -> bool:
        """Decide about a navigation."""
        allowed = self._engine.may_visit(url=url, main_frame=main_frame)
        if not main_frame:
            return allowed
        if allowed:
            self._asked.add(url)
            self._number = number
            self._saved = False
            self._engine.plays(video=False)
        elif redirected and not self._arrived:
            self._engine.failed("blocked")
        return allowed

    def may_load(self, *, url: str) -> bool:
        """Decide about what the page loads."""
        return self._engine.may_load(url=url, page=self.address())

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        if feature == LockdownFeature.DOWNLOADS:
            self._saved = True
        self._engine.deny(feature, reason)

    def no_window(self, *, url: str) -> None:
        """Take note of an address that a person wanted in a window of its own."""
        self._engine.no_window(url=url)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Show what the page asks."""
        self._engine.ask(kind=kind, text=text, default=default, answer=answer)

    def may_leave(self) -> bool:
        """Whether the page may go away although it asks people to stay."""
        return self._engine.may_leave()

    def heard(self, text: str) -> None:
        """Take what one of our reporters says."""
        if not self._marker or not text.startswith(self._marker):
            return
        said = text.removeprefix(self._marker)
        if said.startswith(FOCUS_WORD):
            if self._focused is not None:
                self._focused(said.removeprefix(FOCUS_WORD))
        elif said in scripts.MEDIA_WORDS:
            self._engine.plays(video=said == scripts.PLAYING)
        elif said.isdigit() and int(said) >= _HTTP_ERROR:
            self._engine.failed(f"http-{said}")
        else:
            self._engine.visit_ready(self._showing)

    def proxy_password(self, url: str) -> tuple[str, str] | None:
        """Return what the proxy is told; None for anybody else."""
        return self._proxy.password_for(url)

    # ── what happens ──

    def completed(self, done: CoreWebView2NavigationCompletedEventArgs) -> None:
        """Take the end of a load: of one that was allowed, and not of one before it."""
        if done.NavigationId != self._number:
            return
        if done.IsSuccess:
            self._run_late()
        elif done.HttpStatusCode >= _HTTP_ERROR:
            self._engine.failed(f"http-{done.HttpStatusCode}")
        elif self._arrived or str(done.WebErrorStatus) == "OperationCanceled":
            pass  # the page that is there stays, or goes on to another
        elif self._saved or done.HttpStatusCode:
            self._engine.failed("not-a-page")
        else:
            self._engine.failed(_REASONS.get(str(done.WebErrorStatus), "other"))

    def moved(self, url: str) -> None:
        """Take note of where the page is, and of `about:blank`, a white screen for good."""
        if url in self._asked:
            self._arrived = True
        elif self._arrived and url.startswith("about:blank"):
            self._showing.settled = False
            self._engine.failed("left")

    def plays(self, *, sound: bool) -> None:
        """Take note of sound that begins or ends."""
        self._engine.plays(sound=sound)

    def no_page(self) -> None:
        """Report that there is something else than a page, even where there was one before."""
        self._showing.settled = False
        self._engine.failed("not-a-page")

    def process_failed(self, reason: str) -> None:
        """Report that the process that draws the page ended, or does not answer."""
        self._engine.plays(sound=False, video=False)
        self._engine.renderer_gone(reason)

    def _run_late(self) -> None:
        """Run our scripts once more: they do nothing where they ran before."""
        for source in (scripts.paint_reporter(self._marker), scripts.media_reporter(self._marker)):
            self.page.devtools.run(source)
