"""`kiosk setup`: from a fresh installation to a kiosk that can run."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from kiosk.commands._context import context_of
from kiosk.commands.key import dialog_of, store_key, stored
from kiosk.config.schema import KEYS
from kiosk.errors import InvalidInput
from kiosk.result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.commands._context import Context
    from kiosk.commands._dialog import Dialog
    from kiosk.config import Config

_NOTHING = "-"
"""What is typed to have a key that may be empty empty: no answer keeps what there is."""


def setup(args: argparse.Namespace) -> Result:
    """Ask for what a terminal needs, try and store the API key, and write the configuration.

    Nothing is written before the key is stored, and the key is stored under the address that it was tried against.
    Raises InvalidInput, ConfigError, CredentialError and ApiError.
    """
    context = context_of(args)
    dialog = dialog_of(args, context)
    answers = _ask(dialog, context.config)
    # What was answered counts like an option: the key goes to that address, and is kept for it.
    given = argparse.Namespace(**vars(args) | {"base_url": answers["base_url"], "made_context": None})
    context = context_of(given)
    key = stored(context, store_key(given, context, dialog))
    path = _write(context, answers)
    ignored = _overruled(context, answers)
    lines = [key.text, f"the configuration is in {path}", *map(_explain, ignored), "next: `kiosk doctor`, then `kiosk`"]
    return Result("\n".join(lines), key.data | {"configuration": str(path), "overruled": ignored})


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


def _write(context: Context, answers: Mapping[str, object]) -> Path:
    from kiosk.config.writing import write_user_config  # noqa: PLC0415 - when everything else went well

    return write_user_config(answers, context.places.user)


def _overruled(context: Context, answers: Mapping[str, object]) -> list[str]:
    """Return the keys that the administrator's policy or the environment sets to something else."""
    from kiosk.config import survey_config  # noqa: PLC0415 - see _write

    settings = survey_config({}, context.places).settings
    return [name for name, value in answers.items() if settings[name].value != value]


def _explain(name: str) -> str:
    return f"but `{name}` is set to something else, which counts: see `kiosk config show`"
