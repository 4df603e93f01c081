"""Every switch of WebView2, set explicitly, each with its reason, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.shell.engines import chromium

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.shell.engines.wv2_core import (
        Core,
        CoreWebView2,
        CoreWebView2Controller,
        CoreWebView2ControllerOptions,
        CoreWebView2EnvironmentOptions,
        Value,
    )
    from kiosk.shell.engines.wv2_forms import Color

SETTINGS: Final = {
    # what pages need
    "IsScriptEnabled": True,
    # what they must not have
    "AreBrowserAcceleratorKeysEnabled": False,
    "AreDefaultContextMenusEnabled": False,
    "AreDefaultScriptDialogsEnabled": False,  # ScriptDialogOpening asks us instead
    "AreDevToolsEnabled": False,
    "AreHostObjectsAllowed": False,
    "IsBuiltInErrorPageEnabled": False,  # it shows addresses, and offers a game and a search
    "IsGeneralAutofillEnabled": False,
    "IsNonClientRegionSupportEnabled": False,  # a page could drag the window
    "IsPasswordAutosaveEnabled": False,
    "IsPinchZoomEnabled": False,
    "IsReputationCheckingRequired": False,  # it tells Microsoft the addresses, tokens and all; we have an allow-list
    "IsStatusBarEnabled": False,  # it shows addresses
    "IsSwipeNavigationEnabled": False,
    "IsWebMessageEnabled": False,  # no bridge: what we hear comes from a world that pages cannot reach
    "IsZoomControlEnabled": False,
}

PDF_BUTTONS: Final = (
    "Bookmarks",
    "FitPage",
    "FullScreen",
    "MoreSettings",
    "PageLayout",
    "PageSelector",
    "Print",
    "Rotate",
    "Save",
    "SaveAs",
    "Search",
    "ZoomIn",
    "ZoomOut",
)

_DISABLED_FEATURES: Final = (
    "WebPayments",  # a sheet of the browser's own
    "msSmartScreenProtection",
    "CalculateNativeWinOcclusion",  # a spare lies below another window, and has to draw all the same
    "ElasticOverscroll",  # a page that can be pulled off its edge looks broken
)

_ENABLED_FEATURES: Final = (
    # Edge's own name: what resolves to an address inside the venue is asked for as a permission, which is refused.
    "msWebViewAllowLocalNetworkAccessChecks",
)

_DISABLED_IN_PAGES: Final = (
    # Each of these brings a window of Windows' own, or of Edge's, over ours.
    "FileSystemAccessLocal",
    "Presentation",
    "RemotePlayback",
    "Serial",
    "WebAuth",
    "WebBluetooth",
    "WebHID",
    "WebShare",
    "WebUSB",
    "PictureInPictureAPI",
    "DocumentPictureInPictureAPI",
)
"""Names of blink's runtime_enabled_features.json5. One that a version does not know does nothing there."""

FLAGS: Final = (
    *chromium.SWITCHES,
    "--disable-backgrounding-occluded-windows",  # for the spare, too
    "--disable-renderer-backgrounding",
    "--auth-schemes=basic",  # the rest would answer with the account of the terminal, and basic is refused
    chromium.without_features(*_DISABLED_FEATURES),
    "--enable-features=" + ",".join(_ENABLED_FEATURES),
    "--disable-blink-features=" + ",".join(_DISABLED_IN_PAGES),
)

FORBIDDEN: Final = (
    "--remote-debugging",  # -port, -pipe, -address, -socket-name
    "--remote-allow-origins",
    "--auto-open-devtools-for-tabs",
    "--no-sandbox",
    "--single-process",
    "--disable-web-security",
    "--disable-site-isolation",
    "--ignore-certificate-errors",
    "--allow-file-access-from-files",
    "--allow-insecure-localhost",
    "--load-extension",
    "--host-resolver-rules",
    "--proxy-pac-url",
    "--ssl-key-log-file",
    "--enable-logging",
    "--log-net-log",
    "--wait-for-debugger",
)
"""Switches, by how they begin, with which no page is loaded: who else than us could have given them."""


def arguments(*, proxy_server: str) -> str:
    """Return what the browser is started with; `proxy_server` is `host:port`, or empty."""
    proxy = (f"--proxy-server=http://{proxy_server}",) if proxy_server else ("--no-proxy-server",)
    return " ".join((*FLAGS, *proxy))


def forbidden_in(command_line: str) -> list[str]:
    """Return the forbidden switches that a browser was started with."""
    given = [part.strip('"').lower() for part in command_line.split()]
    return [switch for switch in FORBIDDEN if any(part.startswith(switch) for part in given)]


def set_environment(options: CoreWebView2EnvironmentOptions) -> None:
    """Set what the whole browser has."""
    options.AreBrowserExtensionsEnabled = False
    options.EnableTrackingPrevention = True
    options.ExclusiveUserDataFolderAccess = True  # no other program shares the visit's browser
    options.IsCustomCrashReportingEnabled = True  # ours: none, and none of Microsoft's either


def set_options(options: CoreWebView2ControllerOptions, *, profile: str, language: str, background: Color) -> bool:
    """Set what a page has from its first moment; return whether it reads as it was set."""
    options.ProfileName = profile
    options.IsInPrivateModeEnabled = True
    options.ScriptLocale = language
    options.DefaultBackgroundColor = background
    options.AllowHostInputProcessing = True  # what people do passes through this process first: see wv2_people
    return bool(options.IsInPrivateModeEnabled and options.AllowHostInputProcessing)


def set_all(core: Core, page: CoreWebView2, controller: CoreWebView2Controller, *, folder: Path) -> dict[str, bool]:
    """Set every switch of a page; return for each, by its name, whether it reads as it was set."""
    settings, profile = page.Settings, page.Profile
    for name, on in SETTINGS.items():
        setattr(settings, name, on)
    buttons = pdf_buttons(core)
    settings.HiddenPdfToolbarItems = buttons
    profile.DefaultDownloadFolderPath = str(folder)
    profile.IsGeneralAutofillEnabled = False
    profile.IsPasswordAutosaveEnabled = False
    profile.PreferredTrackingPreventionLevel = core.CoreWebView2TrackingPreventionLevel.Basic
    controller.AllowExternalDrop = False
    controller.ShouldDetectMonitorScaleChanges = True
    controller.ZoomFactor = 1.0
    return {
        **{name: getattr(settings, name) is on for name, on in SETTINGS.items()},
        "HiddenPdfToolbarItems": settings.HiddenPdfToolbarItems == buttons,
        "profile": not (profile.IsGeneralAutofillEnabled or profile.IsPasswordAutosaveEnabled),
        "InPrivate": profile.IsInPrivateModeEnabled,
        "AllowExternalDrop": not controller.AllowExternalDrop,
        "ZoomFactor": controller.ZoomFactor == 1.0,
    }


def pdf_buttons(core: Core) -> Value:
    """Return all of the PDF reader's buttons as one value."""
    items = core.CoreWebView2PdfToolbarItems
    every: Value = items.Save
    for name in PDF_BUTTONS:
        every |= getattr(items, name)
    return every
