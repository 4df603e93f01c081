"""Every switch of Qt WebEngine, set explicitly, each with its reason."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import quote

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings

from kiosk.shell.engines import chromium

_Attribute = QWebEngineSettings.WebAttribute

ATTRIBUTES: Final = {
    # what pages need
    _Attribute.AutoLoadImages: True,
    _Attribute.JavascriptEnabled: True,
    _Attribute.LocalStorageEnabled: True,  # in memory: the profile is off the record
    _Attribute.WebGLEnabled: True,
    _Attribute.Accelerated2dCanvasEnabled: True,
    _Attribute.ReadingFromCanvasEnabled: True,
    _Attribute.ScrollAnimatorEnabled: True,
    _Attribute.TouchEventsApiEnabled: True,
    _Attribute.ShowScrollBars: False,  # a touch screen has none
    _Attribute.FocusOnNavigationEnabled: False,  # what is on top has the focus: the PIN is not for a page below it
    # what they must not have
    _Attribute.JavascriptCanOpenWindows: False,
    _Attribute.JavascriptCanAccessClipboard: False,  # the clipboard outlives a visit
    _Attribute.JavascriptCanPaste: False,
    _Attribute.LocalContentCanAccessRemoteUrls: False,
    _Attribute.LocalContentCanAccessFileUrls: False,
    _Attribute.HyperlinkAuditingEnabled: False,
    _Attribute.ErrorPageEnabled: False,  # Chromium's pages show addresses and offer "details"
    _Attribute.PluginsEnabled: False,
    _Attribute.PdfViewerEnabled: False,  # it has a toolbar: print, download
    _Attribute.FullScreenSupportEnabled: False,
    _Attribute.ScreenCaptureEnabled: False,
    _Attribute.AutoLoadIconsForPage: False,  # nobody sees a tab
    _Attribute.TouchIconsEnabled: False,
    _Attribute.AllowRunningInsecureContent: False,
    _Attribute.AllowGeolocationOnInsecureOrigins: False,
    _Attribute.AllowWindowActivationFromJavaScript: False,
    _Attribute.PlaybackRequiresUserGesture: False,  # a terminal may show its video and play its sound
    _Attribute.WebRTCPublicInterfacesOnly: True,  # the venue's inner addresses are not for pages
    _Attribute.DnsPrefetchEnabled: False,
    _Attribute.NavigateOnDropEnabled: False,
    _Attribute.SpatialNavigationEnabled: False,
    _Attribute.LinksIncludedInFocusChain: True,
    _Attribute.BackForwardCacheEnabled: False,  # pages that were left must not stay in memory
    _Attribute.ForceDarkMode: False,
}

_DISABLED_FEATURES: Final = ("WebBluetooth", "WebOTP", "WebUSB")
"""They speak to devices."""

_NO_SPECULATION: Final = [
    {"preloading_type": kind, "preloading_predictor": "SpeculationRules", "holdback": True}
    for kind in ("Prefetch", "Prerender")
]
"""Chromium's way to hold back an experiment's users: pages' speculation rules load nothing. They ask nobody else."""

_LOCAL_NETWORK: Final = "LocalNetworkAccessChecks:LocalNetworkAccessChecksWarn/false"
"""Chromium itself looks at the address that it connects to, so that no public name leads into the venue's network.

It knows no exceptions. Requests that were redirected are too fast for the interceptor: this is what stops them.
"""

FLAGS: Final = (
    "--disable-breakpad",  # no crash reports: they hold memory
    "--disable-crash-reporter",
    *chromium.SWITCHES,
    chromium.without_features(*_DISABLED_FEATURES),
)


def features(*, inner: bool) -> str:
    """Return the flag that turns features on; with `inner` the allow-list has hosts of the venue's own network."""
    rules = quote(json.dumps(_NO_SPECULATION, separators=(",", ":")), safe="")
    wanted = [f"PreloadingConfig:preloading_config/{rules}", *(() if inner else (_LOCAL_NETWORK,))]
    return "--enable-features=" + ",".join(wanted)


NO_SANDBOX: Final = "--no-sandbox"

_Action = QWebEnginePage.WebAction

KEPT_ACTIONS: Final = frozenset({_Action.NoWebAction, _Action.Stop, _Action.Unselect, _Action.WebActionCount})
"""All other actions (back, reload, paste, save, view source, inspect, ...) are disabled."""


def set_attributes(settings: QWebEngineSettings) -> bool:
    """Set every attribute; return whether every one reads as it was set."""
    for attribute, on in ATTRIBUTES.items():
        settings.setAttribute(attribute, on)
    settings.setUnknownUrlSchemePolicy(
        # Not Disallow: only so are clicks on our pages' `kiosk:` links asked for. See DESIGN, No bridge.
        QWebEngineSettings.UnknownUrlSchemePolicy.AllowUnknownUrlSchemesFromUserInteraction
    )
    return all(settings.testAttribute(attribute) is on for attribute, on in ATTRIBUTES.items())


def disable_actions(page: QWebEnginePage) -> bool:
    """Disable the page's actions, so that no key and no menu can trigger them; return whether they are."""
    unwanted = [page.action(action) for action in _Action if action not in KEPT_ACTIONS]
    for action in unwanted:
        action.setShortcuts([])
        action.setEnabled(False)
    return not any(action.isEnabled() for action in unwanted)


def has_gpu(nodes: Path = Path("/dev/dri")) -> bool:
    """Whether this account can draw by hardware: on Linux, whether it may use a render node of the kernel's."""
    if sys.platform != "linux":
        return True
    return any(os.access(node, os.R_OK | os.W_OK) for node in nodes.glob("renderD*"))


def use_proxy(url: str) -> None:
    """Send the pages' requests through an HTTP proxy, `http://[user:password@]host:port`."""
    from PySide6.QtNetwork import QNetworkProxy  # noqa: PLC0415 - few need it

    parts = QUrl(url)
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, parts.host(), parts.port(80))
    proxy.setUser(parts.userName())
    proxy.setPassword(parts.password())
    QNetworkProxy.setApplicationProxy(proxy)


def make_profile(*, folder: Path, language: str) -> QWebEngineProfile:
    """Return a profile that keeps everything in memory."""
    profile = QWebEngineProfile()  # without a name, a profile is off the record
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    profile.setDownloadPath(str(folder))
    profile.setHttpAcceptLanguage(language)
    return profile
