"""The proxy of the venue: where it is, which the browser is told when it starts, and what only the proxy is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 3
_WITHIN: Final = 30.0
"""A proxy that asks more often in so many seconds does not take the password: then it is not told again."""


class Proxy:
    """`http://[user:password@]host[:port]`, or none."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Take it apart. The password is nowhere but in this object."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        self._host = f"[{host}]" if ":" in host else host
        self._port = parts.port or 80
        self._known = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._clock = clock
        self._told: list[float] = []

    @property
    def server(self) -> str:
        """`host:port`, or nothing."""
        return f"{self._host}:{self._port}" if self._host else ""

    def password_for(self, url: str) -> tuple[str, str] | None:
        """Return name and password for whoever asks at `url`, if that is the proxy."""
        now = self._clock()
        self._told = [when for when in self._told if now - when < _WITHIN]
        if self._known is None or len(self._told) >= _MOST or not self._is_proxy(url):
            return None
        self._told.append(now)
        return self._known

    def _is_proxy(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            port = parts.port or 80
        except ValueError:
            return False
        return parts.scheme == "http" and (host, port) == (self._host, self._port)
