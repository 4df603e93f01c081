"""Two kiosks of one account: the second gives its visitor to the first, or takes its place if that one is ending."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.errors import AlreadyRunning, NotRunning
from kiosk.ops.instance import take_the_screen

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId

_PATIENCE = 5.0
"""Seconds for a kiosk that has the lock to take requests, or to be gone: it is just starting, or just ending."""

_PATIENCE_ALONE = 1.0
"""The same without a visitor to hand over: only one that is ending is waited for."""

_PAUSE = 0.05  # seconds


def take_or_hand_over(lock: Path, control: Path, *, user: UserId | None, link: DeepLink, language: str | None) -> bool:
    """Lock the screen for this process and return True, or hand `user` to the kiosk that has it and return False.

    Raises AlreadyRunning if that one does not take it, or there is nothing to hand over, and OSError if the lock's file
    cannot be made.
    """
    until = time.monotonic() + (_PATIENCE_ALONE if user is None else _PATIENCE)
    while True:
        try:
            take_the_screen(lock)
        except AlreadyRunning:
            if user is not None and _is_taken(control, user, link, language):
                return False
            if time.monotonic() >= until:
                raise _explain(user) from None
            time.sleep(_PAUSE)
        else:
            return True


def _is_taken(control: Path, user: UserId, link: DeepLink, language: str | None) -> bool:
    """Whether the running kiosk took the visitor; it did not if it is starting or ending, which passes."""
    # Late, because only a second kiosk needs them.
    from kiosk.commands.control import refusal  # noqa: PLC0415
    from kiosk.ops.control_client import ask  # noqa: PLC0415
    from kiosk.ops.control_messages import ENDING, Begin  # noqa: PLC0415

    try:
        reply = ask(control, Begin(user, link, language))
    except NotRunning:
        return False
    if not reply.ok and reply.code != ENDING:
        raise refusal(reply)
    return reply.ok


def _explain(user: UserId | None) -> AlreadyRunning:
    if user is None:
        hint = "`kiosk run --user ID` hands a visitor to it, `kiosk end` ends the visit there, `kiosk status` says more"
    else:
        hint = "it takes no requests: end that process, by the system's own means, and start the kiosk again"
    return AlreadyRunning("another kiosk of this account is running", hint=hint)
