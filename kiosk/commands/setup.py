"""`kiosk setup`: from a fresh installation to a kiosk that can run."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from kiosk.commands._context import context_of
from kiosk.commands._unattended import apply_answers, read_pin, require_one_on_stdin
from kiosk.commands.key import dialog_of, stored, take_key
from kiosk.config.schema import KEYS
from kiosk.errors import InvalidInput
from kiosk.operators.pin import PinState
from kiosk.operators.provisioning import Provision, overruled, provide
from kiosk.result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.commands._context import Context
    from kiosk.commands._dialog import Dialog
    from kiosk.config import Config
    from kiosk.core.secret import Secret
    from kiosk.errors import ApiError

_NOTHING = "-"
"""What is typed to have a key that may be empty empty: no answer keeps what there is."""

_PIN_TEXTS = {
    PinState.SET: "the operator panel has a PIN",
    PinState.UNSET: "the operator panel has no PIN, so nobody can open it: see `kiosk pin set`",
    PinState.DAMAGED: "the file of the operator's PIN is damaged, so nobody can open the panel: see `kiosk pin set`",
}


def setup(args: argparse.Namespace) -> Result:
    """Ask for what a terminal needs, try the API key, and store everything, or nothing if anything fails.

    With `--answers` a file answers. The key is stored under the address that it was tried against. Raises InvalidInput,
    ConfigError, CredentialError, StoreError and ApiError.
    """
    require_one_on_stdin(args)
    if args.answers is not None:
        context, answers, changed, remaining = apply_answers(args)
        return _describe(context, answers, _said_of(args, context, remaining), changed)
    context = context_of(args)
    dialog = dialog_of(args, context)
    answers = _ask(dialog, context.config)
    # What was answered counts like an option: the key goes to that address, and is kept for it.
    given = argparse.Namespace(**vars(args) | {"base_url": answers["base_url"], "made_context": None})
    context = context_of(given)
    key, remaining = take_key(given, context, dialog)
    _store(context, Provision(values=answers, key=key, pin=_take_pin(args, dialog, context)))
    return _describe(context, answers, stored(context, remaining), None)


def _said_of(args: argparse.Namespace, context: Context, remaining: ApiError | None) -> Result:
    """Say what became of the key, which `--without-key` leaves out."""
    if args.without_key:
        return Result("no API key was tried or stored", {"stored": False, "accepted": None, "problem": None})
    return stored(context, remaining)


def _describe(context: Context, answers: Mapping[str, object], found: Result, changed: list[str] | None) -> Result:
    """Say what there is now; `changed`: what differed, if answers came from a file."""
    ignored = overruled(answers, context.places)
    path, state = context.places.user, context.pins.state()
    data = {"configuration": str(path), "overruled": ignored, "pin": str(state)}
    lines = [found.text, f"the configuration is in {path}", *map(_explain, ignored), _PIN_TEXTS[state]]
    if changed is not None:
        data["changed"] = changed
        lines.insert(0, f"changed: {', '.join(changed)}" if changed else "nothing had to be changed")
    return Result("\n".join([*lines, "next: `kiosk doctor`, then `kiosk`"]), found.data | data)


def _ask(dialog: Dialog, config: Config) -> dict[str, object]:
    """Return the values of configuration keys, checked. Raises InvalidInput."""
    answers = {
        "base_url": _ask_for("base_url", "Address of Enable3's API", config.base_url, dialog),
        "auth": _ask_for("auth", "Sign visitors in by (widget, jwt)", config.auth, dialog),
    }
    if answers["auth"] == "jwt":
        question = "Address of your own page, which gets the token"
        answers["sdk_url"] = dialog.ask(question, config.sdk_url or "", _parse_page)
    answers["language"] = _ask_for(
        "language", "Language, such as en; - for each visitor's own", config.language, dialog
    )
    answers["brand"] = _ask_for("brand", "Name that our pages show", config.brand, dialog)
    return answers


def _ask_for(name: str, question: str, default: str, dialog: Dialog) -> object:
    return dialog.ask(question, default, partial(_parse, name))


def _parse(name: str, text: str) -> object:
    return KEYS[name].parse_text("" if text == _NOTHING else text)


def _parse_page(text: str) -> object:
    page = _parse("sdk_url", text)
    if page is None:
        raise InvalidInput("sdk_url", "is needed with auth = jwt", allowed=KEYS["sdk_url"].allowed)
    return page


def _take_pin(args: argparse.Namespace, dialog: Dialog, context: Context) -> Secret | None:
    """Return a new PIN, of `--pin-file` or by question, or nothing. Raises InvalidInput and ConfigError."""
    return _ask_pin(dialog, context) if args.pin_file is None else read_pin(args, context)


def _ask_pin(dialog: Dialog, context: Context) -> Secret | None:
    """Return a new PIN, or nothing: then the one that there is stays, if there is one. Raises InvalidInput."""
    empty = "no answer keeps the one that there is" if context.pins.is_set() else "no answer: none"
    return dialog.ask_new_pin(f"PIN for the operator panel, 4 to 12 digits; {empty}", optional=True)


def _store(context: Context, provision: Provision) -> Path:
    return provide(provision, config_file=context.places.user, pins=context.pins, store=context.store)


def _explain(name: str) -> str:
    return f"but `{name}` is set to something else, which counts: see `kiosk config show`"
