"""`kiosk code check`: whether this terminal would accept a signed code, for the engineer who makes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.commands._context import STDIN, context_of
from kiosk.commands._sign_in import make_codes
from kiosk.core.sign_in import SignInRefused, check_pattern
from kiosk.errors import ExitStatus
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse

    from kiosk.config import Config
    from kiosk.sign_in.signed_code import SignedCode, SignedCodes

_LONGEST_INPUT = 65_536  # bytes: enough to be told that it is too long for a code


def check(args: argparse.Namespace) -> Result:
    """Say whether the code on standard input would be accepted, and why not. It is not used up.

    The exit status is CHECK_FAILED if it would not. Raises InvalidInput, ConfigError (the key) and StoreError.
    """
    context = context_of(args)
    config = context.config
    codes = make_codes(config)
    data = context.read_input(STDIN, field="standard input", limit=_LONGEST_INPUT)
    text = data.decode(errors="replace").removesuffix("\n").removesuffix("\r")  # what `echo` adds, and no more
    try:
        return _accepted(_examine(config, codes, text))
    except SignInRefused as refused:
        described = {"accepted": False, "reason": refused.reason, "detail": refused.detail}
        return Result(f"refused ({refused.reason}): {refused.detail}", described, ExitStatus.CHECK_FAILED)


def _examine(config: Config, codes: SignedCodes, text: str) -> SignedCode:
    """Do what the terminal does with a scanned code, but for using it up."""
    code = codes.check(text)
    check_pattern(code.sign_in.user, config.user_pattern)
    if codes.is_used(code):
        raise SignInRefused("used", "it was used before")
    if "code" not in config.sign_in:
        raise SignInRefused("unknown", "the code is right, but `sign_in` does not name code")
    return code


def _accepted(code: SignedCode) -> Result:
    """Describe a code without the visitor's id, which is nobody's business here."""
    left = max(round(code.expires_at - time.time()), 0)
    link = code.sign_in.link
    item = None if link.item_id is None else str(link.item_id)
    data = {"accepted": True, "secondsLeft": left, "feature": link.feature, "item": item}
    opens = f"{link.feature or 'the start page'}{f', item {item}' if item else ''}"
    return Result(f"accepted: it opens {opens}, and ends in {left} s; it is not used up", data)
