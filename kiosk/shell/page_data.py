"""What each of our own pages shows, made from the data that the supervisor sends with it.

`data` by page; what is missing or of another kind counts as not there:

    attract         sections=[features], languages=[tags], methods=[argument | scanner | code | keypad]
    sign-in         methods, languages, keypad={length} or null,
                    message="" | unknown | wrong | wait | used | expired, wait=seconds
    loading         nothing
    out-of-service  languages
    warning         seconds
    notice          kind=link | download | file | print | blocked, address, qr (inline SVG)
    dialog          kind=alert | confirm | prompt, text, default, host
    cool-down       seconds
    bar             account, balance (a decimal), left (seconds or null)
    keyboard        layout=text | latin | email | url | numbers
    pin             wait=seconds, wrong, unset
    panel           version, state, since, engine, terminal, last_errors=[{time, code, text}],
                    outbox={pending, dead, oldest}, language, languages, checks=[{name, ok, text, hint}] or null,
                    busy, message
    enrolment       base_url, brand, language, languages, error={field, text} or null, busy, needs=[key, pin]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kiosk.assets import read_asset
from kiosk.core.deeplink import Feature
from kiosk.shell.operator_pages import enrolment_values, panel_values, pin_values
from kiosk.shell.template import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Texts = Mapping[str, str]
    Data = Mapping[str, object]

SCREEN_METHODS: Final = ("scanner", "code", "keypad")
"""Ways to sign in at the terminal itself."""

_METHODS: Final = ("argument", *SCREEN_METHODS)
_FEATURES: Final = frozenset(feature.value for feature in Feature)
_MESSAGES: Final = frozenset({"unknown", "wrong", "wait", "used", "expired"})
_NOTICES: Final = frozenset({"link", "download", "file", "print", "blocked"})
_DIALOGS: Final = frozenset({"alert", "confirm", "prompt"})
_QR: Final = re.compile(
    r'<svg(?: (?:xmlns|viewBox|width|height|class|version)="[\w :/.-]*")*>'
    r'(?:<g transform="[\w().]*">)?'
    r'(?:<path(?: (?:d|transform|stroke|stroke-width|fill|class)="[\w ().,#-]*")*/>)+'
    r"(?:</g>)?</svg>\s*",
    re.ASCII,
)
"""What segno draws: paths, and nothing that could run."""


def texts_for(data: Data, key: str, allowed: frozenset[str] | tuple[str, ...]) -> list[str]:
    """Return the list of words at `key`, those that are allowed."""
    value = data.get(key)
    return [item for item in value if item in allowed] if isinstance(value, list | tuple) else []


def whole(data: Data, key: str) -> int:
    """Return the number at `key`, which is 0 or more."""
    value = data.get(key)
    return max(0, int(value)) if isinstance(value, int | float) else 0


def word(data: Data, key: str, allowed: frozenset[str]) -> str:
    """Return the word at `key` if it is allowed, else nothing."""
    value = data.get(key)
    return value if isinstance(value, str) and value in allowed else ""


def icon(name: str) -> Markup:
    """Return a drawing of ours as inline SVG."""
    return Markup(read_asset(f"pages/icons/{name}.svg").strip())


def _attract(data: Data, texts: Texts) -> Data:
    methods = texts_for(data, "methods", SCREEN_METHODS)
    features = texts_for(data, "sections", tuple(_FEATURES))
    return {
        "hint": texts["hint." + ("-".join(each for each in SCREEN_METHODS if each in methods) or "argument")],
        "signing": bool(methods),
        "sections": [{"feature": each, "name": texts[f"section.{each}"], "icon": icon(each)} for each in features],
        "count": len(features),
    }


def _sign_in(data: Data, texts: Texts) -> Data:
    methods = texts_for(data, "methods", _METHODS)
    keypad = data.get("keypad")
    message = word(data, "message", _MESSAGES)
    shown = [each for each in methods if each in SCREEN_METHODS] or ["argument"]
    return {
        "ways": [{"icon": icon(each), "text": texts[f"way.{each}"]} for each in shown if each != "keypad"],
        "keypad": isinstance(keypad, dict) and "keypad" in methods,
        "message": texts[f"message.{message}"] if message else "",
        "waiting": message == "wait" and whole(data, "wait") > 0,
        "wait": whole(data, "wait"),
        "back-icon": icon("back"),
        "delete-icon": icon("delete"),
    }


def _warning(data: Data, _texts: Texts) -> Data:
    return {"seconds": whole(data, "seconds")}


def _notice(data: Data, texts: Texts) -> Data:
    kind = word(data, "kind", _NOTICES) or "blocked"
    qr = data.get("qr")
    safe = isinstance(qr, str) and _QR.fullmatch(qr) is not None
    return {
        "kind": kind,
        "icon": icon(f"no-{kind}"),
        "title": texts[f"{kind}.title"],
        "text": texts[f"{kind}.text" if kind != "link" or safe else "link.plain"],
        "qr": Markup(qr) if safe else "",
        "address": data.get("address") or "",
    }


def _dialog(data: Data, texts: Texts) -> Data:
    kind = word(data, "kind", _DIALOGS) or "alert"
    host = data.get("host")
    return {
        "title": texts["title"].replace("{host}", host if isinstance(host, str) else ""),
        "text": data.get("text") or "",
        "default": data.get("default") or "",
        "asking": kind != "alert",
        "typing": kind == "prompt",
    }


def _bar(data: Data, _texts: Texts) -> Data:
    left = data.get("left")
    return {
        "account": data.get("account") or "",
        "balance": data.get("balance") or "",
        "counting": isinstance(left, int | float),
    }


def _nothing(_data: Data, _texts: Texts) -> Data:
    return {}


_PAGES: Final[Mapping[str, Callable[[Data, Texts], Data]]] = {
    "attract": _attract,
    "sign-in": _sign_in,
    "warning": _warning,
    "notice": _notice,
    "dialog": _dialog,
    "cool-down": _warning,
    "bar": _bar,
    "pin": pin_values,
    "panel": panel_values,
    "enrolment": enrolment_values,
}


def page_values(name: str, data: Data, texts: Texts) -> Data:
    """Return the values for the template of the page `name`."""
    return _PAGES.get(name, _nothing)(data, texts)
