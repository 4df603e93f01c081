"""Addresses that a visitor may take along to their own phone: without anything in them that lets somebody be them."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, IPv6Network, ip_address
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote_plus, urlsplit

from kiosk.core.origin import DEFAULT_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 300
"""Characters. A longer one makes a QR code that phones read badly from a screen."""

_SHOWN = 60
"""Characters of an address on the screen."""

_URL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
_INNER = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "test"})
"""Top level names that lead nowhere, or to the venue's own network (RFC 6761, RFC 6762, RFC 8375, and habit)."""

_GLOBAL = IPv6Network("2000::/3")

_TELLING = re.compile(
    "token|jwt|session|sessid|auth(?!or)|secret|passw|credential|signature|assertion|saml|bearer|hmac|csrf|xsrf|ticket|nonce|cookie"
    "|apikey|login|user|player|customer|email|phone"
)
_TELLING_WORDS = frozenset(
    {"key", "sig", "sid", "sess", "code", "pin", "pwd", "pass", "otp", "state", "access", "refresh", "grant", "jti"}
    | {"hash", "mail", "account", "member"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_WRITTEN = re.compile(r"[a-z-]*")
"""What may follow a telling name in a path: `/login/help`."""

_JWT = re.compile(r"ey[\w-]{8,}\.[\w-]+", re.ASCII)
_RUN = re.compile(r"[A-Za-z0-9_\-+=~]{16,}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_PIECE = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_KIND = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+", re.ASCII)
_CHANGES = 3
"""So many changes between words, capitals and digits without a break are in no run that people write."""

_LONG_MIXED, _LONG_PIECE = 18, 24
"""Characters without a break that are no word: with a change among them, and in any case."""

_LONG_NUMBER = 16
_CONTAINED = 8
"""Characters of a secret that no address may contain; a shorter one is met by chance, and must stand by itself."""

_DEPTH = 4
"""How often a text may be percent-encoded before it is not looked at but dropped."""


def shareable(url: str, *, secrets: Iterable[str]) -> str | None:
    """Return what of `url` may leave the terminal, or None if nothing may.

    Only http and https addresses of public hosts. User info and the fragment are left out, and so is every parameter
    that has one of `secrets`, or looks as if it had one. What is longer than LONGEST, or has a secret in its path,
    loses first its query, then its path.
    """
    try:
        parts = urlsplit(url) if _URL.fullmatch(url) else None
        origin = None if parts is None else _public_origin(parts)
    except ValueError:
        return None
    if parts is None or origin is None:
        return None
    known = frozenset(filter(None, secrets))
    if any(_holds(origin, secret) for secret in known):
        return None
    path = "/".join(segment.partition(";")[0] for segment in parts.path.split("/"))
    if path and not _is_clean_path(path, known):
        return origin + "/"
    query = "&".join(pair for pair in parts.query.split("&") if _is_clean_pair(pair, known))
    wanted = (f"{path}?{query}" if query else path, path, "/")
    return next(origin + rest for rest in wanted if len(origin + rest) <= LONGEST)


def readable(url: str) -> str:
    """Return a shareable address as short as it is shown to people: the host, and what fits of the path."""
    parts = urlsplit(url)
    text = (parts.netloc + parts.path).rstrip("/")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def secrets_in(url: str, handoff: Mapping[str, str | None] | None = None) -> frozenset[str]:
    """Return what must not leave the terminal of a visit's own address and of what its page is given."""
    found = {value for key in ("token", "userId") if (value := (handoff or {}).get(key))}
    parts = urlsplit(url)
    for pair in (*parts.query.split("&"), *parts.fragment.split("&")):
        name, _, value = pair.partition("=")
        if _is_telling(unquote_plus(name)) or _is_random(unquote_plus(value)):
            found.add(unquote_plus(value))
    found.update(segment for segment in unquote_plus(parts.path).split("/") if _is_random(segment))
    found.update([piece for value in found for piece in value.split(".") if _is_random(piece)])  # of a JWT
    return frozenset(found - {""})


def _public_origin(parts: SplitResult) -> str | None:
    """Return scheme, host and port, if everybody can reach them. Raises ValueError for a port that is none."""
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in DEFAULT_PORTS or not _is_public(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, DEFAULT_PORTS[parts.scheme]} else "")


def _is_public(host: str) -> bool:
    if _NAME.fullmatch(host):
        return host.rpartition(".")[2] not in _INNER
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # In IPv6, an inner address can also be written as one that stands for an IPv4 address.
    stands_for_another = isinstance(address, IPv6Address) and (address not in _GLOBAL or address.sixtofour is not None)
    return address.is_global and not address.is_multicast and not stands_for_another


def _is_clean_path(path: str, secrets: frozenset[str]) -> bool:
    texts = _decodings(path)
    if not _is_plain(texts) or any(_holds(text, secret) for text in texts for secret in secrets):
        return False
    if any(_is_random(_UUID.sub("", text)) for text in texts):
        return False
    return not any(
        _is_telling(name) and not _WRITTEN.fullmatch(value) for name, value in pairwise(texts[-1].split("/"))
    )


def _is_clean_pair(pair: str, secrets: frozenset[str]) -> bool:
    name, _, value = pair.partition("=")
    names, values = _decodings(name), _decodings(value)
    if not name or not _is_plain(names) or not _is_plain(values) or any(map(_is_telling, names)):
        return False
    texts = [*names, *values]
    return not any(_is_random(text) or any(_holds(text, secret) for secret in secrets) for text in texts)


def _holds(text: str, secret: str) -> bool:
    text, secret = text.casefold(), secret.casefold()
    if len(secret) >= _CONTAINED:
        return secret in text
    return re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text) is not None


def _is_telling(name: str) -> bool:
    words = {word.lower() for word in _WORD.findall(name)}
    return not words.isdisjoint(_TELLING_WORDS) or _TELLING.search(re.sub(r"[\W_]", "", name.lower())) is not None


def _is_random(text: str) -> bool:
    """Whether there is something in `text` that looks like a token: a JWT, or a long run that is no writing."""
    return _JWT.search(text) is not None or any(map(_is_random_run, _RUN.findall(text)))


def _is_random_run(run: str) -> bool:
    pieces = _PIECE.findall(run)
    kinds = [_KIND.findall(piece) for piece in pieces]
    if sum(len(each) - 1 for each in kinds) >= _CHANGES:
        return True
    return any(_is_long(piece, mixed=len(parts) > 1) for piece, parts in zip(pieces, kinds, strict=True))


def _is_long(piece: str, *, mixed: bool) -> bool:
    if piece.isdigit():
        return len(piece) >= _LONG_NUMBER
    return len(piece) >= (_LONG_MIXED if mixed else _LONG_PIECE)


def _decodings(text: str) -> list[str]:
    """Return `text` and what it is when it is decoded, once and again."""
    texts = [text]
    while len(texts) < _DEPTH and (decoded := unquote_plus(texts[-1])) != texts[-1]:
        texts.append(decoded)
    return texts


def _is_plain(decodings: list[str]) -> bool:
    """Whether the last one is to be read as it is."""
    return len(decodings) < _DEPTH or "%" not in decodings[-1]
