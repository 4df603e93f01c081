"""What the API issues for a visit: a widget URL, or a JWT for the operator's own page."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kiosk.core.origin import Origin, parse_origin
from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput

DAY = 86_400.0
"""Seconds. What the vendor's pages say of a widget URL's life; we take it for a token without a readable `exp` too."""

LONGEST = 8192
"""Characters of a widget URL or a JWT. Our own bound, so that it fits into a message to the window, however written."""

_FAR = 253_402_300_800.0  # the year 10000: beyond it, a number is not a time in seconds


@dataclass(frozen=True, slots=True)
class Widget:
    """A tokenized widget URL. Whoever has it is that visitor, for a day."""

    url: Secret
    origin: Origin

    @classmethod
    def parse(cls, url: str) -> Widget:
        """Check a URL that the API issued. Raises InvalidInput, which does not repeat it."""
        if len(url) > LONGEST:
            raise InvalidInput("widget URL", "is too long")
        return cls(Secret(url), parse_origin(url, field="widget URL"))


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT, and when it ends (seconds since the epoch)."""

    jwt: Secret
    expires_at: float

    @classmethod
    def parse(cls, jwt: str, *, now: float) -> Token:
        """Wrap a JWT. Only `exp` is read: the signature is for the page's server, we have no key to check it."""
        exp = _claims(jwt).get("exp")
        if isinstance(exp, int | float) and not isinstance(exp, bool) and 0 < exp < _FAR:
            return cls(Secret(jwt), float(exp))
        return cls(Secret(jwt), now + DAY)


def widget_end(widget: Widget, *, now: float) -> float:
    """Return when a widget URL ends (seconds since the epoch), if it is new at `now`.

    That is a day, as the vendor's pages say, or less if there is a JWT in the URL whose `exp` says so.
    """
    parts = urlsplit(widget.url.reveal())
    values = [value for _, value in (*parse_qsl(parts.query), *parse_qsl(parts.fragment))]
    return min([now + DAY, *(Token.parse(value, now=now).expires_at for value in values)])


def renewal_delay(expires_at: float, *, now: float) -> float:
    """Return in how many seconds a token should be renewed: after nine tenths of what is left, at least 5 s from now.

    A tenth leaves time for retries, at most 5 minutes of them; the floor keeps a server that issues expired tokens
    from being asked without pause.
    """
    left = max(expires_at - now, 0.0)
    return max(left - min(left / 10, 300.0), 5.0)


def _claims(jwt: str) -> dict[str, Any]:
    parts = jwt.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature (RFC 7519)
        return {}
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, Base64Error, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
