"""A page of WebView2: every question that it asks is answered here, nothing is left to a default.

Each handler refuses first and asks then, so that an error of ours leaves the page without what it wanted.
"""

# ruff: noqa: ARG002 - .NET passes the sender of each event

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.wv2_devtools import DevTools
from kiosk.shell.engines.wv2_wire import CoreWire

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines import wv2_args as args
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wv2_core import CoreWebView2, CoreWebView2Controller, CoreWebView2Environment
    from kiosk.shell.engines.wv2_runtime import Dotnet
    from kiosk.shell.engines.wv2_tasks import Post

_DIALOGS: Final[dict[str, DialogKind]] = {"Alert": "alert", "Confirm": "confirm", "Prompt": "prompt"}

_OF_OTHERS: Final = frozenset(
    {"GpuProcessExited", "UtilityProcessExited", "SandboxHelperProcessExited", "PpapiPluginProcessExited"}
)
"""Processes that the browser starts again by itself."""


class Judge(Protocol):
    """Who decides: the visit's page, or a pane of our own."""

    def may_navigate(self, *, url: str, main_frame: bool, redirected: bool, number: int) -> bool: ...
    def may_load(self, *, url: str) -> bool: ...
    def deny(self, feature: str, reason: str = "") -> None: ...
    def no_window(self, *, url: str) -> None: ...
    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None: ...
    def may_leave(self) -> bool: ...
    def heard(self, text: str) -> None: ...
    def completed(self, done: args.CoreWebView2NavigationCompletedEventArgs) -> None: ...
    def moved(self, url: str) -> None: ...
    def plays(self, *, sound: bool) -> None: ...
    def no_page(self) -> None: ...
    def process_failed(self, reason: str) -> None: ...
    def proxy_password(self, url: str) -> tuple[str, str] | None: ...


