"""What this program uses of the assembly Microsoft.Web.WebView2.Core: the arguments of its events. See wv2_core."""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.shell.engines.wv2_core import CoreWebView2Frame, CoreWebView2WebResourceResponse, Read, Value


class CoreWebView2Deferral(Protocol):
    """Keeps a page waiting until it is completed."""

    def Complete(self) -> None: ...


class CoreWebView2AcceleratorKeyPressedEventArgs(Protocol):
    """A key that could be a command."""

    Handled: bool
    IsBrowserAcceleratorKeyEnabled: bool
    KeyEventKind: Read[Value]
    VirtualKey: Read[int]


class CoreWebView2BasicAuthenticationRequestedEventArgs(Protocol):
    """A server, or a proxy, wants a name and a password."""

    Cancel: bool
    Uri: Read[str]
    Response: Read[CoreWebView2BasicAuthenticationResponse]


class CoreWebView2BasicAuthenticationResponse(Protocol):
    """A name and a password."""

    Password: str
    UserName: str


class CoreWebView2BrowserProcessExitedEventArgs(Protocol):
    """The process of the browser ended."""

    BrowserProcessExitKind: Read[Value]


class CoreWebView2ClientCertificateRequestedEventArgs(Protocol):
    """A server wants a certificate of ours."""

    Handled: bool


class CoreWebView2ContextMenuRequestedEventArgs(Protocol):
    """A menu is about to come."""

    Handled: bool


class CoreWebView2DevToolsProtocolEventReceivedEventArgs(Protocol):
    """Something happened, in JSON; in a frame's or a worker's process of its own if there is a session."""

    ParameterObjectAsJson: Read[str]
    SessionId: Read[str]


class CoreWebView2DownloadStartingEventArgs(Protocol):
    """A file is about to be saved."""

    Cancel: bool
    Handled: bool


class CoreWebView2FrameCreatedEventArgs(Protocol):
    """A frame is there."""

    Frame: Read[CoreWebView2Frame]


class CoreWebView2LaunchingExternalUriSchemeEventArgs(Protocol):
    """An app is about to be started."""

    Cancel: bool
    Uri: Read[str]


class CoreWebView2MoveFocusRequestedEventArgs(Protocol):
    """Tab leaves the page."""

    Handled: bool
    Reason: Read[Value]


class CoreWebView2NavigationCompletedEventArgs(Protocol):
    """A page was loaded, or was not."""

    HttpStatusCode: Read[int]
    IsSuccess: Read[bool]
    NavigationId: Read[int]
    WebErrorStatus: Read[Value]


class CoreWebView2NavigationStartingEventArgs(Protocol):
    """A frame is about to go somewhere, or is redirected."""

    Cancel: bool
    IsRedirected: Read[bool]
    NavigationId: Read[int]
    Uri: Read[str]


class CoreWebView2NewWindowRequestedEventArgs(Protocol):
    """A page wants a window. Handled without one, it gets none."""

    Handled: bool
    IsUserInitiated: Read[bool]
    Uri: Read[str]


class CoreWebView2NotificationReceivedEventArgs(Protocol):
    """A page wants to tell something on the desktop."""

    Handled: bool


class CoreWebView2PermissionRequestedEventArgs(Protocol):
    """A page wants more than a page has. Of a frame's request, `Handled` keeps it from the page's event."""

    Handled: bool
    PermissionKind: Read[Value]
    SavesInProfile: bool
    State: Value


class CoreWebView2ProcessFailedEventArgs(Protocol):
    """A process ended, or does not answer."""

    ProcessFailedKind: Read[Value]
    Reason: Read[Value]


class CoreWebView2SaveAsUIShowingEventArgs(Protocol):
    """A page is about to be saved."""

    Cancel: bool
    SuppressDefaultDialog: bool


class CoreWebView2SaveFileSecurityCheckStartingEventArgs(Protocol):
    """A file is about to be written."""

    CancelSave: bool


class CoreWebView2ScreenCaptureStartingEventArgs(Protocol):
    """A page wants to see the screen."""

    Cancel: bool
    Handled: bool


class CoreWebView2ScriptDialogOpeningEventArgs(Protocol):
    """A page asks something. Who does not accept has said no."""

    DefaultText: Read[str]
    Kind: Read[Value]
    Message: Read[str]
    ResultText: str

    def Accept(self) -> None: ...
    def GetDeferral(self) -> CoreWebView2Deferral: ...


class CoreWebView2ServerCertificateErrorDetectedEventArgs(Protocol):
    """A server cannot prove who it is."""

    Action: Value
    ErrorStatus: Read[Value]


class CoreWebView2SourceChangedEventArgs(Protocol):
    """The page's address is another."""

    IsNewDocument: Read[bool]


class CoreWebView2WebResourceRequest(Protocol):
    """A request."""

    Uri: str


class CoreWebView2WebResourceRequestedEventArgs(Protocol):
    """A page is about to request something. With a response set, it gets that."""

    Request: Read[CoreWebView2WebResourceRequest]
    ResourceContext: Read[Value]
    Response: CoreWebView2WebResourceResponse
