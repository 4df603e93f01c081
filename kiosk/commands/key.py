"""`kiosk key set | test | delete`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from kiosk.api_key import read_key_file
from kiosk.commands._admission import admit, enter_key, probe
from kiosk.commands._context import context_of
from kiosk.commands._dialog import Dialog
from kiosk.errors import CredentialError
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse

    from kiosk.commands._context import Context
    from kiosk.core.secret import Secret
    from kiosk.errors import ApiError


def set_key(args: argparse.Namespace) -> Result:
    """Ask for a key, try it, and store it. Raises InvalidInput, ConfigError, CredentialError and ApiError."""
    context = context_of(args)
    return stored(context, store_key(args, context, dialog_of(args, context)))


def test_key(args: argparse.Namespace) -> Result:
    """Try the stored key, or the one in `--api-key-file`, against the API. Raises as `set_key` does."""
    context = context_of(args)
    found = probe(context, context.read_key())
    text = f"the API accepts the key: {context.store.locate()}" if context.uses_keyring else "the API accepts the key"
    return Result(text, {"accepted": True, "clockSkew": found.clock_skew})


def delete_key(args: argparse.Namespace) -> Result:
    """Forget the stored key. Raises ConfigError and CredentialError."""
    store = context_of(args).store
    deleted = store.delete()
    text = f"deleted from {store.describe()}" if deleted else f"there was no key in {store.describe()}"
    with suppress(CredentialError):  # as it should be: none is left
        text += f"; the kiosk now takes the one of the {store.locate()}"
    return Result(text, {"deleted": deleted})


def dialog_of(args: argparse.Namespace, context: Context) -> Dialog:
    """Return who asks, on the command's standard input."""
    return Dialog(context.stdin, assume_yes=getattr(args, "yes", False))


def store_key(args: argparse.Namespace, context: Context, dialog: Dialog) -> ApiError | None:
    """Take a key as `take_key` does, and store it; return the error it is stored in spite of."""
    key, remaining = take_key(args, context, dialog)
    context.store.write(key)
    return remaining


def take_key(args: argparse.Namespace, context: Context, dialog: Dialog) -> tuple[Secret, ApiError | None]:
    """Take a key from `--api-key-file` or by question, and try it; return it with the error it may be stored with.

    Raises as `admit` does.
    """
    name: str | None = getattr(args, "api_key_file", None)
    if name is None:
        return enter_key(context, dialog)
    key = read_key_file(name, context.stdin)
    return key, admit(context, dialog, key)


def stored(context: Context, remaining: ApiError | None) -> Result:
    """Say where the key is, and what still keeps it from being used."""
    where = context.store.locate()
    data = {"stored": True, "accepted": remaining is None, "problem": None if remaining is None else remaining.code}
    if remaining is None:
        return Result(f"the API accepts the key; it is in {where}", data)
    return Result(f"the key is in {where}, but does not work yet: {remaining}\n  what to do: {remaining.hint}", data)
