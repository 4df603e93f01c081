"""`kiosk setup --answers`: setting a terminal up where nobody answers; run again, it changes what differs alone."""

from __future__ import annotations

from argparse import Namespace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands._admission import admit
from kiosk.commands._context import STDIN, context_of
from kiosk.commands._dialog import Dialog
from kiosk.config.answers import read_answers
from kiosk.config.writing import differing
from kiosk.errors import CredentialsMissing, InvalidInput
from kiosk.operators.pin import parse_pin
from kiosk.operators.provisioning import Provision, provide
from kiosk.secret_file import read_secret_file

if TYPE_CHECKING:
    from kiosk.commands._context import Context
    from kiosk.core.secret import Secret
    from kiosk.errors import ApiError

_NO_KEY = "give it by `--api-key-file`; `--without-key` is for a kiosk whose systemd unit has it as a credential"


def apply_answers(args: Namespace) -> tuple[Context, dict[str, object], list[str], ApiError | None]:
    """Try the API key with what the answers say, and store all that differs from what there is, or nothing.

    Return what was worked with, the answers, what was changed (keys, `API key`, `PIN`), and the error that the key is
    stored in spite of. Raises as `setup` does.
    """
    outer = context_of(args)
    answers = read_answers(Path(args.answers), outer.flags, outer.places)
    if args.base_url is not None:
        answers["base_url"] = args.base_url
    context = context_of(Namespace(**vars(args) | answers | {"made_context": None}))
    pin = read_pin(args, context)
    key, remaining = _key(args, context)
    provision = _what_differs(context, Provision(values=answers, key=key, pin=pin))
    provide(provision, config_file=context.places.user, pins=context.pins, store=context.store)
    changed = [*provision.values]
    changed += ["API key"] if provision.key is not None else []
    changed += ["PIN"] if provision.pin is not None else []
    return context, answers, changed, remaining


def require_one_on_stdin(args: Namespace) -> None:
    """Raise InvalidInput if both secrets are to come by standard input, or options say opposite things."""
    if args.pin_file == STDIN and args.api_key_file == STDIN:
        raise InvalidInput("pin-file", "is standard input, and so is --api-key-file", allowed="one of them")
    if args.without_key and args.api_key_file is not None:
        raise InvalidInput("without-key", "contradicts --api-key-file", allowed="one of them")
    if args.without_key and args.answers is None:
        raise InvalidInput("without-key", "has no meaning without --answers")


def read_pin(args: Namespace, context: Context) -> Secret | None:
    """Return the PIN that `--pin-file` has, or nothing if there is no such option. Raises InvalidInput, ConfigError."""
    if args.pin_file is None:
        return None
    text = read_secret_file(args.pin_file, context.stdin, option="--pin-file", what="the PIN")
    return parse_pin(text.removesuffix("\n").removesuffix("\r"))


def _key(args: Namespace, context: Context) -> tuple[Secret | None, ApiError | None]:
    """Return the key, which was tried, with the error that it may be stored with. Without --yes there may be none."""
    if args.without_key:
        return None, None
    try:
        key = context.read_key()
    except CredentialsMissing as error:
        raise CredentialsMissing(error.message, hint=_NO_KEY) from None
    return key, admit(context, Dialog(BytesIO(), assume_yes=args.yes), key)


def _what_differs(context: Context, wanted: Provision) -> Provision:
    """Leave out what the terminal has already. Raises ConfigError, StoreError and CredentialError."""
    values = {name: wanted.values[name] for name in differing(wanted.values, context.places.user)}
    key = None if wanted.key is None or _has(context, wanted.key) else wanted.key
    pin = None if wanted.pin is None or context.pins.holds(wanted.pin) else wanted.pin
    return Provision(values=values, key=key, pin=pin)


def _has(context: Context, key: Secret) -> bool:
    try:
        return context.store.read() == key
    except CredentialsMissing:
        return False
