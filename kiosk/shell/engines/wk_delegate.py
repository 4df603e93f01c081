"""The delegate of a WKWebView: every question that it asks is answered here, nothing is left to a default.

WebKit waits for each answer, and ends the program if one is missing: `Once` gives the refusal if a decision goes wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.wk_once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

CANCEL, ALLOW = 0, 1
"""WKNavigationActionPolicy and WKNavigationResponsePolicy (WKNavigationDelegate.h)."""

DENY: Final = 2
"""WKPermissionDecisionDeny (WKUIDelegate.h)."""

USE_CREDENTIAL, DEFAULT_HANDLING, CANCEL_CHALLENGE, REJECT_SPACE = 0, 1, 2, 3
"""NSURLSessionAuthChallengeDisposition (NSURLSession.h)."""


_Answer: TypeAlias = tuple[object, ...]


class Judge(Protocol):
    """Who decides: the page that the delegate is for."""

    cocoa: Cocoa

    def may_navigate(self, *, url: str, main_frame: bool) -> bool: ...
    def may_show(self, response: ObjC) -> bool: ...
    def deny(self, feature: str, reason: str = "") -> None: ...
    def no_window(self, *, url: str) -> None: ...
    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None: ...
    def trust(self, space: ObjC) -> tuple[int, ObjC]: ...
    def blocked(self, url: str) -> None: ...
    def committed(self) -> None: ...
    def finished(self) -> None: ...
    def failed(self, error: ObjC) -> None: ...
    def ended(self) -> None: ...


def make_delegate(judge: Judge) -> ObjC:
    """Return a delegate for navigation and for the user interface. A view holds it weakly: who asks keeps it."""
    cocoa = judge.cocoa
    delegate = cocoa.subclass("KioskDelegate", cocoa.NSObject, METHODS).alloc().init()
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
            decide(ALLOW)


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


# ── WKUIDelegate ──


def webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_(  # noqa: N802
    self: ObjC, _view: ObjC, _configuration: ObjC, action: ObjC, _features: ObjC
) -> ObjC:
    """Open no window."""
    self.kiosk.deny(LockdownFeature.NEW_WINDOWS, "open")
    self.kiosk.no_window(url=address(action.request()))
    return None


def webViewDidClose_(self: ObjC, _view: ObjC) -> None:  # noqa: N802
    """Stay where we are when the page closes its window."""
    self.kiosk.deny(LockdownFeature.NEW_WINDOWS, "close")


def webView_runJavaScriptAlertPanelWithMessage_initiatedByFrame_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, message: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Show an alert as a page of ours. The page waits until it is answered."""
    _ask(self.kiosk, "alert", (message, ""), Once(handler), lambda _text: ())


def webView_runJavaScriptConfirmPanelWithMessage_initiatedByFrame_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, message: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Show a question as a page of ours."""
    _ask(self.kiosk, "confirm", (message, ""), Once(handler, False), lambda text: (text is not None,))


def webView_runJavaScriptTextInputPanelWithPrompt_defaultText_initiatedByFrame_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, message: ObjC, default: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Show a question for a text as a page of ours."""
    _ask(self.kiosk, "prompt", (message, default), Once(handler, None), lambda text: (text,))


def webView_runOpenPanelWithParameters_initiatedByFrame_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _parameters: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Choose no file."""
    with Once(handler, None):
        self.kiosk.deny(LockdownFeature.FILE_CHOOSERS)


def webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_(  # noqa: N802
    self: ObjC,
    _view: ObjC,
    _origin: ObjC,
    _frame: ObjC,
    kind: int,
    handler: ObjC,
) -> None:
    """Give no camera and no microphone."""
    with Once(handler, DENY):
        self.kiosk.deny(LockdownFeature.PERMISSIONS, f"media {kind}")


def webView_requestDeviceOrientationAndMotionPermissionForOrigin_initiatedByFrame_decisionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _origin: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Give no sensors."""
    with Once(handler, DENY):
        self.kiosk.deny(LockdownFeature.PERMISSIONS, "motion")


def _webView_printFrame_(self: ObjC, _view: ObjC, _frame: ObjC) -> None:  # noqa: N802
    """Print nothing (WKUIDelegatePrivate.h). Without this method nothing is printed either, but nobody is told."""
    self.kiosk.deny(LockdownFeature.PRINT)


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
    webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_,
    webViewDidClose_,
    webView_runJavaScriptAlertPanelWithMessage_initiatedByFrame_completionHandler_,
    webView_runJavaScriptConfirmPanelWithMessage_initiatedByFrame_completionHandler_,
    webView_runJavaScriptTextInputPanelWithPrompt_defaultText_initiatedByFrame_completionHandler_,
    webView_runOpenPanelWithParameters_initiatedByFrame_completionHandler_,
    webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_,
    webView_requestDeviceOrientationAndMotionPermissionForOrigin_initiatedByFrame_decisionHandler_,
    _webView_printFrame_,
)


def address(request: ObjC) -> str:
    """Return where a request (NSURLRequest) goes, as WebKit normalised it, or nothing."""
    url = request.URL() if request is not None else None
    return str(url.absoluteString()) if url is not None else ""


def _refuse_download(judge: Judge, download: ObjC) -> None:
    download.cancel_(None)
    judge.deny(LockdownFeature.DOWNLOADS)


def _ask(
    judge: Judge, kind: DialogKind, texts: tuple[ObjC, ObjC], answer: Once, shape: Callable[[str | None], _Answer]
) -> None:
    """Have the visitor answer; `answer` is called with what `shape` makes of it, or as for a cancelled one."""
    text, default = (str(each or "") for each in texts)
    try:
        judge.ask(kind=kind, text=text, default=default, answer=lambda typed: answer(*shape(typed)))
    except BaseException:
        answer.give_up()
        raise
