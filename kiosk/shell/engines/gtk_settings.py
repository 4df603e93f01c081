"""Every switch of WebKitGTK, set explicitly, each with its reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.shell.engines.gtk_toolkit import WebKit2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS: Final[Mapping[str, object]] = {
    # what pages need
    "auto-load-images": True,
    "enable-javascript": True,
    "enable-javascript-markup": True,
    "enable-html5-local-storage": True,  # in memory: the context is ephemeral
    "enable-html5-database": True,  # IndexedDB, in memory too
    "enable-webaudio": True,
    "enable-media": True,
    "enable-mediasource": True,
    "enable-media-capabilities": True,
    "media-playback-requires-user-gesture": False,  # a terminal may show its video and play its sound
    "media-playback-allows-inline": True,
    "enable-smooth-scrolling": True,
    "enable-resizable-text-areas": False,
    "enable-tabs-to-links": True,
    # what they must not have
    "javascript-can-open-windows-automatically": False,
    "javascript-can-access-clipboard": False,  # the clipboard outlives a visit
    "allow-modal-dialogs": False,
    "allow-file-access-from-file-urls": False,
    "allow-universal-access-from-file-urls": False,
    "allow-top-navigation-to-data-urls": False,
    "disable-web-security": False,
    "enable-back-forward-navigation-gestures": False,
    "enable-caret-browsing": False,  # F7
    "enable-developer-extras": False,
    "enable-encrypted-media": False,
    "enable-fullscreen": False,
    "enable-media-stream": False,  # no camera, no microphone, no screen
    "enable-mock-capture-devices": False,
    "enable-page-cache": False,  # pages that were left must not stay in memory
    "enable-spatial-navigation": False,
    "enable-webrtc": False,  # the venue's inner addresses are not for pages
    "enable-write-console-messages-to-stdout": False,  # pages write tokens there
    "draw-compositing-indicators": False,
    "zoom-text-only": False,
}

FEATURES: Final[Mapping[str, bool]] = {
    "BackspaceKeyNavigation": False,
    "DirectoryUpload": False,
    "LinkPrefetch": False,
    "MediaControlsContextMenus": False,
    "PDFJSViewer": False,  # it has a toolbar: print, download
    "PrivateClickMeasurement": False,  # reports to advertisers, later
    "ScreenCapture": False,
    "ScreenWakeLockAPI": False,
    "ShowsURLsInToolTips": False,
    "UsesBackForwardCache": False,
    "WebShare": False,
}
"""Of those that WebKit has no setting for. One that it no longer knows is passed by."""


def make_settings() -> Any:  # noqa: ANN401 - a WebKit2.Settings
    """Return the settings of a view."""
    settings = WebKit2.Settings()
    for name, value in SETTINGS.items():
        settings.set_property(name, value)
    for feature, on in _features():
        settings.set_feature_enabled(feature, on)
    gpu = has_gpu()
    settings.set_property("enable-webgl", gpu)  # without one, a page that draws by it takes a core for itself
    policy = WebKit2.HardwareAccelerationPolicy
    settings.set_hardware_acceleration_policy(policy.ALWAYS if gpu else policy.NEVER)
    return settings


def holds(settings: Any) -> bool:  # noqa: ANN401 - a WebKit2.Settings
    """Whether every switch reads as it was set."""
    return all(settings.get_property(name) == value for name, value in SETTINGS.items()) and all(
        settings.get_feature_enabled(feature) is on for feature, on in _features()
    )


def _features() -> Iterator[tuple[Any, bool]]:
    known = WebKit2.Settings.get_all_features()
    for feature in map(known.get, range(known.get_length())):
        if (on := FEATURES.get(feature.get_identifier())) is not None:
            yield feature, on


def make_context(*, language: str, proxy: str, sandbox: bool) -> Any:  # noqa: ANN401 - a WebKit2.WebContext
    """Return a context that keeps everything in memory: cookies, storage, databases, caches."""
    context = WebKit2.WebContext.new_ephemeral()
    context.set_sandbox_enabled(sandbox)
    context.set_cache_model(WebKit2.CacheModel.DOCUMENT_VIEWER)
    context.set_spell_checking_enabled(False)
    context.set_preferred_languages([language])
    context.set_automation_allowed(False)
    data = context.get_website_data_manager()
    data.set_tls_errors_policy(WebKit2.TLSErrorsPolicy.FAIL)
    data.set_persistent_credential_storage_enabled(False)
    data.set_itp_enabled(False)  # it would write down which sites a visitor was on
    mode = WebKit2.NetworkProxyMode.CUSTOM if proxy else WebKit2.NetworkProxyMode.NO_PROXY
    data.set_network_proxy_settings(mode, WebKit2.NetworkProxySettings.new(proxy, None) if proxy else None)
    return context


def is_in_memory(context: Any) -> bool:  # noqa: ANN401 - a WebKit2.WebContext
    """Whether nothing that the pages of `context` store gets onto the disk."""
    return bool(context.get_website_data_manager().is_ephemeral())


def has_gpu(nodes: Path = Path("/dev/dri")) -> bool:
    """Whether this account can draw by hardware: whether it may use a render node of the kernel's."""
    return any(os.access(node, os.R_OK | os.W_OK) for node in nodes.glob("renderD*"))
