"""What a page may load besides itself: scripts, pictures, requests and sockets.

Widgets use CDNs and analytics, so anything on the internet by default; or the allow-list alone, if the operator says
so. Nothing on the internet may reach into the venue's own network or this machine (a printer, a router, a program that
listens on the loopback interface), whatever the mode. Engines that are asked for each request ask `decide`; WebKit is
given `content_rules` instead. What is on the allow-list is granted, inside the venue too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from kiosk.core.navigation import Decision, OriginPattern, Verdict
from kiosk.core.origin import DEFAULT_PORTS, parse_origin
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_NETWORK: Final = {"https": "https", "http": "http", "wss": "https", "ws": "http"}
"""Schemes that go over the network, and the scheme of the origin that they belong to."""

_INSIDE: Final = frozenset({"data", "blob", "about"})
"""Schemes that never leave the page."""

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses, translated (RFC 6052)."""

PRIVATE: Final = "an address inside the venue"
"""The reason for the log."""

_LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
"""Names that no public name server knows: RFC 6761, 6762, 8375, ICANN 2024 (.internal), and routers' habit (.lan)."""


@dataclass(frozen=True, slots=True)
class SubResources:
    """What the pages of one visit may load. With `listed_only` from the origins in `allow`, else from anywhere."""

    listed_only: bool = False
    allow: tuple[OriginPattern, ...] = ()

    def decide(self, url: str, *, page: str) -> Decision:
        """Decide about a request for `url`, as the engine normalised it, by the document at `page`."""
        scheme = url.partition(":")[0].lower()
        if scheme in _INSIDE:
            return Decision(Verdict.ALLOW, "inside the page")
        if scheme not in _NETWORK:
            return Decision(Verdict.BLOCK, "not a scheme for pages")
        if self._is_listed(_NETWORK[scheme] + url[len(scheme) :]):
            return Decision(Verdict.ALLOW, "allow-list")
        if is_private(_host_of(url)) and not self._is_inside(page):
            return Decision(Verdict.BLOCK, PRIVATE)
        if self.listed_only:
            return Decision(Verdict.BLOCK, "not on the allow-list")
        return Decision(Verdict.ALLOW, "the internet")

    @staticmethod
    def _is_inside(page: str) -> bool:
        host = _host_of(page)
        return host != "" and is_private(host)

    def _is_listed(self, url: str) -> bool:
        try:
            origin = parse_origin(url)
        except InvalidInput:
            return False
        return any(pattern.matches(origin) for pattern in self.allow)

    def content_rules(self, *, page: str) -> str:
        """Return the same as rules of WebKit's content blocker (JSON), as far as its regular expressions can say it.

        `page` is the visit's first address: a page that is inside the venue itself may load from there.
        """
        private = () if self._is_inside(page) else _PRIVATE_FILTERS
        # A list without a rule that blocks is none for WebKit: one that matches nothing takes its place.
        blocked = (".*",) if self.listed_only else (private or ("^kiosk-nothing:",))
        return json.dumps([*map(_block, blocked), *map(_pass, self._listed())])

    def _listed(self) -> Iterator[str]:
        yield from (f"^{scheme}:" for scheme in sorted(_INSIDE))
        for pattern in self.allow:
            origin = pattern.origin
            host = f"[{origin.host}]" if ":" in origin.host else origin.host
            below = r"[^:/?#@]*\." if pattern.subdomains else ""
            port = "" if origin.port == DEFAULT_PORTS[origin.scheme] else f":{origin.port}"
            for scheme in (scheme for scheme, of in _NETWORK.items() if of == origin.scheme):
                yield f"^{scheme}://{below}{_escaped(host)}{port}/"


def is_private(host: str) -> bool:
    """Whether a host, as an engine normalised it, is of this machine or of the venue's network, as far as it shows.

    A public name that resolves to such an address does not show here: see docs/security.md.
    """
    host = host.lower().rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        return not host or "." not in host or host.endswith(_LOCAL_NAMES)
    return _is_inside(address)


def _is_inside(address: IPv4Address | IPv6Address) -> bool:
    """Whether no address of the internet is meant (RFC 6890), a mapped or translated one included."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None:
            return _is_inside(inner)
    return not address.is_global or address.is_multicast


def _translated(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None


def _host_of(url: str) -> str:
    """Return the host, or nothing, which counts as private, for what cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


_OCTET = r"\.[0-9]+"
_PRIVATE_HOSTS: Final = (
    "localhost",
    *("[^/?#@:]*" + name.replace(".", r"\.") for name in _LOCAL_NAMES),
    r"[^./?#@:\[]+",  # a name without a dot
    *(first + _OCTET * 3 for first in ("0", "10", "127", "22[4-9]", "23[0-9]", "24[0-9]", "25[0-5]")),
    *(r"100\." + second + _OCTET * 2 for second in ("6[4-9]", "[7-9][0-9]", "1[01][0-9]", "12[0-7]")),
    *(r"172\." + second + _OCTET * 2 for second in ("1[6-9]", "2[0-9]", "3[01]")),
    *(pair + _OCTET * 2 for pair in (r"169\.254", r"192\.168", r"198\.1[89]")),
    *(net + _OCTET for net in (r"192\.0\.[02]", r"198\.51\.100", r"203\.0\.113")),
    # loopback, unspecified and mapped addresses; translated, discarded, special (2001::/23 and more), local, multicast
    *(rf"\[{start}[^/?#@\]]*\]" for start in ("::", "64:ff9b:", "100:", "2001:", "f[cd]", "fe[89a-f]", "ff")),
)
_PRIVATE_FILTERS: Final = tuple(rf"^[a-z]+://([^/?#]*@)?{host}\.?[:/]" for host in _PRIVATE_HOSTS)
"""WebKit's content rules know a part of regular expressions: no alternatives, no counts. Its URLs all have a path."""


def _block(filter_: str) -> dict[str, object]:
    return {"trigger": {"url-filter": filter_}, "action": {"type": "block"}}


def _pass(filter_: str) -> dict[str, object]:
    return {"trigger": {"url-filter": filter_}, "action": {"type": "ignore-previous-rules"}}


def _escaped(text: str) -> str:
    return "".join("\\" + letter if letter in ".[]" else letter for letter in text)
