"""The delegate of a WKWebView: every question that it asks is answered here, nothing is left to a default.

WebKit waits for each answer, and ends the program if one is missing: `Once` gives the refusal if a decision goes wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import wk_questions
from kiosk.shell.engines.wk_once import Once
from kiosk.shell.engines.wk_questions import address

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

CANCEL, ALLOW = 0, 1
"""WKNavigationActionPolicy and WKNavigationResponsePolicy (WKNavigationDelegate.h)."""

ALLOW_HERE: Final = 3
"""Allow, and open no application that is registered for the address: a link that somebody tapped would
(WKNavigationDelegatePrivate.h, _WKNavigationActionPolicyAllowWithoutTryingAppLink, since macOS 10.11)."""

USE_CREDENTIAL, DEFAULT_HANDLING, CANCEL_CHALLENGE, REJECT_SPACE = 0, 1, 2, 3
"""NSURLSessionAuthChallengeDisposition (NSURLSession.h)."""


class Judge(Protocol):
    """Who decides: the page that the delegate is for."""

    cocoa: Cocoa

    def may_navigate(self, *, url: str, main_frame: bool) -> bool: ...
    def may_show(self, response: ObjC) -> bool: ...
    def deny(self, feature: str, reason: str = "") -> None: ...
    def no_window(self, *, url: str) -> None: ...
    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None: ...
    def may_leave(self) -> bool: ...
    def trust(self, space: ObjC) -> tuple[int, ObjC]: ...
    def blocked(self, url: str) -> None: ...
    def committed(self) -> None: ...
    def finished(self) -> None: ...
    def failed(self, error: ObjC) -> None: ...
    def ended(self) -> None: ...


def make_delegate(judge: Judge) -> ObjC:
    """Return a delegate for navigation and for the user interface. A view holds it weakly: who asks keeps it."""
    cocoa = judge.cocoa
    delegate = cocoa.subclass("KioskDelegate", cocoa.NSObject, (*METHODS, *wk_questions.METHODS)).alloc().init()
    delegate.kiosk = judge
    return delegate


# ── WKNavigationDelegate ──


def webView_decidePolicyForNavigationAction_decisionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, action: ObjC, handler: ObjC
) -> None:
    """Decide about a navigation: of a redirect and of a sub-frame, too. A window of its own has no target frame."""
    judge: Judge = self.kiosk
    with Once(handler, CANCEL) as decide:
        url, target = address(action.request()), action.targetFrame()
        if target is None:
            judge.deny(LockdownFeature.NEW_WINDOWS, "target")
            judge.no_window(url=url)
        elif action.shouldPerformDownload():
            judge.deny(LockdownFeature.DOWNLOADS, "link")
        elif judge.may_navigate(url=url, main_frame=bool(target.isMainFrame())):
            decide(ALLOW_HERE)


def webView_decidePolicyForNavigationResponse_decisionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, response: ObjC, handler: ObjC
) -> None:
    """Decide about what came: a page, or something to save, which is refused."""
    with Once(handler, CANCEL) as decide:
        if self.kiosk.may_show(response):
            decide(ALLOW)


def webView_navigationAction_didBecomeDownload_(self: ObjC, _view: ObjC, _action: ObjC, download: ObjC) -> None:  # noqa: N802
    """End a download, which none of our answers begins."""
    _refuse_download(self.kiosk, download)


def webView_navigationResponse_didBecomeDownload_(self: ObjC, _view: ObjC, _response: ObjC, download: ObjC) -> None:  # noqa: N802
    """End a download, which none of our answers begins."""
    _refuse_download(self.kiosk, download)


def webView_didReceiveAuthenticationChallenge_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, challenge: ObjC, handler: ObjC
) -> None:
    """Trust servers as the system does, or by the operator's authorities; have no password and no certificate."""
    judge: Judge = self.kiosk
    with Once(handler, CANCEL_CHALLENGE, None) as decide:
        space = challenge.protectionSpace()
        method = space.authenticationMethod()
        if method == judge.cocoa.NSURLAuthenticationMethodServerTrust:
            decide(*judge.trust(space))
        elif method == judge.cocoa.NSURLAuthenticationMethodClientCertificate:
            decide(REJECT_SPACE, None)  # goes on without one, and with none of the account's keychain
            judge.deny(LockdownFeature.AUTHENTICATION, "client certificate")
        else:
            judge.deny(LockdownFeature.AUTHENTICATION, "proxy" if space.isProxy() else "http")


def webView_authenticationChallenge_shouldAllowDeprecatedTLS_(  # noqa: N802
    self: ObjC, _view: ObjC, _challenge: ObjC, handler: ObjC
) -> None:
    """Have no TLS before 1.2."""
    with Once(handler, False):
        self.kiosk.deny(LockdownFeature.TLS_ERRORS, "old TLS")


def webView_didCommitNavigation_(self: ObjC, _view: ObjC, _navigation: ObjC) -> None:  # noqa: N802
    """Take note that another document is there."""
    self.kiosk.committed()


def webView_didFinishNavigation_(self: ObjC, _view: ObjC, _navigation: ObjC) -> None:  # noqa: N802
    """Take note that a document is complete."""
    self.kiosk.finished()


def webView_didFailProvisionalNavigation_withError_(  # noqa: N802
    self: ObjC, _view: ObjC, _navigation: ObjC, error: ObjC
) -> None:
    """Take note that a document did not come."""
    self.kiosk.failed(error)


def webView_didFailNavigation_withError_(self: ObjC, _view: ObjC, _navigation: ObjC, error: ObjC) -> None:  # noqa: N802
    """Take note that a document came in part."""
    self.kiosk.failed(error)


def webViewWebContentProcessDidTerminate_(self: ObjC, _view: ObjC) -> None:  # noqa: N802
    """Take note that the process that draws the page ended."""
    self.kiosk.ended()


def _webView_contentRuleListWithIdentifier_performedAction_forURL_(  # noqa: N802
    self: ObjC, _view: ObjC, _identifier: ObjC, action: ObjC, url: ObjC
) -> None:
    """Take note of a sub-resource that our rules refused (WKNavigationDelegatePrivate.h: told where WebKit tells)."""
    if action.blockedLoad():
        self.kiosk.blocked(str(url.absoluteString()))


METHODS: Final = (
    webView_decidePolicyForNavigationAction_decisionHandler_,
    webView_decidePolicyForNavigationResponse_decisionHandler_,
    webView_navigationAction_didBecomeDownload_,
    webView_navigationResponse_didBecomeDownload_,
    webView_didReceiveAuthenticationChallenge_completionHandler_,
    webView_authenticationChallenge_shouldAllowDeprecatedTLS_,
    webView_didCommitNavigation_,
    webView_didFinishNavigation_,
    webView_didFailProvisionalNavigation_withError_,
    webView_didFailNavigation_withError_,
    webViewWebContentProcessDidTerminate_,
    _webView_contentRuleListWithIdentifier_performedAction_forURL_,
)


def _refuse_download(judge: Judge, download: ObjC) -> None:
    download.cancel_(None)
    judge.deny(LockdownFeature.DOWNLOADS)
