"""What the supervisor works with besides the screen and the API: made from the configuration, in one place.

Everything here imports late what is slow, for it is made while a visitor waits for the first page.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk import paths
from kiosk.core.session import Settings
from kiosk.errors import ConfigError
from kiosk.sign_in_desk import SignInDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kiosk.config import Config
    from kiosk.operating import Operating
    from kiosk.operator_pin import PinKeeper
    from kiosk.signed_code import SignedCodes
    from kiosk.terminal_events import TerminalEvents


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk, the operator's part, the terminal's own events, and who watches the network."""

    desk: SignInDesk
    pins: PinKeeper
    operating: Operating
    events: TerminalEvents
    network_back: Callable[[], Coroutine[None, None, None]]
    """Returns when the API's address could not be reached, and can be again."""
    start: Callable[[], None]
    """Called once, in the loop."""
    close: Callable[[], Coroutine[None, None, None]]


def settings_of(config: Config) -> Settings:
    """Return what the session needs of the configuration."""
    return Settings(
        idle_timeout=config.idle_timeout,
        idle_warning=config.idle_warning,
        visit_limit=config.visit_limit,
        operator_timeout=config.operator_timeout,
        media_counts=config.idle_media,
        reopen=config.after_crash == "reopen",
    )


def make_desk(config: Config) -> SignInDesk:
    """Return the desk at which visitors sign in."""
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
    from kiosk.signed_code import SignedCodes  # noqa: PLC0415 - few terminals need it
    from kiosk.store.state import UsedCodes  # noqa: PLC0415 - the same

    if config.code_public_key is None:
        hint = "set it to the file of the public key that belongs to who signs the codes"
        raise ConfigError("code_public_key is not set", hint=hint)
    used = UsedCodes(paths.state_file(), life=config.code_life, clock=time.time)
    return SignedCodes(
        config.code_public_key, audience=config.code_audience, life=config.code_life, used=used, clock=time.time
    )