class Page:
    """A page that may show itself, and nothing else."""

    def __init__(
        self,
        dotnet: Dotnet,
        environment: CoreWebView2Environment,
        controller: CoreWebView2Controller,
        *,
        judge: Judge,
        post: Post,
    ) -> None:
        """Ask `judge` what this page may; `post` is the engine's."""
        self._dotnet = dotnet
        self._environment = environment
        self._judge = judge
        self.controller = controller
        self.core = controller.CoreWebView2
        self._answer_requests(self.core)
        self._answer_dialogs(self.core)
        self._answer_files(self.core)
        self._tell(self.core)
        self.devtools = DevTools(
            CoreWire(dotnet, self.core, post=post),
            heard=judge.heard,
            file_chooser=lambda: judge.deny(LockdownFeature.FILE_CHOOSERS),
            dragged=lambda: judge.deny(LockdownFeature.DRAG_AND_DROP),
            printed=lambda: judge.deny(LockdownFeature.PRINT),
            reads_pdf=self._pdf,
        )

    def _answer_requests(self, core: CoreWebView2) -> None:
        core.NavigationStarting += self._navigation
        core.FrameNavigationStarting += self._frame_navigation
        core.FrameCreated += self._frame_created
        core.NewWindowRequested += self._new_window
        core.WindowCloseRequested += self._close
        core.LaunchingExternalUriScheme += self._external
        core.WebResourceRequested += self._resource
        kinds = self._dotnet.core
        core.AddWebResourceRequestedFilter(
            "*", kinds.CoreWebView2WebResourceContext.All, kinds.CoreWebView2WebResourceRequestSourceKinds.All
        )

    def _answer_dialogs(self, core: CoreWebView2) -> None:
        core.PermissionRequested += self._permission
        core.ScreenCaptureStarting += self._screen_capture
        core.NotificationReceived += self._notification
        core.ScriptDialogOpening += self._dialog
        core.ContextMenuRequested += self._context_menu
        core.BasicAuthenticationRequested += self._basic_authentication
        core.ClientCertificateRequested += self._client_certificate
        core.ServerCertificateErrorDetected += self._certificate
        core.ContainsFullScreenElementChanged += self._full_screen

    def _answer_files(self, core: CoreWebView2) -> None:
        core.DownloadStarting += self._download
        core.IsDefaultDownloadDialogOpenChanged += self._download_dialog
        core.SaveAsUIShowing += self._save_as
        core.SaveFileSecurityCheckStarting += self._save_file

    def _tell(self, core: CoreWebView2) -> None:
        core.NavigationCompleted += self._completed
        core.SourceChanged += self._source_changed
        core.IsDocumentPlayingAudioChanged += self._audio
        core.ProcessFailed += self._process_failed
        self.controller.AcceleratorKeyPressed += self._accelerator
        self.controller.ZoomFactorChanged += self._zoomed

    # ── where it goes ──

    def _navigation(self, sender: object, event: args.CoreWebView2NavigationStartingEventArgs) -> None:
        event.Cancel = True
        event.Cancel = not self._judge.may_navigate(
            url=event.Uri, main_frame=True, redirected=event.IsRedirected, number=event.NavigationId
        )

    def _frame_navigation(self, sender: object, event: args.CoreWebView2NavigationStartingEventArgs) -> None:
        event.Cancel = True
        event.Cancel = not self._judge.may_navigate(
            url=event.Uri, main_frame=False, redirected=event.IsRedirected, number=event.NavigationId
        )

    def _frame_created(self, sender: object, event: args.CoreWebView2FrameCreatedEventArgs) -> None:
        """Watch a frame. One in a frame is told of by that alone, and the page's events do not have it."""
        frame = event.Frame
        frame.PermissionRequested += self._permission
        frame.ScreenCaptureStarting += self._screen_capture
        frame.FrameCreated += self._inner_frame_created

    def _inner_frame_created(self, sender: object, event: args.CoreWebView2FrameCreatedEventArgs) -> None:
        event.Frame.NavigationStarting += self._frame_navigation
        self._frame_created(sender, event)

    def _new_window(self, sender: object, event: args.CoreWebView2NewWindowRequestedEventArgs) -> None:
        event.Handled = True  # and no window of ours: then there is none
        self._judge.deny(LockdownFeature.NEW_WINDOWS)
        if event.IsUserInitiated:
            self._judge.no_window(url=event.Uri)

    def _close(self, sender: object, event: object) -> None:
        self._judge.deny(LockdownFeature.NEW_WINDOWS, "close")

    def _external(self, sender: object, event: args.CoreWebView2LaunchingExternalUriSchemeEventArgs) -> None:
        event.Cancel = True
        self._judge.deny(LockdownFeature.EXTERNAL_SCHEMES)

    def _resource(self, sender: object, event: args.CoreWebView2WebResourceRequestedEventArgs) -> None:
        if str(event.ResourceContext) == "Document":
            return  # a navigation, which was asked about
        if not self._judge.may_load(url=event.Request.Uri):
            event.Response = self._environment.CreateWebResourceResponse(None, 403, "Blocked", "")

    # ── what it asks ──

    def _permission(self, sender: object, event: args.CoreWebView2PermissionRequestedEventArgs) -> None:
        event.State = self._dotnet.core.CoreWebView2PermissionState.Deny
        event.SavesInProfile = False
        event.Handled = True  # a frame's: the page's event would have it, too
        self._judge.deny(LockdownFeature.PERMISSIONS, str(event.PermissionKind))

    def _screen_capture(self, sender: object, event: args.CoreWebView2ScreenCaptureStartingEventArgs) -> None:
        event.Cancel = True
        event.Handled = True
        self._judge.deny(LockdownFeature.PERMISSIONS, "ScreenCapture")

    def _notification(self, sender: object, event: args.CoreWebView2NotificationReceivedEventArgs) -> None:
        event.Handled = True  # and nothing is shown
        self._judge.deny(LockdownFeature.PERMISSIONS, "Notification")

    def _dialog(self, sender: object, event: args.CoreWebView2ScriptDialogOpeningEventArgs) -> None:
        """Answer a dialog. Who does not accept cancels: so does an error of ours."""
        kind = _DIALOGS.get(str(event.Kind))
        if kind is None:
            if str(event.Kind) == "Beforeunload" and self._judge.may_leave():
                event.Accept()
            else:
                self._judge.deny(LockdownFeature.SCRIPT_DIALOGS, str(event.Kind))
            return
        waiting = event.GetDeferral()

        def answered(text: str | None) -> None:
            if text is not None:
                event.ResultText = text
                event.Accept()
            waiting.Complete()

        self._judge.ask(kind=kind, text=event.Message, default=event.DefaultText, answer=answered)

    def _context_menu(self, sender: object, event: args.CoreWebView2ContextMenuRequestedEventArgs) -> None:
        event.Handled = True  # and nothing was chosen
        self._judge.deny(LockdownFeature.CONTEXT_MENU)

    def _basic_authentication(
        self, sender: object, event: args.CoreWebView2BasicAuthenticationRequestedEventArgs
    ) -> None:
        event.Cancel = True
        if (known := self._judge.proxy_password(event.Uri)) is not None:
            event.Response.UserName, event.Response.Password = known
            event.Cancel = False
            return
        self._judge.deny(LockdownFeature.AUTHENTICATION, "http")

    def _client_certificate(self, sender: object, event: args.CoreWebView2ClientCertificateRequestedEventArgs) -> None:
        event.Handled = True  # and none was chosen: the server gets none
        self._judge.deny(LockdownFeature.AUTHENTICATION, "client certificate")

    def _certificate(self, sender: object, event: args.CoreWebView2ServerCertificateErrorDetectedEventArgs) -> None:
        event.Action = self._dotnet.core.CoreWebView2ServerCertificateErrorAction.Cancel
        self._judge.deny(LockdownFeature.TLS_ERRORS, str(event.ErrorStatus))

    def _full_screen(self, sender: object, event: object) -> None:
        """Take an element out of the full page, which is as far as it gets: the window stays as it is."""
        if self.core.ContainsFullScreenElement:
            self.devtools.run("document.exitFullscreen();")
            self._judge.deny(LockdownFeature.FULLSCREEN_REQUESTS)

    # ── files ──

    def _download(self, sender: object, event: args.CoreWebView2DownloadStartingEventArgs) -> None:
        event.Cancel = True
        event.Handled = True  # no list of downloads either
        self._judge.deny(LockdownFeature.DOWNLOADS)

    def _download_dialog(self, sender: object, event: object) -> None:
        self.core.CloseDefaultDownloadDialog()

    def _save_as(self, sender: object, event: args.CoreWebView2SaveAsUIShowingEventArgs) -> None:
        event.SuppressDefaultDialog = True
        event.Cancel = True
        self._judge.deny(LockdownFeature.DOWNLOADS, "save as")

    def _save_file(self, sender: object, event: args.CoreWebView2SaveFileSecurityCheckStartingEventArgs) -> None:
        event.CancelSave = True
        self._judge.deny(LockdownFeature.DOWNLOADS, "save")

    # ── what happens ──

    def _completed(self, sender: object, event: args.CoreWebView2NavigationCompletedEventArgs) -> None:
        self._judge.completed(event)

    def _source_changed(self, sender: object, event: args.CoreWebView2SourceChangedEventArgs) -> None:
        self._judge.moved(self.core.Source)

    def _audio(self, sender: object, event: object) -> None:
        self._judge.plays(sound=self.core.IsDocumentPlayingAudio)

    def _process_failed(self, sender: object, event: args.CoreWebView2ProcessFailedEventArgs) -> None:
        kind = str(event.ProcessFailedKind)
        if kind == "RenderProcessUnresponsive":
            self._judge.process_failed("hung")
        elif kind not in _OF_OTHERS:
            self._judge.process_failed(str(event.Reason).lower())

    def _accelerator(self, sender: object, event: args.CoreWebView2AcceleratorKeyPressedEventArgs) -> None:
        """Take from the browser, not from the page, what is left of the keys: wv2_people dropped its commands."""
        event.IsBrowserAcceleratorKeyEnabled = False

    def _pdf(self) -> None:
        """Have no PDF read here: it may have come by an address that was allowed, in the place of a page."""
        self._judge.deny(LockdownFeature.BUILT_IN_PAGES, "pdf")
        self.core.Stop()
        self._judge.no_page()

    def _zoomed(self, sender: object, event: object) -> None:
        if self.controller.ZoomFactor != 1.0:
            self.controller.ZoomFactor = 1.0
            self._judge.deny(LockdownFeature.ZOOM)
