"""The table of configuration keys. Files, environment, flags, `kiosk config` and the README all follow it."""

from __future__ import annotations

import re
from difflib import get_close_matches

from kiosk.build import default_engine
from kiosk.config import checks
from kiosk.config.key import PREFIX, Key, Kind
from kiosk.config.terminal import OPERATOR_KEYS, SIGN_IN_KEYS, VISIT_KEYS

__all__ = ["KEYS", "PREFIX", "Key", "Kind", "looks_secret", "nearest"]

_SECRET = re.compile(r"api_?key|token|passw|secret|credential|jwt|(?:^|_)pin(?:$|_)", re.IGNORECASE)


def looks_secret(name: str) -> bool:
    """Whether a key or variable of this name is meant to hold a secret, which no configuration may."""
    return _SECRET.search(name) is not None


def nearest(name: str) -> str:
    """Return the name of the key that `name` may be a slip of, or an empty text."""
    near = get_close_matches(name.lower().replace("-", "_"), KEYS, n=1)
    return near[0] if near else ""


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
        help="an extra certificate authority to trust, for a venue that inspects its traffic; not for webview2's pages",
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
        default=default_engine(),
        allowed="qtwebengine or webkitgtk on Linux, webview2 on Windows, wkwebview on macOS",
        help="the web engine of the window; unset, the one that the release has, else the first named",
        check=checks.one_of("qtwebengine", "webkitgtk", "webview2", "wkwebview"),
        flag="--engine",
    ),
    Key(
        name="sub_resources",
        kind=Kind.STRING,
        default="any",
        allowed="any, allow-list",
        help="where pages may load scripts, pictures and the like from; never from the venue's network by themselves",
        check=checks.one_of("any", "allow-list"),
    ),
    Key(
        name="screen",
        kind=Kind.INTEGER,
        default=0,
        allowed="0 to 15; 0 is the primary screen",
        help="the screen to fill",
        check=checks.whole(0, 15),
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
        name="logo",
        kind=Kind.STRING,
        default=None,
        allowed=checks.PICTURE_ALLOWED + " and 256 KiB at most",
        help="the picture above the name on our own pages",
        check=checks.picture(262_144),
    ),
    Key(
        name="background",
        kind=Kind.STRING,
        default=None,
        allowed=checks.PICTURE_ALLOWED + " and 1 MiB at most",
        help="the picture behind the attract and sign-in pages; unset, our own",
        check=checks.picture(1_048_576),
    ),
    Key(
        name="primary_color",
        kind=Kind.STRING,
        default="#0b1b33",
        allowed="a colour such as #0b1b33",
        help="the ground of our own pages and of the session bar; text on it is black or white, whichever is readable",
        check=checks.check_color,
    ),
    Key(
        name="accent_color",
        kind=Kind.STRING,
        default="#ffc145",
        allowed="a colour such as #ffc145",
        help="buttons and highlights on our own pages",
        check=checks.check_color,
    ),
    Key(
        name="languages",
        kind=Kind.STRINGS,
        default=checks.LANGUAGES,
        allowed="one or more of " + ", ".join(checks.LANGUAGES),
        help="the languages that a visitor can choose on the screen; one alone shows no choice",
        check=checks.at_least_one_of(*checks.LANGUAGES),
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

KEYS: dict[str, Key] = {key.name: key for key in (*_TABLE, *SIGN_IN_KEYS, *VISIT_KEYS, *OPERATOR_KEYS)}
"""Every key by its name, in the order of the documentation."""
