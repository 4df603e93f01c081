"""The window's own pages, filled in.

Our pages speak by navigating to `kiosk:<word>`. So that no other page can say a word in our name, each page that is
shown has its own random number in these addresses: who has the number was given it by us.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from kiosk.assets import read_asset
from kiosk.core.navigation import OWN_SCHEME, OWN_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGES = ("attract", "loading", "out-of-service")

FALLBACK_LANGUAGE = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_SAID = re.compile(rf'"{OWN_SCHEME}:([a-z-]+)"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of our own. `words` maps the addresses that this very page may go to onto the word each stands for."""

    name: str
    html: str = field(repr=False)
    words: Mapping[str, str] = field(repr=False)


def render_page(name: str, *, language: str, brand: str, code: str = "") -> OwnPage:
    """Fill in the page `name`, one of PAGES. Raises KeyError for another name and OSError without assets."""
    if name not in PAGES:
        raise KeyError(name)
    texts, spoken = _texts(language)
    number = secrets.token_hex(16)
    values = {
        "brand": brand,
        "language": spoken,
        "dir": "rtl" if spoken.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "code": code,
        **{key: texts.get(f"{name}.{key}", "") for key in ("title", "text", "action")},
    }
    filled = _PLACEHOLDER.sub(lambda match: escape(values.get(match[1], "")), _template(name))
    html = _SAID.sub(lambda match: f'"{OWN_SCHEME}:{match[1]}#{number}"', filled)
    return OwnPage(name, html, {f"{OWN_SCHEME}:{word}#{number}": word for word in OWN_WORDS[name]})


def _template(name: str) -> str:
    return read_asset(f"pages/{name}.html").replace("{{style}}", read_asset("pages/common.css"))


def _texts(language: str) -> tuple[Mapping[str, str], str]:
    """Return the texts of the best language there is, and which one that is."""
    for candidate in (language, language.partition("-")[0]):
        if _LANGUAGE.fullmatch(candidate) and (texts := _locale(candidate)) is not None:
            return {**(_locale(FALLBACK_LANGUAGE) or {}), **texts}, candidate
    return _locale(FALLBACK_LANGUAGE) or {}, FALLBACK_LANGUAGE


@cache
def _locale(language: str) -> dict[str, str] | None:
    try:
        texts = json.loads(read_asset(f"locales/{language}.json"))
    except (FileNotFoundError, ValueError):
        return None
    return {key: value for key, value in texts.items() if isinstance(value, str)}
