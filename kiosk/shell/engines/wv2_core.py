"""What this program uses of the assembly Microsoft.Web.WebView2.Core: its objects, as protocols.

A protocol has the name of the type, and its members' names and types are the type's own, so that mypy sees to it that
the adapter uses nothing else, and tests/shell/test_wv2_names.py that all of it is in the assembly which pywebview
ships. `Read` marks what cannot be set, and `Static...` what a type itself has: `__call__` is its constructor.
"""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol, Self, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines import wv2_args as args
    from kiosk.shell.engines.wv2_forms import Color, IntPtr, Rectangle

T = TypeVar("T")
A_co = TypeVar("A_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)

Read: TypeAlias = Annotated[T, "cannot be set"]

Value: TypeAlias = object
"""A value of an enumeration. As a text it is its name, or its number if this version has no name for it."""


class Hook(Protocol[A_co]):
    """An event: who is added to it is called with the sender and the arguments."""

    def __iadd__(self, handler: Callable[[object, A_co], None], /) -> Self: ...


class Awaiter(Protocol[T_co]):
    """TaskAwaiter: calls back on the thread that asked, if that has a message loop."""

    def OnCompleted(self, continuation: object, /) -> None: ...


class Task(Protocol[T_co]):
    """System.Threading.Tasks.Task, or Task<T>."""

    IsCompleted: bool
    IsFaulted: bool

    @property
    def Result(self) -> T_co: ...
    def GetAwaiter(self) -> Awaiter[T_co]: ...


class CoreWebView2Settings(Protocol):
    """What a page and its people may: all of it is in wv2_settings."""

    AreBrowserAcceleratorKeysEnabled: bool
    AreDefaultContextMenusEnabled: bool
    AreDefaultScriptDialogsEnabled: bool
    AreDevToolsEnabled: bool
    AreHostObjectsAllowed: bool
    HiddenPdfToolbarItems: Value
    IsBuiltInErrorPageEnabled: bool
    IsGeneralAutofillEnabled: bool
    IsNonClientRegionSupportEnabled: bool
    IsPasswordAutosaveEnabled: bool
    IsPinchZoomEnabled: bool
    IsReputationCheckingRequired: bool
    IsScriptEnabled: bool
    IsStatusBarEnabled: bool
    IsSwipeNavigationEnabled: bool
    IsWebMessageEnabled: bool
    IsZoomControlEnabled: bool


class CoreWebView2Profile(Protocol):
    """Where a page's data is."""

    DefaultDownloadFolderPath: str
    IsGeneralAutofillEnabled: bool
    IsInPrivateModeEnabled: Read[bool]
    IsPasswordAutosaveEnabled: bool
    PreferredTrackingPreventionLevel: Value
    ProfileName: Read[str]


class CoreWebView2DevToolsProtocolEventReceiver(Protocol):
    """One kind of event of the DevTools protocol."""

    DevToolsProtocolEventReceived: Hook[args.CoreWebView2DevToolsProtocolEventReceivedEventArgs]


class CoreWebView2WebResourceResponse(Protocol):
    """An answer of our own to a page's request."""

    StatusCode: int


class CoreWebView2Frame(Protocol):
    """A frame in a page. Its own frames are told of by its FrameCreated."""

    FrameCreated: Hook[args.CoreWebView2FrameCreatedEventArgs]
    NavigationStarting: Hook[args.CoreWebView2NavigationStartingEventArgs]
    PermissionRequested: Hook[args.CoreWebView2PermissionRequestedEventArgs]
    ScreenCaptureStarting: Hook[args.CoreWebView2ScreenCaptureStartingEventArgs]


class CoreWebView2(Protocol):
    """A page."""

    BrowserProcessId: Read[int]
    ContainsFullScreenElement: Read[bool]
    IsDocumentPlayingAudio: Read[bool]
    IsMuted: bool
    Profile: Read[CoreWebView2Profile]
    Settings: Read[CoreWebView2Settings]
    Source: Read[str]

    BasicAuthenticationRequested: Hook[args.CoreWebView2BasicAuthenticationRequestedEventArgs]
    ClientCertificateRequested: Hook[args.CoreWebView2ClientCertificateRequestedEventArgs]
    ContainsFullScreenElementChanged: Hook[object]
    ContextMenuRequested: Hook[args.CoreWebView2ContextMenuRequestedEventArgs]
    DownloadStarting: Hook[args.CoreWebView2DownloadStartingEventArgs]
    FrameCreated: Hook[args.CoreWebView2FrameCreatedEventArgs]
    FrameNavigationStarting: Hook[args.CoreWebView2NavigationStartingEventArgs]
    IsDefaultDownloadDialogOpenChanged: Hook[object]
    IsDocumentPlayingAudioChanged: Hook[object]
    LaunchingExternalUriScheme: Hook[args.CoreWebView2LaunchingExternalUriSchemeEventArgs]
    NavigationCompleted: Hook[args.CoreWebView2NavigationCompletedEventArgs]
    NavigationStarting: Hook[args.CoreWebView2NavigationStartingEventArgs]
    NewWindowRequested: Hook[args.CoreWebView2NewWindowRequestedEventArgs]
    NotificationReceived: Hook[args.CoreWebView2NotificationReceivedEventArgs]
    PermissionRequested: Hook[args.CoreWebView2PermissionRequestedEventArgs]
    ProcessFailed: Hook[args.CoreWebView2ProcessFailedEventArgs]
    SaveAsUIShowing: Hook[args.CoreWebView2SaveAsUIShowingEventArgs]
    SaveFileSecurityCheckStarting: Hook[args.CoreWebView2SaveFileSecurityCheckStartingEventArgs]
    ScreenCaptureStarting: Hook[args.CoreWebView2ScreenCaptureStartingEventArgs]
    ScriptDialogOpening: Hook[args.CoreWebView2ScriptDialogOpeningEventArgs]
    ServerCertificateErrorDetected: Hook[args.CoreWebView2ServerCertificateErrorDetectedEventArgs]
    SourceChanged: Hook[args.CoreWebView2SourceChangedEventArgs]
    WebResourceRequested: Hook[args.CoreWebView2WebResourceRequestedEventArgs]
    WindowCloseRequested: Hook[object]

    def AddWebResourceRequestedFilter(self, uri: str, context: Value, sources: Value, /) -> None: ...
    def CallDevToolsProtocolMethodAsync(self, method: str, parameters: str, /) -> Task[str]: ...
    def CallDevToolsProtocolMethodForSessionAsync(self, session: str, method: str, parameters: str, /) -> Task[str]: ...
    def CloseDefaultDownloadDialog(self) -> None: ...
    def GetDevToolsProtocolEventReceiver(self, event: str, /) -> CoreWebView2DevToolsProtocolEventReceiver: ...
    def Navigate(self, uri: str, /) -> None: ...
    def NavigateToString(self, html: str, /) -> None: ...
    def Stop(self) -> None: ...


class CoreWebView2Controller(Protocol):
    """A page's window, inside a window of ours."""

    AllowExternalDrop: bool
    Bounds: Rectangle
    CoreWebView2: Read[CoreWebView2]
    DefaultBackgroundColor: Color
    IsVisible: bool
    ShouldDetectMonitorScaleChanges: bool
    ZoomFactor: float

    AcceleratorKeyPressed: Hook[args.CoreWebView2AcceleratorKeyPressedEventArgs]
    MoveFocusRequested: Hook[args.CoreWebView2MoveFocusRequestedEventArgs]
    ZoomFactorChanged: Hook[object]

    def MoveFocus(self, reason: Value, /) -> None: ...


class CoreWebView2ControllerOptions(Protocol):
    """What cannot be changed after a page's window is there."""

    AllowHostInputProcessing: bool
    DefaultBackgroundColor: Color
    IsInPrivateModeEnabled: bool
    ProfileName: str
    ScriptLocale: str


class CoreWebView2EnvironmentOptions(Protocol):
    """What cannot be changed after the browser's process is there."""

    AreBrowserExtensionsEnabled: bool
    EnableTrackingPrevention: bool
    ExclusiveUserDataFolderAccess: bool
    IsCustomCrashReportingEnabled: bool


class CoreWebView2Environment(Protocol):
    """A browser's process, with its folder."""

    BrowserVersionString: Read[str]
    UserDataFolder: Read[str]

    BrowserProcessExited: Hook[args.CoreWebView2BrowserProcessExitedEventArgs]

    def CreateCoreWebView2ControllerAsync(
        self, window: IntPtr, options: CoreWebView2ControllerOptions, /
    ) -> Task[CoreWebView2Controller]: ...
    def CreateCoreWebView2ControllerOptions(self) -> CoreWebView2ControllerOptions: ...
    def CreateWebResourceResponse(
        self, content: None, status: int, reason: str, headers: str, /
    ) -> CoreWebView2WebResourceResponse: ...


class StaticCoreWebView2Environment(Protocol):
    """The type itself."""

    def CreateAsync(
        self, browser: str | None, data: str, options: CoreWebView2EnvironmentOptions, /
    ) -> Task[CoreWebView2Environment]: ...
    def GetAvailableBrowserVersionString(self, browser: str | None, /) -> str | None: ...
    def SetLoaderDllFolderPath(self, folder: str, /) -> None: ...


class StaticCoreWebView2EnvironmentOptions(Protocol):
    """The type itself."""

    def __call__(
        self,
        arguments: str,
        language: str,
        browser: str | None,
        sign_in: bool,  # noqa: FBT001 - .NET has no names for arguments
        schemes: None,
        /,
    ) -> CoreWebView2EnvironmentOptions: ...


# ── enumerations ──


class CoreWebView2MoveFocusReason(Protocol):
    """Why a page gets the focus."""

    Next: Value
    Previous: Value
    Programmatic: Value


class CoreWebView2PdfToolbarItems(Protocol):
    """The buttons of the PDF reader, should it ever show."""

    Bookmarks: Value
    FitPage: Value
    FullScreen: Value
    MoreSettings: Value
    PageLayout: Value
    PageSelector: Value
    Print: Value
    Rotate: Value
    Save: Value
    SaveAs: Value
    Search: Value
    ZoomIn: Value
    ZoomOut: Value


class CoreWebView2PermissionState(Protocol):
    """What becomes of a permission."""

    Deny: Value


class CoreWebView2ServerCertificateErrorAction(Protocol):
    """What becomes of a server that cannot prove who it is. There is one that goes on, which is not here."""

    Cancel: Value


class CoreWebView2TrackingPreventionLevel(Protocol):
    """What trackers may."""

    # mypy has no way to write the name None.
    Basic: Value


class CoreWebView2WebResourceContext(Protocol):
    """What a request is for."""

    All: Value


class CoreWebView2WebResourceRequestSourceKinds(Protocol):
    """Who asks: a document or a worker."""

    All: Value


class Core(Protocol):
    """The namespace."""

    CoreWebView2Environment: StaticCoreWebView2Environment
    CoreWebView2EnvironmentOptions: StaticCoreWebView2EnvironmentOptions
    CoreWebView2MoveFocusReason: CoreWebView2MoveFocusReason
    CoreWebView2PdfToolbarItems: CoreWebView2PdfToolbarItems
    CoreWebView2PermissionState: CoreWebView2PermissionState
    CoreWebView2ServerCertificateErrorAction: CoreWebView2ServerCertificateErrorAction
    CoreWebView2TrackingPreventionLevel: CoreWebView2TrackingPreventionLevel
    CoreWebView2WebResourceContext: CoreWebView2WebResourceContext
    CoreWebView2WebResourceRequestSourceKinds: CoreWebView2WebResourceRequestSourceKinds
