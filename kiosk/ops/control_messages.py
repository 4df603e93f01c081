"""What `kiosk run`, `end` and `status` ask of a running kiosk, and what it answers: one line of JSON each way.

Whoever asks is not trusted. A line longer than MAX_LINE, bytes that are not JSON, an unknown type or field, a value
that the core does not take: all are an InvalidInput that names the field and never repeats what was in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from kiosk.core.deeplink import DeepLink, parse_deep_link
from kiosk.core.language import check_language
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.wire import WireError, convert, decode, encode, to_builtins

if TYPE_CHECKING:
    from kiosk.errors import KioskError

T = TypeVar("T")

MAX_LINE = 8192
"""Bytes, the newline included. The longest honest request has a user id of 256 characters: 3 KiB if all are escaped."""

ENDING = "ending"
"""The code of a reply by a kiosk that is about to exit: who asks may have the screen in a moment."""


# ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begin:
    """End the visit that there is, and begin one of `user` at `link`. Answered with Began."""

    user: UserId = field(repr=False)
    link: DeepLink = field(default_factory=DeepLink)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """End the visit that there is. Answered with Ended."""


@dataclass(frozen=True, slots=True)
class Status:
    """Say how you are. Answered with KioskStatus."""


Request = Begin | End | Status


# ── replies ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request.

    If `ok`, `data` is what the request asks for. If not, `code`, `message` and `hint` are those of an error, for the
    operator, and hold no value that was sent.
    """

    ok: bool
    code: str = ""
    message: str = ""
    hint: str = ""
    data: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Began:
    """The visit that was begun, by its number."""

    visit: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The visit that was ended, by its number, or None if nobody was signed in."""

    visit: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """Events that wait to be sent, and those that were given up."""

    pending: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """How a kiosk is. `since` is when it came into `state`: ISO 8601, UTC, with a Z. No visitor's id is in here.

    `visit` is the number of the one that goes on, `visits` how many there were since the start, `code` the last
    error's or nothing. `engine_version` and `renderer` are empty while there is no window.
    """

    state: str
    since: str
    version: str
    engine: str
    pid: int
    engine_version: str = ""
    renderer: str = ""
    visit: int | None = None
    visits: int = 0
    code: str = ""
    outbox: OutboxCounts = OutboxCounts()


def accept(data: Began | Ended | KioskStatus) -> Reply:
    """Return the reply that does what was asked."""
    return Reply(ok=True, data=to_builtins(data))


def refuse(error: KioskError, *, code: str = "") -> Reply:
    """Return the reply that says what `error` says, under a `code` of its own if there is one."""
    return Reply(ok=False, code=code or error.code, message=error.message, hint=error.hint)


def data_of(reply: Reply, kind: type[T]) -> T:
    """Return the data of a reply as a `kind`. Raises WireError: the other side is of another version, perhaps."""
    return convert(reply.data, kind)


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _BeginFields:
    """A Begin as it travels."""

    user: str = field(repr=False)
    feature: str | None = None
    item_id: str | None = None
    language: str | None = None


_FIELDS: dict[str, frozenset[str]] = {
    "Begin": frozenset(item.name for item in fields(_BeginFields)),
    "End": frozenset(),
    "Status": frozenset(),
}


def encode_request(request: Request) -> bytes:
    """Return `request` as a line."""
    message: dict[str, object] = {"type": type(request).__name__}
    if isinstance(request, Begin):
        item = request.link.item_id
        message |= {
            "user": request.user.reveal(),
            "feature": request.link.feature,
            "item_id": None if item is None else str(item),
            "language": request.language,
        }
    return encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    """Return the request in `line`. Raises InvalidInput."""
    message = _object_in(line)
    name = message.pop("type", None)
    if not isinstance(name, str) or name not in _FIELDS:
        raise InvalidInput("type", "is not one that there is", allowed=", ".join(_FIELDS))
    if unknown := message.keys() - _FIELDS[name]:  # not by name: that is the asker's text, too
        raise InvalidInput("request", f"has {len(unknown)} unknown fields", allowed=", ".join(sorted(_FIELDS[name])))
    if name == "Begin":
        return _begin(message)
    return End() if name == "End" else Status()


def encode_reply(reply: Reply) -> bytes:
    """Return `reply` as a line. Raises ValueError if it would be too long to be read."""
    line = encode(to_builtins(reply)) + b"\n"
    if len(line) > MAX_LINE:
        raise ValueError(f"a reply of {len(line)} bytes")
    return line


def decode_reply(line: bytes) -> Reply:
    """Return the reply in `line`; what a newer kiosk adds is ignored. Raises WireError."""
    if len(line) > MAX_LINE:
        raise WireError("too long")
    return decode(line, Reply)


def _object_in(line: bytes) -> dict[str, object]:
    if len(line) > MAX_LINE:
        raise InvalidInput("request", "is too long", allowed=f"{MAX_LINE} bytes")
    try:
        return decode(line, dict[str, object])
    except WireError:
        raise InvalidInput("request", "is not a JSON object") from None


def _begin(message: dict[str, object]) -> Begin:
    try:
        given = convert(message, _BeginFields)
    except WireError as error:
        raise InvalidInput("request", str(error)) from None
    language = None if given.language is None else check_language(given.language)
    return Begin(UserId.parse(given.user), parse_deep_link(given.feature, given.item_id), language)
