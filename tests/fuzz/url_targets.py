"""Addresses: whatever is allowed must be read as the same host by everybody.

The other readers: ada-url, which is the WHATWG standard that browsers keep to (and the parser of Node.js); QUrl, which
is what Qt WebEngine hands over; httpx, which is how the API is asked; and Python's own.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import ada_url
import httpx

from kiosk.core.navigation import OWN_SCHEME, NavigationRequest, Policy, Verdict, parse_origin_pattern
from kiosk.core.origin import DEFAULT_PORTS, Origin, parse_base_url, parse_origin
from kiosk.core.sub_resources import PRIVATE, SubResources
from kiosk.core.widget import Widget, widget_end
from kiosk.errors import InvalidInput
from tests.fuzz.mutations import CHARACTERS, mutate, text
from tests.fuzz.target import CANARY, Target, quotes_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

LISTED = ("https://widget.example", "https://*.cdn.example:8443", "https://*.example.co.uk", "http://127.0.0.1:8000",
          "https://[2001:db8::1]", "https://192.0.2.7")  # fmt: skip
POLICY = Policy(tuple(parse_origin_pattern(item) for item in LISTED))
_ADDRESSES = (
    "https://widget.example/path?q=1#f", "https://a.b.cdn.example:8443/", "https://x.example.co.uk", "HTTPS://WIDGET.example",
    "http://127.0.0.1:8000/x", "https://[2001:DB8:0:0::1]/", "https://192.0.2.7:443/", "https://xn--bcher-kva.example/",
    "https://widget.example@evil.example/", "https://evil.example/widget.example", "https://evil.example?.cdn.example:8443",
    "https://evil.example#.cdn.example", "kiosk:sign-in", "KIOSK:done", "about:blank", "javascript:alert(1)", "//widget.example",
    "blob:https://widget.example/1", "view-source:https://widget.example", "filesystem:https://widget.example/t",
)  # fmt: skip
_PIECES = (
    *CHARACTERS, "widget.example", ".widget.example", "evil.example", "@", "\\", "\\\\", "//", "///", ":", ":443", ":0443",
    ":8443", ":65536", ":+443", "%2e", "%2F", "%00", "%40", "%5c", "\t", "\n", ".", "..", "..%2f", "。", "．", "ｅ", "ß",
    "xn--", "xn--80ak6aa92e", "ｗidget", "wıdget", "[::1]", "[::ffff:127.0.0.1]", "[::1%25eth0]", "[", "]", "0x7f.1", "0177.1",
    "2130706433", "127.1", "1e3", "0x", "08", "256.1.1.1", "user:pw@", "https:", "http:", "https://", "?", "#", "\u202e", "\u00ad",
    "a" * 64, "a." * 130, "-", "_", "*", "*.", CANARY,
)  # fmt: skip


def readings(url: str) -> Iterator[tuple[str, str, str, int]]:
    """Yield who reads `url`, and the scheme, host and port that it finds. Who takes it for no address is left out."""
    try:
        whatwg = ada_url.URL(url)
    except ValueError:
        pass
    else:
        scheme = whatwg.protocol.rstrip(":")
        yield "WHATWG", scheme, whatwg.hostname.strip("[]"), int(whatwg.port or DEFAULT_PORTS.get(scheme, -1))
    qt = _QUrl(url)
    if qt.isValid():
        host = qt.host(_QUrl.ComponentFormattingOption.FullyEncoded)
        yield "Qt", qt.scheme(), host.strip("[]"), qt.port(DEFAULT_PORTS.get(qt.scheme(), -1))
    try:
        other = httpx.URL(url)
    except httpx.InvalidURL:
        pass
    else:
        port = DEFAULT_PORTS.get(other.scheme, -1) if other.port is None else other.port
        yield "httpx", other.scheme, other.raw_host.decode(), port


def agree(url: str, origin: Origin) -> None:
    """Fail if anybody reads another origin in `url`."""
    for who, scheme, host, port in readings(url):
        assert (scheme, _plain(host), port) == (origin.scheme, _plain(origin.host), origin.port), f"{who} reads {host}"


def _plain(host: str) -> str:
    return str(ip_address(host)) if ":" in host else host.lower()


class Navigation(Target):
    name = "origins and navigation"
    promise = "what is allowed is read as the same host by WHATWG, Qt and httpx; only our own pages say our words"

    def __enter__(self) -> Navigation:  # noqa: PYI034 - no heirs
        global _QUrl  # noqa: PLW0603 - 30 MB, for who fuzzes this alone
        from PySide6.QtCore import QUrl as _QUrl  # noqa: PLC0415 - the same

        return self

    def make(self, choices: Random) -> tuple[str, bool, bool]:
        kind = choices.random()
        if kind < 0.3:
            url = choices.choice(("https://", "https:", "http://", "HTTPS:\\\\", "//", ""))
            url += "".join(choices.choice(_PIECES) for _ in range(choices.randrange(1, 5)))
        elif kind < 0.35:
            url = text(choices)
        else:
            url = mutate(choices, _ADDRESSES, _PIECES, longest=3000)
        return url, choices.random() < 0.5, choices.random() < 0.3

    def check(self, item: tuple[str, bool, bool]) -> None:
        url, main_frame, from_own_page = item
        decision = POLICY.decide(NavigationRequest(url, main_frame, from_own_page))
        assert CANARY not in decision.reason
        own = url.partition(":")[0].lower() == OWN_SCHEME
        assert decision.verdict is not Verdict.OWN or (own and from_own_page and main_frame)
        self._origins(url, allowed=decision.verdict is Verdict.ALLOW)

    def _origins(self, url: str, *, allowed: bool) -> None:
        try:
            origin = parse_origin(url)
        except InvalidInput as error:
            quotes_nothing(error)
            assert not allowed or url in {"about:blank", "about:srcdoc"}
            return
        agree(url, origin)
        assert parse_origin(str(origin)) == origin
        assert allowed == any(pattern.matches(origin) for pattern in POLICY.allow)
        widget_end(Widget.parse(url), now=0.0)
        try:
            base, path = parse_base_url(url)
        except InvalidInput:
            return
        agree(f"{base}{path}/api", origin)
        assert urlsplit(f"{base}{path}/api").path == f"{path}/api"


_ELSEWHERE = ("http://127.0.0.1/", "http://localhost/", "http://10.0.0.1:631/", "https://printer/", "http://[::1]:9222/json",
              "http://169.254.169.254/latest", "ws://127.0.0.1:1/", "wss://cdn.other.example/s", "https://cdn.other.example/x.js",
              "https://8.8.8.8/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/", "http://router.lan/", "data:text/html,x",
              "blob:https://widget.example/1", "https://a.localhost./", "http://100.64.0.1/", "http://[64:ff9b::7f00:1]/",
              "ftp://127.0.0.1/", "file:///etc/passwd", "https://192.0.2.7/x", "http://user@192.168.1.1/")  # fmt: skip


class SubResourceRequests(Target):
    """Addresses as an engine normalises them: what another reader calls private is never let through."""

    name = "sub-resources"
    promise = "no page of the internet reaches this machine or the venue; WebKit's rules say the same as the policy"

    def __enter__(self) -> SubResourceRequests:  # noqa: PYI034 - no heirs
        self._modes = [SubResources(listed, POLICY.allow) for listed in (False, True)]
        self._rules = [_rules_of(mode.content_rules(page=_PAGE)) for mode in self._modes]
        return self

    def make(self, choices: Random) -> tuple[int, str]:
        if choices.random() < 0.4:
            host = choices.choice(
                ("{}.{}.{}.{}", "[::ffff:{}.{}.{}.{}]", "[64:ff9b::{}.{}.{}.{}]", "{0}.{1}", "[{0:x}:{1:x}::{2:x}]")
            )
            numbers = [
                choices.choice((0, 1, 10, 100, 127, 168, 169, 172, 192, 254, choices.randrange(256))) for _ in range(4)
            ]
            url = (
                choices.choice(("http://", "https://", "ws://"))
                + host.format(*numbers)
                + choices.choice(("/", ":80/x", "./", ":8080"))
            )
        else:
            url = mutate(choices, (*_ELSEWHERE, *_ADDRESSES), _PIECES, longest=500)
        return choices.randrange(2), url

    def check(self, item: tuple[int, str]) -> None:
        which, url = item
        mode = self._modes[which]
        mode.decide(url, page=_PAGE)  # never a traceback, whatever an engine asks
        try:
            whatwg = ada_url.URL(url)
        except ValueError:
            return
        decision = mode.decide(whatwg.href, page=_PAGE)
        assert CANARY not in decision.reason
        if whatwg.protocol not in {"http:", "https:", "ws:", "wss:"}:
            assert (decision.verdict is Verdict.ALLOW) == (whatwg.protocol in {"data:", "blob:", "about:"})
            return
        private, listed = _is_private(whatwg.hostname), decision.reason == "allow-list"
        assert (decision.verdict is Verdict.BLOCK) == (not listed and (private or which == 1))
        assert private or decision.reason != PRIVATE
        if not whatwg.username and not whatwg.password:
            self._compare(decision.verdict, whatwg.hostname, blocked=self._blocked(which, whatwg.href))

    @staticmethod
    def _compare(verdict: Verdict, host: str, *, blocked: bool) -> None:
        """Hold WebKit's rules against the policy. They cannot say everything, so they are stricter in two places.

        Mapped and translated addresses are all refused, and two of 192.0.0.0/24 that are global. Below a name with a
        wildcard they let odd names through, which are of the same owner; and names with nothing between two dots, which nobody has.
        """
        refused = verdict is Verdict.BLOCK
        odd = host.endswith((".cdn.example", ".example.co.uk")) or ".." in f".{host}"
        assert blocked or not refused or odd, "WebKit's rules let through what the policy refuses"
        assert refused or not blocked or host.startswith(("[", "192.0.0.")), "WebKit's rules refuse more than they need"

    def _blocked(self, which: int, url: str) -> bool:
        blocked = False
        for filter_, action in self._rules[which]:
            if filter_.search(url):
                blocked = action == "block"
        return blocked


_PAGE = "https://widget.example/"


def _is_private(host: str) -> bool:
    """Say what Python's own tables say of an address, and what is no name of the internet."""
    host = host.rstrip(".")
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".home.arpa", ".lan"))
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is None and address.version == 6 and address.exploded.startswith("0064:ff9b:0000:0000:0000:0000:"):
        inner = ip_address(int(address) & 0xFFFFFFFF)
    address = inner or address
    return not address.is_global or address.is_multicast


def _rules_of(content: str) -> list[tuple[re.Pattern[str], str]]:
    import json  # noqa: PLC0415 - here alone

    rules = json.loads(content)
    return [(re.compile(rule["trigger"]["url-filter"], re.IGNORECASE), rule["action"]["type"]) for rule in rules]


TARGETS = (Navigation, SubResourceRequests)
