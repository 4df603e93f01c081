"""The ways to sign in, as the configuration has them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.core.sign_in import SignInRefused, check_pattern
from kiosk.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.core.user_id import UserId
    from kiosk.sign_in_desk import SignInDesk
    from kiosk.signed_code import SignedCodes


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


def open_codes(config: Config) -> SignedCodes:
    """Return who reads signed codes. Neither the key nor the file of used codes is opened yet. Raises ConfigError."""
    from kiosk.paths import state_file  # noqa: PLC0415 - only a terminal that takes codes pays
    from kiosk.signed_code import LEEWAY, SignedCodes  # noqa: PLC0415 - the same
    from kiosk.store.state import UsedCodes  # noqa: PLC0415 - the same

    if config.code_public_key is None:
        hint = "set it to the file of the public key that belongs to who signs the codes"
        raise ConfigError("code_public_key is not set", hint=hint)
    used = UsedCodes(state_file(), life=config.code_life + LEEWAY, clock=time.time)
    return SignedCodes(
        config.code_public_key, audience=config.code_audience, life=config.code_life, used=used, clock=time.time
    )


def open_desk(config: Config) -> SignInDesk:
    """Return where visitors sign in."""
    from kiosk.sign_in_desk import SignInDesk  # noqa: PLC0415 - not every command that imports this has one

    return SignInDesk(
        methods=config.sign_in,
        pattern=config.user_pattern,
        codes=open_codes(config) if "code" in config.sign_in else None,
        check_digit=config.keypad_check_digit,
        longest=config.keypad_length,
        tries=config.keypad_tries,
        cooldown=config.keypad_cooldown,
        clock=time.monotonic,
    )
