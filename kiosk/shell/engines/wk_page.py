"""What a visit's page and our own have in common in WKWebView: a view, a delegate, scripts, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import scripts, wk_settings
from kiosk.shell.engines.wk_delegate import CANCEL_CHALLENGE, DEFAULT_HANDLING, USE_CREDENTIAL, make_delegate
from kiosk.shell.engines.wk_script import Scripts
from kiosk.shell.engines.wk_view import make_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_settings import Switches
    from kiosk.shell.engines.wk_trust import Authorities

_NOT_PAGES: Final = ("application/pdf", "text/pdf")
"""What WebKit can show, in a viewer with buttons to save, to print and to open it elsewhere."""


class Page:
    """One view's page: it may show itself, and nothing else. The rest is in VisitPage and OwnPane."""

    def __init__(
        self, *, cocoa: Cocoa, store: ObjC, engine: Engine, switches: Switches, authorities: Authorities | None
    ) -> None:
        """Keep what the page stores in `store`, and ask `engine` what it may."""
        self.cocoa = cocoa
        self._engine = engine
        self._authorities = authorities
        self.scripts = Scripts(cocoa, heard=self.heard)
        self.scripts.put("restrictions", scripts.RESTRICTIONS, sub_frames=True)
        self._delegate = make_delegate(self)
        configuration = wk_settings.make_configuration(
            cocoa, store=store, controller=self.scripts.controller, switches=switches
        )
        self.view = make_view(cocoa, configuration=configuration, judge=self, switches=switches)
        self.view.setNavigationDelegate_(self._delegate)
        self.view.setUIDelegate_(self._delegate)

    @property
    def asks_us(self) -> bool:
        """Whether the view asks our delegate, and no other."""
        return self.view.navigationDelegate() is self._delegate and self.view.UIDelegate() is self._delegate

    def address(self) -> str:
        """Return where the page is."""
        url = self.view.URL()
        return str(url.absoluteString()) if url is not None else ""

    def run(self, source: str, *, frame: ObjC = None, done: Callable[[ObjC, ObjC], None] | None = None) -> None:
        """Have `source` run in our world, now, in `frame` or the main one."""
        self.view.evaluateJavaScript_inFrame_inContentWorld_completionHandler_(source, frame, self.scripts.world, done)

    # ── wk_delegate.Judge ──

    def may_navigate(self, *, url: str, main_frame: bool) -> bool:
        """Say no: a page that is nobody's goes nowhere."""
        del url, main_frame
        return False

    def may_show(self, response: ObjC) -> bool:
        """Whether what came is a page: all else would be saved, or shown by a viewer with buttons."""
        kind = str(response.response().MIMEType() or "").lower()
        if response.canShowMIMEType() and kind not in _NOT_PAGES and not _is_attachment(response.response()):
            return True
        self.deny(LockdownFeature.DOWNLOADS, "response")
        return False

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def no_window(self, *, url: str) -> None:
        """Take note of an address that a person wanted in a window of its own. Pages of our own have no links."""

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Cancel what a page of our own asks: it never does."""
        del text, default
        answer(None)
        self.deny(LockdownFeature.SCRIPT_DIALOGS, kind)

    def may_leave(self) -> bool:
        """Whether the page may go although it asks people to stay."""
        return self._engine.may_leave()

    def trust(self, space: ObjC) -> tuple[int, ObjC]:
        """Return whether a server's certificate is trusted (NSURLSessionAuthChallengeDisposition, NSURLCredential)."""
        if self._authorities is None:
            return DEFAULT_HANDLING, None  # the system's way: an error ends the load
        trust = space.serverTrust()
        if self._authorities.vouch_for(trust):
            return USE_CREDENTIAL, self.cocoa.NSURLCredential.credentialForTrust_(trust)
        self.deny(LockdownFeature.TLS_ERRORS, "not trusted")
        return CANCEL_CHALLENGE, None

    def blocked(self, url: str) -> None:
        """Take note of what the content rules refused."""
        del url

    def committed(self) -> None:
        """Take note that another document is there."""

    def finished(self) -> None:
        """Take note that a document is complete."""

    def failed(self, error: ObjC) -> None:
        """Take note that a document did not come."""
        del error

    def ended(self) -> None:
        """Take note that the process that draws the page ended."""

    def heard(self, text: str, frame: ObjC) -> None:
        """Take what a script of ours says."""
        del text, frame


def _is_attachment(response: ObjC) -> bool:
    """Whether a server wants what it sends to be saved."""
    if not response.respondsToSelector_("valueForHTTPHeaderField:"):
        return False
    value = response.valueForHTTPHeaderField_("Content-Disposition")
    return str(value or "").strip().lower().startswith("attachment")
