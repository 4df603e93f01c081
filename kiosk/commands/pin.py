"""`kiosk pin set | clear | test`: what opens the operator panel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kiosk.commands._context import context_of
from kiosk.commands.key import dialog_of
from kiosk.errors import ExitStatus
from kiosk.operators.pin import PinState
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse


def set_pin(args: argparse.Namespace) -> Result:
    """Ask for a PIN, and keep its hash. Raises InvalidInput and StoreError."""
    context = context_of(args)
    pin = dialog_of(args, context).ask_new_pin()
    if pin is None:
        raise AssertionError("a PIN that is not optional")
    context.pins.set(pin)
    return Result("the PIN is set", {"set": True})


def clear_pin(args: argparse.Namespace) -> Result:
    """Forget the PIN. Raises StoreError."""
    cleared = context_of(args).pins.clear()
    text = "the PIN is forgotten: nobody can open the operator panel" if cleared else "there was no PIN"
    return Result(text, {"cleared": cleared})


def test_pin(args: argparse.Namespace) -> Result:
    """Try a PIN as the terminal does: a wrong one counts. The exit status is CHECK_FAILED unless it is right.

    Raises InvalidInput and StoreError.
    """
    context = context_of(args)
    if (state := context.pins.state()) is not PinState.SET:
        text = "no PIN is set" if state is PinState.UNSET else "the file of the PIN is damaged"
        return _failed(f"{text}\n  what to do: kiosk pin set")
    pin = dialog_of(args, context).ask_pin()
    if wait := context.pins.wait():
        return _failed(f"too many wrong PINs: none can be tried for {math.ceil(wait)} s", wait)
    verdict = context.pins.check(pin)
    if verdict.ok:
        return Result("the PIN is right", {"ok": True, "wait": 0})
    then = f"; the next try is possible in {math.ceil(verdict.wait)} s" if verdict.wait else ""
    return _failed(f"the PIN is wrong{then}", verdict.wait)


def _failed(text: str, wait: float = 0.0) -> Result:
    return Result(text, {"ok": False, "wait": math.ceil(wait)}, ExitStatus.CHECK_FAILED)
