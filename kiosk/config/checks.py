"""What the values of configuration keys mean: one check for each meaning, which returns the value as it is used.

Every check gets the value and the name of its key, and raises InvalidInput without repeating the value.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.core import language
from kiosk.core.deeplink import Feature
from kiosk.core.navigation import OriginPattern, parse_origin_pattern
from kiosk.core.origin import parse_base_url, parse_origin
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_BRAND = 64
"""Characters. Our own bound: more does not fit on the attract page."""

LANGUAGES = ("en", "de", "fr", "es", "pt", "uk", "ar")
"""The languages that our own pages speak: one file each in `assets/locales/`."""

PICTURE_ALLOWED = "the absolute path of a .png, .jpg, .webp or .svg file, readable by the kiosk's account"

_LONGEST_FRAME = 8
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".svg"})
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,64}")
_PROXY = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?", re.ASCII)


def check_base_url(value: str, field: str) -> str:
    """Return where the API is: an origin and perhaps a path, which no `/` ends."""
    parse_base_url(value, field=field)
    return value.rstrip("/")


def check_page_url(value: str, field: str) -> str | None:
    """Return a page's URL, or nothing."""
    if not value:
        return None
    parse_origin(value, field=field)
    return value


def check_file(value: str, field: str) -> Path | None:
    """Return the path of a file that is there, or nothing."""
    if not value:
        return None
    path = Path(value)
    if not path.is_absolute():
        raise InvalidInput(field, "is not an absolute path")
    try:
        found = path.is_file() and os.access(path, os.R_OK)
    except OSError:  # a name that is too long, a folder that is closed to us
        found = False
    if not found:
        raise InvalidInput(field, "is not the path of a file that this account can read")
    return path


def check_proxy(value: str, field: str) -> str | None:
    """Return a proxy, or nothing. Its password would be a secret, so it may have none."""
    if not value:
        return None
    if "@" in value:
        raise InvalidInput(field, "has a user name or password, and secrets are not accepted here")
    try:
        port = urlsplit(value).port
    except ValueError:
        port = 0
    if not _PROXY.fullmatch(value) or port == 0:
        raise InvalidInput(field, "is not the address of a proxy")
    return value.rstrip("/")


def check_patterns(value: list[str], field: str) -> tuple[OriginPattern, ...]:
    """Return an allow-list."""
    patterns = tuple(parse_origin_pattern(item, field=field) for item in value)
    for host in (pattern.origin.host for pattern in patterns if pattern.subdomains):
        if _is_public_suffix(host):
            raise InvalidInput(
                field,
                f"has a wildcard over {host}, where anybody can have a name",
                allowed="https://*.host of a host that one owner has",
            )
    return patterns


def _is_public_suffix(host: str) -> bool:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - few have wildcards, and it reads a large list

    return PublicSuffixList().is_public(host)


def check_language(value: str, field: str) -> str:
    """Return a language tag, or nothing."""
    return language.check_language(value, field=field) if value else ""


def check_brand(value: str, field: str) -> str:
    """Return a name that can be shown."""
    if len(value) > LONGEST_BRAND or not value.isprintable():
        raise InvalidInput(field, "is too long, or has a character that cannot be printed")
    return value


def check_color(value: str, field: str) -> str:
    """Return a colour as `#rrggbb`."""
    if not _COLOR.fullmatch(value):
        raise InvalidInput(field, "is not a colour")
    return value.lower()


def picture(most: int) -> Callable[[str, str], Path | None]:
    """Return the check that a value names a picture of `most` bytes or less, or nothing."""

    def check(value: str, field: str) -> Path | None:
        path = check_file(value, field)
        if path is None:
            return None
        if path.suffix.lower() not in _PICTURES:
            raise InvalidInput(field, "is not a kind of picture that every engine shows")
        if path.stat().st_size > most:
            raise InvalidInput(field, f"is larger than {most} bytes")
        return path

    return check


def check_sections(value: list[str], field: str) -> tuple[Feature, ...]:
    """Return sections of the widget, in the operator's order."""
    return tuple(Feature(item) for item in some_of(*Feature)(value, field))


def some_of(*words: str) -> Callable[[list[str], str], tuple[str, ...]]:
    """Return the check that each item of a list is one of `words`, and there once."""

    def check(value: list[str], field: str) -> tuple[str, ...]:
        for item in value:
            one_of(*words)(item, field)
        if len(set(value)) != len(value):
            raise InvalidInput(field, "names something twice")
        return tuple(value)

    return check


def at_least_one_of(*words: str) -> Callable[[list[str], str], tuple[str, ...]]:
    """Return the check of `some_of`, and that the list is not empty."""

    def check(value: list[str], field: str) -> tuple[str, ...]:
        if not value:
            raise InvalidInput(field, "is empty")
        return some_of(*words)(value, field)

    return check


def check_name(value: str, field: str) -> str:
    """Return a short name without control characters, or nothing."""
    if value and not _NAME.fullmatch(value):
        raise InvalidInput(field, "is too long, or has a control character")
    return value


def check_frame(value: str, field: str) -> str:
    """Return what a reader types around a code."""
    if len(value) > _LONGEST_FRAME or not value.isprintable():
        raise InvalidInput(field, "is too long, or has a character that cannot be printed")
    return value


def whole(least: int, most: int) -> Callable[[int, str], int]:
    """Return the check that a whole number is in a range, its ends included."""

    def check(value: int, field: str) -> int:
        return int(within(least, most)(value, field))

    return check


def within(least: float, most: float) -> Callable[[float, str], float]:
    """Return the check that a number is in a range, its ends included."""

    def check(value: float, field: str) -> float:
        if not least <= value <= most:  # NaN is refused by this too
            raise InvalidInput(field, "is out of range")
        return value

    return check


def check_seconds(value: float, field: str) -> float:
    """Return a deadline in seconds."""
    return float(within(0.1, 300)(value, field))


def one_of(*words: str) -> Callable[[str, str], str]:
    """Return the check that a text is one of `words`."""

    def check(value: str, field: str) -> str:
        if value not in words:
            near = get_close_matches(value, words, n=1)
            raise InvalidInput(
                field, "is not a value that it can have" + (f"; did you mean {near[0]}?" if near else "")
            )
        return value

    return check
