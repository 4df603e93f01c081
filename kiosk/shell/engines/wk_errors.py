"""Why a load failed: the codes of NSURLError.h and WKError.h, and the words of kiosk.shell.protocol.LoadFailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_REASONS: Final[Mapping[str, str]] = {
    "NSURLErrorCannotFindHost": "dns",
    "NSURLErrorDNSLookupFailed": "dns",
    "NSURLErrorTimedOut": "connection",
    "NSURLErrorCannotConnectToHost": "connection",
    "NSURLErrorNetworkConnectionLost": "connection",
    "NSURLErrorNotConnectedToInternet": "connection",
    "NSURLErrorInternationalRoamingOff": "connection",
    "NSURLErrorDataNotAllowed": "connection",
    "NSURLErrorSecureConnectionFailed": "tls",
    "NSURLErrorServerCertificateHasBadDate": "tls",
    "NSURLErrorServerCertificateUntrusted": "tls",
    "NSURLErrorServerCertificateHasUnknownRoot": "tls",
    "NSURLErrorServerCertificateNotYetValid": "tls",
    "NSURLErrorClientCertificateRejected": "tls",
    "NSURLErrorClientCertificateRequired": "tls",
    "NSURLErrorAppTransportSecurityRequiresSecureConnection": "tls",
    "NSURLErrorUserCancelledAuthentication": "http-401",  # we cancelled it
    "NSURLErrorUserAuthenticationRequired": "http-401",
    "NSURLErrorHTTPTooManyRedirects": "http",
    "NSURLErrorRedirectToNonExistentLocation": "http",
    "NSURLErrorBadServerResponse": "http",
    "NSURLErrorZeroByteResource": "http",
}

_WEBKIT: Final = "WebKitErrorDomain"
_STOPPED: Final = 102
"""WebKitErrorFrameLoadInterruptedByPolicyChange (WebKitErrors.h, of the older framework): we said no."""

_BLOCKED: Final = frozenset({101, 103, 104, 105})
"""CannotShowURL, CannotUseRestrictedPort, and what content filters and rules block (WKErrorPrivate.h)."""


def reason_of(cocoa: Cocoa, error: ObjC) -> str:
    """Return why a load failed, or nothing if it was stopped: by us, or by the page, which goes on to another."""
    domain, code = str(error.domain()), int(error.code())
    if domain == _WEBKIT:
        return "" if code == _STOPPED else ("blocked" if code in _BLOCKED else "other")
    if domain != str(cocoa.NSURLErrorDomain):
        return "other"
    if code == cocoa.NSURLErrorCancelled:
        return ""
    return next((reason for name, reason in _REASONS.items() if code == getattr(cocoa, name)), "other")


def status_of(response: ObjC) -> int:
    """Return the HTTP status of a response (NSURLResponse), or 0 if it did not come by HTTP."""
    return int(response.statusCode()) if response.respondsToSelector_("statusCode") else 0
