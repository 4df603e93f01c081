"""The window's own pages, filled in.

Each is the template `frame.html` around `<name>.html`, with `<name>.css` and `<name>.js` if there are any. A page loads
nothing: styles, scripts and pictures are in it, and its policy allows no others.

Our pages speak by navigating to `kiosk:<word>#<number>`, with `:<value>` after it, percent-encoded, if there is one.
So that no other page can say a word in our name, each page that is shown has its own random number in these
addresses: who has the number was given it by us.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from kiosk.assets import read_asset
from kiosk.core.language import FALLBACK_LANGUAGE
from kiosk.core.navigation import LONGEST_VALUE, OWN_SCHEME, OWN_WORDS
from kiosk.shell.branding import picture, style_of
from kiosk.shell.engines.scripts import literal
from kiosk.shell.page_data import page_values
from kiosk.shell.template import Markup, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.core.look import Look


_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_TYPED_IN = frozenset({"dialog", "enrolment", "keyboard"})
"""Pages with the on-screen keyboard."""

_LIKE = {"cool-down": "warning"}
"""Pages with the style and the script of another."""

_PICTURED = frozenset({"attract", "sign-in"})
_SCENES = {
    **dict.fromkeys(("attract", "sign-in", "loading"), "day"),
    **dict.fromkeys(("warning", "notice", "dialog", "cool-down", "out-of-service"), "night"),
}
_NO_DATA: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of our own. `words` maps the addresses that this very page may go to onto the word each stands for."""

    name: str
    html: str = field(repr=False)
    words: Mapping[str, str] = field(repr=False)

    def said(self, url: str) -> tuple[str, str] | None:
        """Return the word and the value that a navigation to `url` says, or None if this page says no such thing."""
        scheme, colon, rest = url.partition(":")
        address, _, encoded = rest.partition(":")
        word = self.words.get(scheme + colon + address)
        try:
            value = unquote(encoded, errors="strict")
        except UnicodeDecodeError:
            return None
        return None if word is None or len(value) > LONGEST_VALUE else (word, value)


def render_page(
    name: str, *, language: str, look: Look, code: str = "", data: Mapping[str, object] = _NO_DATA
) -> OwnPage:
    """Fill in the page `name`, a key of OWN_WORDS, with `data` as in kiosk.shell.page_data.

    Raises KeyError for another name and OSError without assets.
    """
    if name not in OWN_WORDS:
        raise KeyError(name)
    every, spoken = _texts(language)
    texts = {key.partition(".")[2]: text for key, text in every.items() if key.startswith((f"{name}.", "common."))}
    number = secrets.token_hex(16)
    say = {word: f"{OWN_SCHEME}:{word}#{number}" for word in sorted(OWN_WORDS[name])}
    page = {
        "page": name,
        "language": spoken,
        "dir": _direction(spoken),
        "code": code,
        "say": say,
        "texts": texts,
        "data": dict(data),
    }
    values = {
        **texts,
        **page,
        **_frame_values(name, look),
        "t": texts,
        "choices": (choices := _choices(data, spoken)),
        "choosing": bool(choices),
        **page_values(name, data, texts),
        "json": Markup(literal(page)),
        "script": Markup(
            _asset("common.js") + (_keyboard() if name in _TYPED_IN else "") + _asset(f"{_LIKE.get(name, name)}.js")
        ),
        "nonce": secrets.token_hex(16),
    }
    html = render("frame.html", {**values, "body": render(f"{name}.html", values)})
    return OwnPage(name, html, {address: word for word, address in say.items()})


def texts_of(name: str, language: str) -> tuple[Mapping[str, str], bool]:
    """Return the texts of the page `name`, and whether they are written from right to left."""
    every, spoken = _texts(language)
    own = {key.partition(".")[2]: text for key, text in every.items() if key.startswith(f"{name}.")}
    return own, _direction(spoken) == "rtl"


def _frame_values(name: str, look: Look) -> Mapping[str, object]:
    """Return what depends on the page's name and the brand alone."""
    pictured = picture(look.background) if name in _PICTURED else None
    keys = _asset("on-screen-keyboard.css") if name in _TYPED_IN else ""
    scene = "picture" if pictured else _SCENES.get(name, "plain")
    return {
        "brand": look.brand,
        "logo": picture(look.logo),
        "background": pictured,
        "scene": scene,
        "drawn": scene in {"day", "night"},
        "day": scene == "day",
        "style": Markup(style_of(look) + _asset("common.css") + keys + _asset(f"{_LIKE.get(name, name)}.css")),
    }


def _choices(data: Mapping[str, object], spoken: str) -> list[Mapping[str, object]]:
    """Return the languages to choose from, each by its own name; one alone is no choice."""
    wanted = data.get("languages")
    tags = [tag for tag in wanted if isinstance(tag, str)] if isinstance(wanted, list | tuple) else []
    known = [(tag, texts) for tag in tags if _LANGUAGE.fullmatch(tag) and (texts := _locale(tag)) is not None]
    if len(known) < 2:  # noqa: PLR2004 - a choice has two sides
        return []
    return [
        {"tag": tag, "own_name": texts["language.name"], "chosen": tag == spoken, "writes": _direction(tag)}
        for tag, texts in known
    ]


def _direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


@cache
def _keyboard() -> str:
    """Return the scripts of the on-screen keyboard: the library, its layouts, and ours."""
    library = (read_asset(f"vendor/simple-keyboard/{file}") for file in ("simple-keyboard.js", "layouts.json"))
    return "\nconst KEYBOARD_LAYOUTS = ".join(library) + ";\n" + _asset("on-screen-keyboard.js")


@cache
def _asset(file: str) -> str:
    """Return a style or script of our pages, empty if there is none."""
    try:
        return read_asset(f"pages/{file}")
    except FileNotFoundError:
        return ""


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
