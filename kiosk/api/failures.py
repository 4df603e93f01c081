"""What a failed exchange means: tables from httpx's exceptions and from HTTP's statuses to the kiosk's errors.

Nothing here repeats a foreign text: httpx's exceptions hold URLs, and a server's answer may hold anything. The
functions return errors instead of raising them, so that an error never carries a traceback through httpx's frames,
where requests (with the key in a header and a visitor's id in the path) are local variables.
"""

from __future__ import annotations

import re
import socket
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from kiosk.api.rejection import rejected_fields
from kiosk.errors import (
    ApiError,
    BadResponse,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_RETRY_AFTER = 86_400.0
"""Seconds. A server that names more is heard as saying a day: the number goes into timers and JSON."""

_BROKEN_OFF = "the connection to the API broke off"
_NO_PROTOCOL = "the API's answer is not HTTP"
_NOT_OURS = "the exchange with the API went a way that it should not"

# A class is looked up along its method resolution order: its own entry counts, or else its nearest parent's.
EXCEPTIONS: dict[type[Exception], tuple[type[ApiError], str]] = {
    httpx.ConnectTimeout: (TimedOut, "the API did not take the connection in time"),
    httpx.ReadTimeout: (TimedOut, "the API fell silent in the middle of an answer, or before it"),
    httpx.WriteTimeout: (TimedOut, "the API did not take the request in time"),
    httpx.PoolTimeout: (TimedOut, "too many requests to the API are under way"),
    httpx.TimeoutException: (TimedOut, "the API did not answer in time"),
    httpx.ConnectError: (Unreachable, "there is no connection to the API"),
    httpx.ReadError: (Unreachable, _BROKEN_OFF),
    httpx.WriteError: (Unreachable, _BROKEN_OFF),
    httpx.CloseError: (Unreachable, _BROKEN_OFF),
    httpx.NetworkError: (Unreachable, _BROKEN_OFF),
    httpx.ProxyError: (Unreachable, "the proxy does not connect this machine with the API"),
    httpx.UnsupportedProtocol: (Unreachable, "the address of the API or of the proxy is of an unknown kind"),
    httpx.RemoteProtocolError: (BadResponse, _NO_PROTOCOL),
    httpx.LocalProtocolError: (BadResponse, _NOT_OURS),
    httpx.ProtocolError: (BadResponse, _NO_PROTOCOL),
    httpx.TransportError: (Unreachable, _BROKEN_OFF),
    httpx.DecodingError: (BadResponse, "the API's answer is packed in a way that was not asked for"),
    httpx.TooManyRedirects: (BadResponse, "the API's answer is a redirect, which is not followed"),
    httpx.RequestError: (BadResponse, _NOT_OURS),
    httpx.HTTPStatusError: (BadResponse, _NOT_OURS),
    httpx.HTTPError: (BadResponse, _NOT_OURS),
    httpx.InvalidURL: (BadResponse, _NOT_OURS),
    httpx.CookieConflict: (BadResponse, _NOT_OURS),
    httpx.StreamConsumed: (BadResponse, _NOT_OURS),
    httpx.StreamClosed: (BadResponse, _NOT_OURS),
    httpx.ResponseNotRead: (BadResponse, _NOT_OURS),
    httpx.RequestNotRead: (BadResponse, _NOT_OURS),
    httpx.StreamError: (BadResponse, _NOT_OURS),
    ssl.SSLError: (TlsFailed, "the encrypted connection to the API failed"),  # httpcore lets it through while reading
    OSError: (Unreachable, _BROKEN_OFF),
}

STATUSES: dict[int, tuple[type[ApiError], str]] = {
    400: (Rejected, "the API refuses a value"),
    401: (Unauthorized, "the API key is wrong or missing"),
    403: (Forbidden, "the API key is right, but may not be used from this address"),
    404: (NotFound, "the API does not know what was asked for"),
    409: (Conflict, "the API has this already"),
    429: (RateLimited, "too many requests"),
}

# OpenSSL's X509_V_ERR_* numbers, from its x509_vfy.h; the operating systems' own verifiers give none of them.
_CERTIFICATE_PROBLEMS = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself alone",
    19: "its certificate comes from an authority that this machine does not trust",
    20: "its certificate comes from an authority that this machine does not trust",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}

# These say that a handshake waits for more, or was cut off: nothing of trust.
_NO_VERDICT = (
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
    ssl.SSLSyscallError,
)

# h11's and httpcore's words for a connection that ended too early; every other protocol error is about what was sent.
_CUT_OFF = re.compile("disconnected|peer closed|unexpectedly closed")


def error_for_exception(error: Exception) -> ApiError:
    """Return what an exception of EXCEPTIONS, or of a class below one, means."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _NO_VERDICT):
            return TlsFailed(f"the API could not prove that it is the API: {_tls_problem(cause)}")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable("the API's name is not known to this machine's name service (DNS)")
    if isinstance(error, httpx.RemoteProtocolError) and _CUT_OFF.search(str(error)):
        return Unreachable(_BROKEN_OFF)
    kind, message = next(EXCEPTIONS[parent] for parent in type(error).__mro__ if parent in EXCEPTIONS)
    return kind(message)


def error_for_status(response: httpx.Response, *, now: float, body: bytes = b"", fields: frozenset[str]) -> ApiError:
    """Return what a status that is no success means. `fields`: the names that a refusal may be about."""
    status = response.status_code
    if 300 <= status < 400:  # noqa: PLR2004 - RFC 9110, section 15.4
        return BadResponse("the API's answer is a redirect, which is not followed", status=status)
    if 500 <= status < 600:  # noqa: PLR2004 - RFC 9110, section 15.6
        retry_after = parse_retry_after(response.headers.get("retry-after", ""), now=now)
        return ServerFailed(f"the API failed (status {status})", status=status, retry_after=retry_after)
    kind, message = STATUSES.get(status, (BadResponse, f"the API answered with an unexpected status ({status})"))
    if kind is Rejected and (names := rejected_fields(body, fields)):
        message = f"{message}: {', '.join(names)}"
    retry_after = parse_retry_after(response.headers.get("retry-after", ""), now=now) if kind is RateLimited else None
    return kind(message, status=status, retry_after=retry_after)


def parse_retry_after(text: str, *, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110, section 10.2.3), None if it says nothing.

    `now` is seconds since the epoch, for the form that names a date. The result is between 0 and a day.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    date = parse_date(text)
    return None if date is None else min(max(date - now, 0.0), LONGEST_RETRY_AFTER)


def parse_date(text: str) -> float | None:
    """Return an HTTP date as seconds since the epoch, None if it is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _tls_problem(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", 0)
        return _CERTIFICATE_PROBLEMS.get(code, "its certificate is not trusted")
    return "no encrypted connection came about"
