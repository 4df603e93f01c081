"""Where a page may go. Engines translate what the page wants into a request, ask `Policy.decide`, and obey."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from kiosk.core.origin import Origin, parse_origin
from kiosk.errors import InvalidInput

OWN_SCHEME = "kiosk"
"""Our own pages speak to the shell by navigating to `kiosk:<word>`, which is never loaded. See DESIGN, No bridge."""

OWN_WORDS: dict[str, frozenset[str]] = {
    "attract": frozenset({"sign-in", "section", "language"}),
    "sign-in": frozenset({"id", "back", "language"}),
    "loading": frozenset({"done"}),
    "out-of-service": frozenset({"retry", "language"}),
    "warning": frozenset({"continue", "done"}),
    "notice": frozenset({"close"}),
    "dialog": frozenset({"ok", "cancel"}),
    "cool-down": frozenset({"done"}),
    "bar": frozenset({"done"}),
    "keyboard": frozenset({"key"}),
    "pin": frozenset({"pin", "close"}),
    "panel": frozenset({"panel", "close"}),
    "enrolment": frozenset({"enrol", "language"}),
}
"""What each page of our own may say."""

_ALL_WORDS = frozenset().union(*OWN_WORDS.values())

LONGEST_VALUE = 4096
"""Characters that a page of our own may add to a word: what somebody typed, for instance."""

_WILDCARD = "*."


class Verdict(StrEnum):
    """What becomes of a navigation."""

    ALLOW = "allow"
    BLOCK = "block"
    OWN = "own"
    """A page of our own said a word; nothing is loaded."""


@dataclass(frozen=True, slots=True)
class NavigationRequest:
    """What a page wants: `url` as the engine normalised it, and whether one of our own pages asks."""

    url: str
    main_frame: bool
    from_own_page: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, a `reason` for the log that holds no URL, and the `word` that a page of our own said."""

    verdict: Verdict
    reason: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class OriginPattern:
    """An entry of the allow-list: an origin, or with `subdomains` every name below its host (not the host itself)."""

    origin: Origin
    subdomains: bool = False

    def matches(self, origin: Origin) -> bool:
        """Whether the entry covers `origin`."""
        if not self.subdomains:
            return origin == self.origin
        same = (origin.scheme, origin.port) == (self.origin.scheme, self.origin.port)
        return same and origin.host.endswith("." + self.origin.host)

    def __str__(self) -> str:
        text = str(self.origin)
        return text.replace("://", "://" + _WILDCARD, 1) if self.subdomains else text


def parse_origin_pattern(text: str, *, field: str = "allow") -> OriginPattern:
    """Parse `https://host[:port]` or `https://*.host[:port]`. Raises InvalidInput that names `field`."""
    scheme, separator, rest = text.partition("://")
    subdomains = rest.startswith(_WILDCARD)
    plain = scheme + separator + (rest[len(_WILDCARD) :] if subdomains else rest)
    origin = parse_origin(plain, field=field)
    parts = urlsplit(plain)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise InvalidInput(field, "is more than an origin", allowed="https://host, https://*.host, with a port or not")
    if subdomains and ("." not in origin.host or origin.host.replace(".", "").isdigit() or ":" in origin.host):
        raise InvalidInput(field, "has a wildcard over too much", allowed="https://*.example.com, two labels or more")
    return OriginPattern(origin, subdomains)


@dataclass(frozen=True, slots=True)
class Policy:
    """The allow-list of one visit: frozen, so that the GUI thread may ask it without a lock."""

    allow: tuple[OriginPattern, ...] = ()

    def decide(self, request: NavigationRequest) -> Decision:
        """Decide about a navigation of the main frame or of a sub-frame."""
        scheme, _, word = request.url.partition(":")
        if scheme.lower() == OWN_SCHEME:
            return _decide_own(word, request)
        if not request.main_frame and request.url in {"about:blank", "about:srcdoc"}:
            return Decision(Verdict.ALLOW, "empty sub-frame")
        try:
            origin = parse_origin(request.url)
        except InvalidInput as error:
            return Decision(Verdict.BLOCK, error.message)
        if any(pattern.matches(origin) for pattern in self.allow):
            return Decision(Verdict.ALLOW, "allow-list")
        return Decision(Verdict.BLOCK, "not on the allow-list")


def _decide_own(word: str, request: NavigationRequest) -> Decision:
    if request.from_own_page and request.main_frame and word in _ALL_WORDS:
        return Decision(Verdict.OWN, "own page", word)
    return Decision(Verdict.BLOCK, "only the kiosk's own pages may say this")
