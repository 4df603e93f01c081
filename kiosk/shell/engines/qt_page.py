"""The page of Qt WebEngine: every question that it asks is answered here, nothing is left to a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEventLoop, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDesktopMediaRequest,
    QWebEngineDownloadRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineQuotaRequest,
    QWebEngineRegisterProtocolHandlerRequest,
    QWebEngineWebAuthUxRequest,
)

from kiosk.core.lockdown import LockdownFeature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtNetwork import QAuthenticator

    from kiosk.shell.engines.dialogs import DialogKind


_LEAVING = "Are you sure you want to leave this page? Changes that you made may not be saved."
"""How Qt WebEngine words a `beforeunload` (javascript_dialog_manager_qt.cpp), while no translation is installed."""


class Judge(Protocol):
    """Who decides: the engine adapter."""

    def may_navigate(self, *, url: str, main_frame: bool, kind: QWebEnginePage.NavigationType) -> bool: ...
    def deny(self, feature: str, reason: str = "") -> None: ...
    def no_window(self, *, url: str) -> None: ...
    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None: ...
    def heard(self, text: str) -> None: ...


class Page(QWebEnginePage):
    """A page that may show itself, and nothing else."""

    def __init__(self, profile: QWebEngineProfile, judge: Judge) -> None:
        """Ask `judge` what this page may."""
        super().__init__(profile)
        self._judge = judge
        self.permissionRequested.connect(self._deny_permission)
        self.fullScreenRequested.connect(self._deny_full_screen)
        self.desktopMediaRequested.connect(self._deny_desktop_media)
        self.fileSystemAccessRequested.connect(self._deny_file_system)
        self.quotaRequested.connect(self._deny_quota)
        self.registerProtocolHandlerRequested.connect(self._deny_protocol_handler)
        self.certificateError.connect(self._reject_certificate)
        self.selectClientCertificate.connect(self._select_no_certificate)
        self.authenticationRequired.connect(self._cancel_authentication)
        self.proxyAuthenticationRequired.connect(self._cancel_proxy_authentication)
        self.webAuthUxRequested.connect(self._cancel_web_authn)
        self.printRequested.connect(self._ignore_print)
        self.printRequestedByFrame.connect(self._ignore_print)
        self.newWindowRequested.connect(self._open_no_window)
        self.windowCloseRequested.connect(self._ignore_close)

    # ── virtual methods that Qt calls ──

    def acceptNavigationRequest(  # noqa: N802 - Qt's name
        self,
        url: QUrl | str,
        type: QWebEnginePage.NavigationType,  # noqa: A002 - Qt's name
        isMainFrame: bool,  # noqa: FBT001, N803 - Qt's signature
        /,
    ) -> bool:
        return self._judge.may_navigate(url=encoded(url), main_frame=isMainFrame, kind=type)

    def createWindow(self, type: QWebEnginePage.WebWindowType, /) -> QWebEnginePage:  # noqa: A002, N802
        self._judge.deny(LockdownFeature.NEW_WINDOWS, type.name)
        return None  # type: ignore[return-value] # Qt's way to say no; its stub does not know

    def chooseFiles(  # noqa: N802
        self,
        mode: QWebEnginePage.FileSelectionMode,
        oldFiles: Sequence[str],  # noqa: ARG002, N803
        acceptedMimeTypes: Sequence[str],  # noqa: ARG002, N803
        /,
    ) -> list[str]:
        self._judge.deny(LockdownFeature.FILE_CHOOSERS, mode.name)
        return []

    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str, /) -> None:  # noqa: ARG002, N802, N803
        self._ask("alert", msg)

    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str, /) -> bool:  # noqa: ARG002, N802, N803
        # Qt asks in the same way whether people want to leave a page: they do, and are not asked.
        return msg == _LEAVING or self._ask("confirm", msg) is not None

    def javaScriptPrompt(  # noqa: N802
        self,
        securityOrigin: QUrl | str,  # noqa: ARG002, N803
        msg: str,
        defaultValue: str,  # noqa: N803
        /,
    ) -> tuple[bool, str]:
        answer = self._ask("prompt", msg, defaultValue)
        return answer is not None, answer or ""

    def _ask(self, kind: DialogKind, text: str, default: str = "") -> str | None:
        """Wait for the answer, while everything but the page goes on: Chromium waits for us."""
        answers: list[str | None] = []
        loop = QEventLoop()

        def answered(answer: str | None) -> None:
            answers.append(answer)
            loop.quit()

        self._judge.ask(kind=kind, text=text, default=default, answer=answered)
        if not answers:
            loop.exec()
        return answers[0] if answers else None

    def javaScriptConsoleMessage(  # noqa: N802
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,  # noqa: ARG002
        message: str,
        lineNumber: int,  # noqa: ARG002, N803
        sourceID: str,  # noqa: ARG002, N803
        /,
    ) -> None:
        self._judge.heard(message)  # never logged: pages write tokens there

    # ── signals ──

    def _open_no_window(self, request: QWebEngineNewWindowRequest) -> None:
        """Say which address it was about: Qt does not tell `createWindow`, which it asks first."""
        if request.isUserInitiated():
            self._judge.no_window(url=encoded(request.requestedUrl()))

    def refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        """Cancel a download; for the profile's signal."""
        download.cancel()
        self._judge.deny(LockdownFeature.DOWNLOADS)

    def _deny_permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        self._judge.deny(LockdownFeature.PERMISSIONS, permission.permissionType().name)

    def _deny_full_screen(self, request: QWebEngineFullScreenRequest) -> None:
        request.reject()
        self._judge.deny(LockdownFeature.FULLSCREEN_REQUESTS)

    def _deny_desktop_media(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()
        self._judge.deny(LockdownFeature.PERMISSIONS, "DesktopMedia")

    def _deny_file_system(self, request: QWebEngineFileSystemAccessRequest) -> None:
        request.reject()
        self._judge.deny(LockdownFeature.PERMISSIONS, "FileSystem")

    def _deny_quota(self, request: QWebEngineQuotaRequest) -> None:
        request.reject()
        self._judge.deny(LockdownFeature.PERMISSIONS, "Quota")

    def _deny_protocol_handler(self, request: QWebEngineRegisterProtocolHandlerRequest) -> None:
        request.reject()
        self._judge.deny(LockdownFeature.EXTERNAL_SCHEMES, "handler")

    def _reject_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self._judge.deny(LockdownFeature.TLS_ERRORS, error.type().name)

    def _select_no_certificate(self, selection: QWebEngineClientCertificateSelection) -> None:
        selection.selectNone()
        self._judge.deny(LockdownFeature.AUTHENTICATION, "client certificate")

    def _cancel_authentication(self, _url: QUrl, _authenticator: QAuthenticator) -> None:
        self._judge.deny(LockdownFeature.AUTHENTICATION, "http")  # an authenticator that stays empty cancels

    def _cancel_proxy_authentication(self, _url: QUrl, _authenticator: QAuthenticator, _host: str) -> None:
        self._judge.deny(LockdownFeature.AUTHENTICATION, "proxy")

    def _cancel_web_authn(self, request: QWebEngineWebAuthUxRequest) -> None:
        request.cancel()
        self._judge.deny(LockdownFeature.AUTHENTICATION, "security key")

    def _ignore_print(self) -> None:
        self._judge.deny(LockdownFeature.PRINT)

    def _ignore_close(self) -> None:
        self._judge.deny(LockdownFeature.NEW_WINDOWS, "close")


def encoded(url: QUrl | str) -> str:
    """Return `url` as it goes over the wire."""
    return QUrl(url).toString(QUrl.ComponentFormattingOption.FullyEncoded)
