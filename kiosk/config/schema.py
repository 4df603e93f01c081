"""The table of configuration keys. Files, environment, flags, `kiosk config` and the README all follow it.

A value is checked in two steps: its type (`Kind`) and its meaning (`Key.check`). What is wrong is an InvalidInput that
names the key and what is allowed, and leaves the value out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.config import checks
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "KIOSK_"
"""Of environment variables that set a key."""

_SECRET = re.compile(r"api_?key|token|passw|secret|credential|jwt|(?:^|_)pin(?:$|_)", re.IGNORECASE)
_WORDS = {"true": True, "1": True, "false": False, "0": False}


class Kind(StrEnum):
    """The type of a value, in TOML's words."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    STRINGS = "array of strings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One configuration key. `flag` is its command-line option, if it has one; `allowed` and `help` are for people."""

    name: str
    kind: Kind
    default: object
    allowed: str
    help: str
    check: Callable[[Any, str], object]
    flag: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def parse(self, value: object) -> object:
        """Check a value of TOML's types. Raises InvalidInput."""
        if not _is_of(self.kind, value):
            raise InvalidInput(self.name, f"is not {_with_article(self.kind)}", allowed=self.allowed)
        try:
            return self.check(value, self.name)
        except InvalidInput as error:
            raise InvalidInput(self.name, error.message.removeprefix(f"{self.name}: "), allowed=self.allowed) from None

    def parse_text(self, text: str) -> object:
        """Check a value that was written as text, in an environment variable or on the command line."""
        try:
            return self.parse(_from_text(self.kind, text))
        except ValueError:
            raise InvalidInput(self.name, f"is not {_with_article(self.kind)}", allowed=self.allowed) from None


def looks_secret(name: str) -> bool:
    """Whether a key or variable of this name is meant to hold a secret, which no configuration may."""
    return _SECRET.search(name) is not None


def nearest(name: str) -> str:
    """Return the name of the key that `name` may be a slip of, or an empty text."""
    near = get_close_matches(name.lower().replace("-", "_"), KEYS, n=1)
    return near[0] if near else ""


def _with_article(kind: Kind) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _is_of(kind: Kind, value: object) -> bool:
    if isinstance(value, bool):
        return kind is Kind.BOOLEAN
    match kind:
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.INTEGER:
            return isinstance(value, int)
        case Kind.FLOAT:
            return isinstance(value, int | float)
        case Kind.STRINGS:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case _:
            return False


def _from_text(kind: Kind, text: str) -> object:
    match kind:
        case Kind.INTEGER:
            return int(text)
        case Kind.FLOAT:
            return float(text)
        case Kind.BOOLEAN:
            return _WORDS.get(text.strip().lower(), text)
        case Kind.STRINGS:
            return text.replace(",", " ").split()
        case _:
            return text


_URL_ALLOWED = "https://host, with a port and a path if need be; plain http for a loopback address alone"
_SECONDS_ALLOWED = "0.1 to 300 seconds"

_TABLE = (
    Key(
        name="base_url",
        kind=Kind.STRING,
        default="https://integration.enable3.io",
        allowed=_URL_ALLOWED + "; no query",
        help="where Enable3's API is",
        check=checks.check_base_url,
        flag="--base-url",
    ),
    Key(
        name="auth",
        kind=Kind.STRING,
        default="widget",
        allowed="widget, jwt",
        help="how a visit is signed in: Enable3's widget URL, or a JWT for the page at `sdk_url`",
        check=checks.one_of("widget", "jwt"),
    ),
    Key(
        name="sdk_url",
        kind=Kind.STRING,
        default=None,
        allowed=_URL_ALLOWED,
        help="the operator's own page, which gets the JWT; needed with auth = jwt",
        check=checks.check_page_url,
    ),
    Key(
        name="ca_file",
        kind=Kind.STRING,
        default=None,
        allowed="the absolute path of a PEM file",
        help="an extra certificate authority to trust, for a venue that inspects its traffic",
        check=checks.check_file,
    ),
    Key(
        name="proxy",
        kind=Kind.STRING,
        default=None,
        allowed="http://host:port or https://host:port, without a user name or password",
        help="the proxy for the API and the pages; unset, the usual environment variables count",
        check=checks.check_proxy,
    ),
    Key(
        name="connect_timeout",
        kind=Kind.FLOAT,
        default=3.0,
        allowed=_SECONDS_ALLOWED,
        help="seconds to wait for a connection to the API",
        check=checks.check_seconds,
    ),
    Key(
        name="read_timeout",
        kind=Kind.FLOAT,
        default=5.0,
        allowed=_SECONDS_ALLOWED,
        help="seconds to wait for the next bytes of an answer",
        check=checks.check_seconds,
    ),
    Key(
        name="total_timeout",
        kind=Kind.FLOAT,
        default=10.0,
        allowed=_SECONDS_ALLOWED + ", and not less than connect_timeout",
        help="seconds for a whole request, its retries included",
        check=checks.check_seconds,
    ),
    Key(
        name="allow",
        kind=Kind.STRINGS,
        default=(),
        allowed="a list of https://host or https://*.host, with a port or not",
        help="the origins that a visit may go to, besides the one of the widget itself",
        check=checks.check_patterns,
    ),
    Key(
        name="language",
        kind=Kind.STRING,
        default="",
        allowed="a language tag such as en, de or pt-BR, or nothing",
        help="the language of the widget and of our pages; unset, the visitor keeps theirs, and our pages are English",
        check=checks.check_language,
        flag="--language",
    ),
    Key(
        name="engine",
        kind=Kind.STRING,
        default="qtwebengine",
        allowed="qtwebengine",
        help="the web engine of the window",
        check=checks.one_of("qtwebengine"),
    ),
    Key(
        name="screen",
        kind=Kind.INTEGER,
        default=0,
        allowed="0 to 15; 0 is the primary screen",
        help="the screen to fill",
        check=checks.within(0, 15),
        flag="--screen",
    ),
    Key(
        name="windowed",
        kind=Kind.BOOLEAN,
        default=False,
        allowed="true, false",
        help="a window with a frame instead of the full screen, for development",
        check=lambda value, _: value,
        flag="--windowed",
    ),
    Key(
        name="brand",
        kind=Kind.STRING,
        default="Enable3",
        allowed=f"up to {checks.LONGEST_BRAND} printable characters",
        help="the name that our own pages show",
        check=checks.check_brand,
    ),
    Key(
        name="log_level",
        kind=Kind.STRING,
        default="info",
        allowed="debug, info, warning, error",
        help="the least severe messages that go to the log",
        check=checks.one_of("debug", "info", "warning", "error"),
    ),
)

KEYS: dict[str, Key] = {key.name: key for key in _TABLE}
"""Every key by its name, in the order of the documentation."""
