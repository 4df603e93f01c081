"""Web origins (scheme, host, port), parsed so strictly that no second reading of the same text is possible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

from kiosk.errors import InvalidInput

DEFAULT_PORTS = {"https": 443, "http": 80}

# RFC 3986's characters, and | and ^, which browsers leave in a path as they are. No others: browsers also read
# backslashes, tabs and line ends, each in its own way. Only behind the first ? or #, where every reader has found the
# host, there are those that browsers leave there.
_CHARACTERS = r"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%|^"
_URL = re.compile(rf"[{_CHARACTERS}]+(?:[?#][{_CHARACTERS}{{}}\\`]*)?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_BRACKETS = re.compile(r"\[[^\]]*\](?::[0-9]*)?", re.ASCII)
_ALLOWED = "https://host or https://host:port; plain http for a loopback address alone"
_BASE_ALLOWED = "https://host, with a port and a path such as /gateway/enable3 or not"


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host in lower case (punycode for names beyond ASCII) and port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is an address that cannot leave this machine. A name, `localhost` too, is not."""
        try:
            return (IPv6Address if ":" in self.host else IPv4Address)(self.host).is_loopback
        except AddressValueError:
            return False


def parse_origin(url: str, *, field: str = "url") -> Origin:
    """Return the origin of an absolute URL.

    Refused, by InvalidInput that names `field` and leaves the URL out: schemes but https (and http for a loopback
    address), user info, hosts that are not plain ASCII names or canonical addresses, trailing dots, and every
    character that RFC 3986 does not know.
    """
    if not _URL.fullmatch(url):
        raise InvalidInput(field, "has a character that no URL has", allowed=_ALLOWED)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput(field, "is not a URL", allowed=_ALLOWED) from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise InvalidInput(field, "is not https", allowed=_ALLOWED)
    if "@" in parts.netloc:
        raise InvalidInput(field, "has a user name before the host", allowed=_ALLOWED)
    host = _parse_host(parts.hostname or "", parts.netloc, field)
    origin = Origin(scheme, host, DEFAULT_PORTS[scheme] if port is None else port)
    if scheme == "http" and not origin.is_loopback:
        raise InvalidInput(field, "is plain http", allowed=_ALLOWED)
    return origin


def is_of(url: str, origin: Origin) -> bool:
    """Whether a URL is of `origin`. What is no URL is of none."""
    try:
        return parse_origin(url) == origin
    except InvalidInput:
        return False


def parse_base_url(url: str, *, field: str = "base_url") -> tuple[Origin, str]:
    """Return the origin, and the path that stays in front of every other, without a slash at its end.

    Raises InvalidInput that names `field`.
    """
    origin = parse_origin(url, field=field)
    if "?" in url or "#" in url:
        raise InvalidInput(field, "has more than a path after the host", allowed=_BASE_ALLOWED)
    path = urlsplit(url).path.rstrip("/")
    # HTTP clients resolve them, and double slashes are read differently by every server.
    if any(segment in {"", ".", ".."} for segment in path.split("/")[1:]):
        raise InvalidInput(field, "has a path with an empty or a dot segment", allowed=_BASE_ALLOWED)
    return origin, path


def _parse_host(host: str, netloc: str, field: str) -> str:
    if netloc.startswith("["):
        try:
            # Not every Python looks at what is between the bracket and the port.
            address = IPv6Address(host) if _BRACKETS.fullmatch(netloc) else None
        except AddressValueError:
            address = None
        if address is None or address.scope_id is not None:
            raise InvalidInput(field, "has a malformed IPv6 address", allowed=_ALLOWED)
        return address.compressed
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035
        raise InvalidInput(field, "has a malformed host", allowed=_ALLOWED)
    # A last label of digits (or 0x...) makes browsers read the host as an IPv4 number, in several notations.
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            raise InvalidInput(field, "has a malformed IPv4 address", allowed=_ALLOWED) from None
    return host
