"""Whether a visitor whom a command names may sign in here, as the configuration has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.core.sign_in import SignInRefused, check_pattern
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.core.user_id import UserId


def check_user(config: Config, user: UserId) -> None:
    """Refuse an id that `user_pattern` does not match, before a request makes an account of it. Raises InvalidInput."""
    try:
        check_pattern(user, config.user_pattern)
    except SignInRefused:
        problem = "is not what a user id looks like here"
        raise InvalidInput("--user", problem, allowed="what `user_pattern` in the configuration matches") from None


def admit_argument(config: Config, user: UserId) -> None:
    """Refuse a visitor whom `kiosk run --user` may not sign in on this terminal. Raises InvalidInput."""
    if "argument" not in config.sign_in:
        allowed = "only where `sign_in` in the configuration names argument"
        raise InvalidInput("--user", "is switched off", allowed=allowed)
    check_user(config, user)
