"""Whether an API key may be stored: the API accepts it, or whoever is asked wants it all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import (
    ApiError,
    BadResponse,
    Forbidden,
    RateLimited,
    ServerFailed,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unreachable,
)

if TYPE_CHECKING:
    from kiosk.api import Probe
    from kiosk.commands._context import Context
    from kiosk.commands._dialog import Dialog
    from kiosk.core.secret import Secret

_UNPROVEN = (Unreachable, TimedOut, TlsFailed, RateLimited, ServerFailed, BadResponse)
"""Failures that say nothing about the key. After any other but 403 the key is not stored."""


def probe(context: Context, key: Secret) -> Probe:
    """Try `key` against the API. Raises ApiError."""
    return context.call(lambda api: api.probe(), key=key)


def admit(context: Context, dialog: Dialog, key: Secret) -> ApiError | None:
    """Return nothing if the API accepts `key`, or the error that stays although the key is to be stored.

    Raises ApiError if the key is wrong, or if it could not be tried and nobody agreed to store it.
    """
    try:
        probe(context, key)
    except Forbidden as error:
        dialog.say(f"The key is right, but this terminal may not use it yet: {error.hint}")
        return _insist(dialog, error)
    except _UNPROVEN as error:
        dialog.say(f"The key could not be tried: {error}\n  {error.hint}")
        return _insist(dialog, error)
    return None


def _insist(dialog: Dialog, error: ApiError) -> ApiError:
    if dialog.confirm("Store it all the same?"):
        return error
    raise error


def enter_key(context: Context, dialog: Dialog) -> tuple[Secret, ApiError | None]:
    """Ask for a key until the API accepts one, and return it with what `admit` says of it. Raises as `admit` does."""

    def attempt() -> tuple[Secret, ApiError | None]:
        key = dialog.ask_key()
        return key, admit(context, dialog, key)

    return dialog.until_right(attempt, wrong=Unauthorized)
