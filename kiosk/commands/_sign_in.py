"""Who may sign in here, as the configuration has it: the desk, signed codes, and a visitor whom a command names.

Imports late what is slow: `kiosk run` asks here before it starts the window's process.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk import paths
from kiosk.core.sign_in import SignInRefused, check_pattern
from kiosk.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.core.user_id import UserId
    from kiosk.sign_in.desk import SignInDesk
    from kiosk.sign_in.signed_code import SignedCodes


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


def make_desk(config: Config) -> SignInDesk:
    """Return the desk at which visitors sign in."""
    from kiosk.sign_in.desk import SignInDesk  # noqa: PLC0415 - not before the window's process is started

    return SignInDesk(
        methods=config.sign_in,
        pattern=config.user_pattern,
        codes=make_codes(config) if "code" in config.sign_in else None,
        check_digit=config.keypad_check_digit,
        longest=config.keypad_length,
        tries=config.keypad_tries,
        cooldown=config.keypad_cooldown,
        clock=time.monotonic,
    )


def make_codes(config: Config) -> SignedCodes:
    """Return who reads signed codes: neither the key nor the file of used codes is opened yet. Raises ConfigError."""
    from kiosk.sign_in.signed_code import SignedCodes  # noqa: PLC0415 - few terminals need it
    from kiosk.store.state import UsedCodes  # noqa: PLC0415 - the same

    if config.code_public_key is None:
        hint = "set it to the file of the public key that belongs to who signs the codes"
        raise ConfigError("code_public_key is not set", hint=hint)
    used = UsedCodes(paths.state_file(), life=config.code_life, clock=time.time)
    return SignedCodes(
        config.code_public_key, audience=config.code_audience, life=config.code_life, used=used, clock=time.time
    )
