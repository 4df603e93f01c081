"""What the supervisor and the shell say to each other: one JSON object a line, typed and bounded.

Commands go down the shell's standard input, events come up its standard output. A line longer than MAX_LINE, bytes that
are not JSON, an unknown `type`, a missing or wrong field: all are a ProtocolError, and the other side ends the process
that sent it. Secrets travel here, so a message's `repr` hides them and an error never quotes the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, BinaryIO, TypeVar, get_args

from kiosk.core.look import Look  # noqa: TC001 - the decoder reads the annotations
from kiosk.core.scanner import ScannerSettings  # noqa: TC001 - the same
from kiosk.errors import ConfigError, EngineUnavailable, KioskError, LockdownFailed
from kiosk.wire import WireError, convert, decode, encode, to_builtins

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

MAX_LINE = 65_536
"""Bytes, the newline included. The largest honest message shows the operator's panel, whose texts are cut to fit."""


class ProtocolError(Exception):
    """A line that is not a message of this protocol. The text says why and quotes nothing."""


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Start:
    """The first command: what the window is like. `allow` has the operator's origin patterns."""

    windowed: bool
    screen: int
    language: str
    look: Look
    allow: list[str]
    engine: str = "qtwebengine"
    proxy: str = field(default="", repr=False)
    """`http://[user:password@]host:port` for the pages, or none."""
    ca_file: str = ""
    """A file of certificate authorities that pages may come from, besides those that the engine trusts."""
    probe: bool = False
    """Start the engine, report Ready, and end without a window."""
    spare: bool = False
    """Wait out of sight, below the window in front, until Present."""
    scanner: ScannerSettings | None = None
    corner: str = "top-left"
    """Where the operator taps: `top-left`, `top-right`, `bottom-left` or `bottom-right`."""
    taps: int = 7
    listed_only: bool = False
    """Let pages load from the allow-list alone, not from anywhere."""
    keyboard: bool = False
    """Show a keyboard on the screen when a text field of a visit's page has the focus."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show a page of our own over everything else, with a `code` for the operator and what else it needs as `data`.

    The names, and what `data` each page takes, are in kiosk.shell.page_data. A visit's page goes on below it.
    """

    page: str
    language: str
    code: str = ""
    data: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HidePage:
    """Show the visit's page again, which a page of our own lies over."""


@dataclass(frozen=True, slots=True)
class ShowBar:
    """What the session bar says, from now on: it is there whenever a visit's page is.

    `account` is the masked user id, `balance` a decimal or nothing, `left` the seconds left if they matter.
    """

    language: str
    account: str = field(repr=False)
    balance: str = field(default="", repr=False)
    left: int | None = None


@dataclass(frozen=True, slots=True)
class OpenWidget:
    """Show a visit's page. In `jwt` mode `handoff` is what the page's scripts get, on the origin of `url` alone.

    Our own page that is shown stays on the screen until the first frame of this one. With `resume`, the page of the
    same visit is open already and `url` is a renewed one: the visitor should not lose their place.
    """

    visit: int
    url: str = field(repr=False)
    handoff: dict[str, str | None] | None = field(default=None, repr=False)
    resume: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the page of this visit a renewed token."""

    visit: int
    handoff: dict[str, str | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cover:
    """The visit is over: hide its page at once behind a cover that takes no input, silence it, empty the clipboard."""


@dataclass(frozen=True, slots=True)
class Present:
    """You are no longer the spare: come to the front, and take no input until the touch that led here is over."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Close the window and end."""


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """A screen's size, in its own pixels. A part of Ready."""

    width: int
    height: int


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ready:
    """The window is up and locked down.

    `enforcement` is the engine's report by feature, `renderer` the version of what draws (for Qt WebEngine: Chromium).
    """

    engine: str
    version: str
    enforcement: dict[str, str]
    renderer: str = ""
    screens: list[ScreenSize] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Painted:
    """The first real frame of a page is on the screen: of visit `visit`, or of our own page if 0."""

    visit: int
    page: str = ""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """A page could not be loaded. The reason is a short word of ours, never a URL.

    `dns`, `tls`, `connection`, `http`, `http-NNN` (a status), `blocked`, `not-a-page`, `left`, `refused` or `other`.
    """

    visit: int
    reason: str


