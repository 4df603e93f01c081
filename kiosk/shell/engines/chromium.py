"""What Chromium is started with, whoever brings it: Qt WebEngine and WebView2. Each adds what it alone needs."""

from __future__ import annotations

from typing import Final

SWITCHES: Final = (
    "--disable-background-networking",  # nothing that phones home by itself
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--disable-pinch",  # pinch zoom
    "--overscroll-history-navigation=0",  # swiping must not go back
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the venue's inner addresses are not for pages
    "--disable-notifications",
    "--autoplay-policy=no-user-gesture-required",
)

_DISABLED: Final = (
    "AutofillServerCommunication",  # these speak to somebody by themselves
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "MediaRouter",
    "NetworkErrorLogging",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "Reporting",
    "Translate",
    "FedCm",  # these ask for addresses without asking us: found by tests/breakouts/test_hosts.py
    "Prerender2",
    "BackForwardCache",  # pages that were left must not stay in memory
)
"""Features by Chromium's names. One that a version does not know does nothing there."""


def without_features(*more: str) -> str:
    """Return the switch that turns off what no kiosk needs, and `more`. Of several such switches one counts."""
    return "--disable-features=" + ",".join((*_DISABLED, *more))
