"""What WebKitGTK's errors mean."""

from __future__ import annotations

from typing import Any

from kiosk.shell.engines.gtk_toolkit import Gio, WebKit2

_DOMAINS = {"g-resolver-error-quark": "dns", "g-io-error-quark": "connection", "g-tls-error-quark": "tls"}

_BLOCKED_BY_RULES = 104
"""WebKit's policy error for what its content rules refuse: it has a number, and no name in the API."""


def is_refused(error: Any) -> bool:  # noqa: ANN401 - a GLib.Error
    """Whether the rules of gtk_requests refused a request that had begun."""
    return bool(error.matches(WebKit2.policy_error_quark(), _BLOCKED_BY_RULES))


def is_ours(error: Any) -> bool:  # noqa: ANN401 - a GLib.Error
    """Whether a load ended because we said no, which was reported then."""
    return bool(
        error.matches(WebKit2.policy_error_quark(), WebKit2.PolicyError.FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE)
    )


def reason_of(error: Any) -> str | None:  # noqa: ANN401 - a GLib.Error
    """Return why a load failed, or None if it was stopped: by another, or because no page came."""
    if error.matches(WebKit2.network_error_quark(), WebKit2.NetworkError.CANCELLED):
        return None
    if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
        return None
    return _DOMAINS.get(error.domain, "other")
