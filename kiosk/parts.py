"""What the supervisor works with besides the screen and the API: made from the configuration, in one place.

Everything here imports late what is slow, for it is made while a visitor waits for the first page.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk import paths
from kiosk.core.session import Settings
from kiosk.errors import ConfigError
from kiosk.shell.environment import environment_proxy
from kiosk.sign_in_desk import SignInDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kiosk.app import Supervisor
    from kiosk.commands._context import Context
    from kiosk.config import Config
    from kiosk.operating import Operating
    from kiosk.operator_pin import PinKeeper
    from kiosk.signed_code import SignedCodes
    from kiosk.terminal_events import TerminalEvents

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk, the operator's part, the terminal's own events, and who watches the network."""

    desk: SignInDesk
    pins: PinKeeper
    operating: Operating
    events: TerminalEvents
    network_back: Callable[[], Coroutine[None, None, None]]
    start: Callable[[], None]
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


def make_parts(app: Supervisor, *, context: Context) -> Parts:
    """Make all parts for `app`, in its loop."""
    from kiosk.operating import Operating  # noqa: PLC0415 - after the first request is under way
    from kiosk.operator_pin import PinKeeper  # noqa: PLC0415 - the same
    from kiosk.ops.control import ControlServer  # noqa: PLC0415 - the same
    from kiosk.ops.control_messages import OutboxCounts  # noqa: PLC0415
    from kiosk.ops.network import wait_for_return  # noqa: PLC0415
    from kiosk.requests import Requests  # noqa: PLC0415
    from kiosk.store.pin_tries import PinTries  # noqa: PLC0415

    config = app.config
    desk = make_desk(config)
    pins = PinKeeper(paths.pin_file(), PinTries(paths.pin_tries_file()))
    operating = Operating(
        config=config, pins=pins, panel=_NoPanel(), enrol=_no_enrol, on_event=app.inbox.put, show=app.show_again
    )

    async def counts() -> OutboxCounts:
        return OutboxCounts()

    server = ControlServer(
        paths.control_file(), Requests(app, desk=desk, outbox=counts).answer, runtime=paths.runtime_folder()
    )
    tasks: list[asyncio.Task[None]] = []

    def start() -> None:
        tasks.append(asyncio.create_task(_serve(server)))

    async def close() -> None:
        await operating.close()
        await server.close()

    host, port = target(config)
    return Parts(desk, pins, operating, _NoEvents(), lambda: wait_for_return(host, port), start, close)


async def _serve(server: ControlServer) -> None:
    try:
        await server.start()
    except OSError as error:
        log.error("no hand-over: %s", error.strerror)  # noqa: TRY400 - an operational error


def target(config: Config) -> tuple[str, int]:
    """Return the host and port of what this terminal connects to for the API: the proxy, if there is one."""
    url = urlsplit(config.proxy or environment_proxy() or config.base_url)
    return url.hostname or "", url.port or {"http": 80}.get(url.scheme, 443)


class _NoEvents:
    def checked_in(self, user): ...
    def ended(self, user, seconds): ...


class _NoPanel:
    async def describe(self, session):
        return {}


async def _no_enrol(values):
    raise NotImplementedError