@dataclass(frozen=True, slots=True)
class RendererGone:
    """The process that draws the page ended, or answers no more (`hung`)."""

    visit: int
    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A page asked for something that it may not have; `by_visitor` if somebody had just touched it."""

    visit: int
    feature: str
    reason: str
    by_visitor: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A page of our own said a word, for instance `retry`, and perhaps a value: what was typed, for instance."""

    word: str
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Activity:
    """Somebody touched the screen or typed: at most one a second. What the toolkit saw, whatever the page does."""


@dataclass(frozen=True, slots=True)
class Playing:
    """Sound or a video of the visit's page began to play (`active`), or ended."""

    active: bool


@dataclass(frozen=True, slots=True)
class Scanned:
    """A reader read a code, on a page that lets a visitor sign in."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gesture:
    """Somebody tapped in the operator's corner as often as it takes."""


@dataclass(frozen=True, slots=True)
class Covered:
    """The cover is on the screen."""


@dataclass(frozen=True, slots=True)
class Presented:
    """This window is in front, with a page on it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The shell does not open a window: `code` is that of the error, `message` and `hint` are for the operator."""

    code: str
    message: str
    hint: str = ""

    def error(self) -> KioskError:
        """Return the error that this stands for; an unknown one is the engine's."""
        kinds: dict[str, type[KioskError]] = {kind.code: kind for kind in (ConfigError, LockdownFailed)}
        return kinds.get(self.code, EngineUnavailable)(self.message, hint=self.hint or None)


@dataclass(frozen=True, slots=True)
class Closed:
    """The window was closed by somebody at the screen, in a development window with a frame."""


Command = Start | ShowPage | HidePage | ShowBar | OpenWidget | HandOver | Cover | Present | Quit
Event = (
    Ready
    | Painted
    | LoadFailed
    | RendererGone
    | Blocked
    | Said
    | Activity
    | Playing
    | Scanned
    | Gesture
    | Covered
    | Presented
    | Refused
    | Closed
)

_COMMANDS: dict[str, type[Command]] = {kind.__name__: kind for kind in get_args(Command)}
_EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def encode_message(message: Command | Event) -> bytes:
    """Return `message` as a line. Raises ProtocolError if it would be too long to be read."""
    line = encode({"type": type(message).__name__, **to_builtins(message)}) + b"\n"
    if len(line) > MAX_LINE:
        raise ProtocolError(f"a {type(message).__name__} of {len(line)} bytes")
    return line


def decode_command(line: bytes) -> Command:
    """Return the command in `line`. Raises ProtocolError."""
    return _decode(line, _COMMANDS)


def decode_event(line: bytes) -> Event:
    """Return the event in `line`. Raises ProtocolError."""
    return _decode(line, _EVENTS)


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of `stream` until its end. Raises ProtocolError at a line that is too long or cut off."""
    while line := stream.readline(MAX_LINE):
        if not line.endswith(b"\n"):
            raise ProtocolError("a line that is too long" if len(line) == MAX_LINE else "a line that is cut off")
        yield line


def _decode(line: bytes, kinds: dict[str, type[T]]) -> T:
    if len(line) > MAX_LINE:
        raise ProtocolError("a line that is too long")
    try:
        message = decode(line, dict[str, object])
        name = message.pop("type", None)
        kind = kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            raise ProtocolError("a message of unknown type")
        if unknown := message.keys() - {item.name for item in fields(kind)}:  # type: ignore[arg-type]
            raise ProtocolError(f"a {name} with {len(unknown)} unknown fields")
        return convert(message, kind)
    except WireError as error:
        raise ProtocolError(str(error)) from None
