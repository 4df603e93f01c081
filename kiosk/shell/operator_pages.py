"""What the operator's pages show: the PIN, the panel and the enrolment. Their data is in kiosk.shell.page_data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.assets import read_asset
from kiosk.shell.template import Markup

Texts = Mapping[str, str]
Data = Mapping[str, object]

_FACTS: Final = ("state", "since", "version", "engine", "terminal")
_OUTBOX: Final = ("pending", "dead", "oldest")
_TIMES: Final = frozenset({"since", "oldest"})
_NOTHING: Final = "-"

_ACTIONS: Final = ("doctor", "reload", "test", "outbox-retry", "restart", "exit")
_ASKED: Final = frozenset({"restart", "exit"})
"""What is asked once more, for it takes the kiosk off the glass."""

_FIELDS: Final = ("base_url", "key", "pin", "brand", "language")


def pin_values(data: Data, texts: Texts) -> Data:
    """Return the values for the page that asks for the operator's PIN."""
    unset, wrong, wait = bool(data.get("unset")), bool(data.get("wrong")), _number(data.get("wait"))
    said = "unset" if unset else "wrong" if wrong else "text"
    # While there is something to wait for, the page counts down in the message.
    return {
        "unset": unset,
        "message": "" if wait and not unset else texts[said],
        "delete-icon": Markup(read_asset("pages/icons/delete.svg").strip()),
    }


def panel_values(data: Data, texts: Texts) -> Data:
    """Return the values for the operator panel."""
    checks, errors, busy = _rows(data.get("checks")), _rows(data.get("last_errors")), bool(data.get("busy"))
    outbox = data.get("outbox")
    return {
        "notice": texts["busy"] if busy else _text(data.get("message")),
        "facts": [_fact(name, data, texts) for name in _FACTS],
        "outbox": [_fact(name, outbox if isinstance(outbox, Mapping) else {}, texts) for name in _OUTBOX],
        "actions": [_action(name, texts, busy=busy) for name in _ACTIONS],
        "checked": bool(checks),
        "checks": [_check(row, texts) for row in checks],
        "failed": bool(errors),
        "errors": [{name: _text(row.get(name)) for name in ("time", "code", "text")} for row in errors],
    }


def enrolment_values(data: Data, texts: Texts) -> Data:
    """Return the values for the enrolment page: an error stands beside its field, or on top if it has none.

    A terminal that has a PIN asks for it, once; the others for a new one, twice.
    """
    needs = data.get("needs")
    new = not isinstance(needs, list | tuple) or "pin" in needs
    error = data.get("error")
    field, text = (error.get("field"), _text(error.get("text"))) if isinstance(error, Mapping) else ("", "")
    known = isinstance(field, str) and field in _FIELDS and field != "language"
    return {
        "busy": bool(data.get("busy")),
        "new-pin": new,
        "pin-hint": texts["pin-hint" if new else "pin-known"],
        "problem": "" if known else text,
        "problems": {str(field): text} if known else {},
    }


def _fact(name: str, data: Data, texts: Texts) -> Data:
    value = data.get(name)
    text = _NOTHING if value is None or value == "" else str(value)
    if name == "state":
        text = texts.get(f"state.{text}", text)
    return {"label": texts[name], "value": text, "time": text if name in _TIMES and text != _NOTHING else ""}


def _action(name: str, texts: Texts, *, busy: bool) -> Data:
    asked = name in _ASKED
    return {
        "value": name,
        "label": texts[name],
        "quiet": asked,
        "ask": texts[f"{name}.ask"] if asked else "",
        "yes": texts[f"{name}.yes"] if asked else "",
        "inactive": busy and not asked,
    }


def _check(row: Data, texts: Texts) -> Data:
    fine = row.get("ok") is True
    return {
        "kind": "fine" if fine else "bad",
        "mark": texts["fine" if fine else "bad"],
        "name": _text(row.get("name")),
        "text": _text(row.get("text")),
        "hint": "" if fine else _text(row.get("hint")),
    }


def _rows(value: object) -> list[Data]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _number(value: object) -> float:
    return max(0.0, float(value)) if isinstance(value, int | float) else 0.0


def _text(value: object) -> str:
    return "" if value is None else str(value)
