"""What a page asks the person before it, by WKUIDelegate: a part of the delegate of a WKWebView (wk_delegate)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.wk_once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wk_cocoa import ObjC
    from kiosk.shell.engines.wk_delegate import Judge

DENY: Final = 2
"""WKPermissionDecisionDeny (WKUIDelegate.h)."""

_Answer: TypeAlias = tuple[object, ...]


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


def _webView_requestGeolocationPermissionForFrame_decisionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Tell no place (WKUIDelegatePrivate.h, as all that follows)."""
    with Once(handler, False):
        self.kiosk.deny(LockdownFeature.PERMISSIONS, "geolocation")


def _webView_requestNotificationPermissionForSecurityOrigin_decisionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _origin: ObjC, handler: ObjC
) -> None:
    """Show no notifications."""
    with Once(handler, False):
        self.kiosk.deny(LockdownFeature.PERMISSIONS, "notifications")


def _webView_requestStorageAccessPanelForDomain_underCurrentDomain_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _asking: ObjC, _current: ObjC, handler: ObjC
) -> None:
    """Share no cookies between sites."""
    with Once(handler, False):
        self.kiosk.deny(LockdownFeature.PERMISSIONS, "storage access")


def _webView_runBeforeUnloadConfirmPanelWithMessage_initiatedByFrame_completionHandler_(  # noqa: N802
    self: ObjC, _view: ObjC, _message: ObjC, _frame: ObjC, handler: ObjC
) -> None:
    """Let the page go, although it asks people to stay."""
    with Once(handler, True) as answer:
        answer(self.kiosk.may_leave())


def _webView_printFrame_(self: ObjC, _view: ObjC, _frame: ObjC) -> None:  # noqa: N802
    """Print nothing. Without this method nothing is printed either, but nobody is told."""
    self.kiosk.deny(LockdownFeature.PRINT)


METHODS: Final = (
    webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_,
    webViewDidClose_,
    webView_runJavaScriptAlertPanelWithMessage_initiatedByFrame_completionHandler_,
    webView_runJavaScriptConfirmPanelWithMessage_initiatedByFrame_completionHandler_,
    webView_runJavaScriptTextInputPanelWithPrompt_defaultText_initiatedByFrame_completionHandler_,
    webView_runOpenPanelWithParameters_initiatedByFrame_completionHandler_,
    webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_,
    webView_requestDeviceOrientationAndMotionPermissionForOrigin_initiatedByFrame_decisionHandler_,
    _webView_requestGeolocationPermissionForFrame_decisionHandler_,
    _webView_requestNotificationPermissionForSecurityOrigin_decisionHandler_,
    _webView_requestStorageAccessPanelForDomain_underCurrentDomain_completionHandler_,
    _webView_runBeforeUnloadConfirmPanelWithMessage_initiatedByFrame_completionHandler_,
    _webView_printFrame_,
)


def address(request: ObjC) -> str:
    """Return where a request (NSURLRequest) goes, as WebKit normalised it, or nothing."""
    url = request.URL() if request is not None else None
    return str(url.absoluteString()) if url is not None else ""


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
