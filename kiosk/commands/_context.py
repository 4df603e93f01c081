"""What commands work with: the configuration, the API key and the API, each made when it is first asked for.

Tests give handlers a subclass, by `cli.main(..., context=...)`.
"""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from kiosk import logs
from kiosk.config import Places, load_config, survey_config
from kiosk.core.origin import parse_origin
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from kiosk.api import Enable3
    from kiosk.config import Config
    from kiosk.core.secret import Secret
    from kiosk.credentials import CredentialStore
    from kiosk.operators.pin import PinKeeper
    from kiosk.store.outbox import Outbox

    T = TypeVar("T")

STDIN = "-"
"""As the name of a file: standard input."""


def context_of(args: argparse.Namespace) -> Context:
    """Return what the handler of `args` works with: the same at every call."""
    made: Context | None = getattr(args, "made_context", None)
    if made is None:
        make: Callable[[argparse.Namespace], Context] = getattr(args, "context", None) or Context
        made = args.made_context = make(args)
    return made


class Context:
    """The real things, as the command line, configuration and this system have them."""

    def __init__(self, args: argparse.Namespace) -> None:
        """Make nothing yet. `args` may have options that set configuration keys, and `api_key_file`."""
        self._args = args

    @property
    def flags(self) -> dict[str, object]:
        """The options of the command line, by configuration key and others."""
        return vars(self._args)

    @property
    def places(self) -> Places:
        """Where settings are read from."""
        return Places()

    @cached_property
    def config(self) -> Config:
        """The configuration. Raises ConfigError."""
        config = load_config(vars(self._args), self.places)
        logs.set_level(config.log_level)
        return config

    @property
    def stdin(self) -> BinaryIO:
        """Standard input, as bytes."""
        return sys.stdin.buffer

    @cached_property
    def store(self) -> CredentialStore:
        """Where the API key of the configured API is kept."""
        return self.store_at(self.config.base_url)

    def store_at(self, base_url: str) -> CredentialStore:
        """Return where the API key of the API at `base_url` is kept."""
        from kiosk.credentials import KeyringStore  # noqa: PLC0415 - only a command that needs the keyring pays for it
        from kiosk.systemd_credential import KeyringOrCredential, find_credential  # noqa: PLC0415 - as above

        keyring = KeyringStore(parse_origin(base_url))
        credential = find_credential(self.places.environ)
        if credential is None or not self._is_configured(base_url):
            return keyring
        return KeyringOrCredential(keyring, credential)

    def _is_configured(self, base_url: str) -> bool:
        """Whether files, policy or environment name the API at this address: a credential goes to no other.

        Not an option or a typed answer: a slip of the address would send the key there.
        """
        configured = str(survey_config({}, self.places).settings["base_url"].value)
        return parse_origin(configured) == parse_origin(base_url)

    @property
    def uses_keyring(self) -> bool:
        """Whether the key comes from the keyring, and not from a file or standard input."""
        return getattr(self._args, "api_key_file", None) is None

    @cached_property
    def pins(self) -> PinKeeper:
        """The operator's PIN."""
        from kiosk import paths  # noqa: PLC0415 - see store
        from kiosk.operators.pin import PinKeeper  # noqa: PLC0415 - see store
        from kiosk.store.pin_tries import PinTries  # noqa: PLC0415 - see store

        return PinKeeper(paths.pin_file(), PinTries(paths.pin_tries_file()))

    @cached_property
    def outbox(self) -> Outbox:
        """The events that wait to be sent. Raises ConfigError; the file is opened when it is used."""
        from kiosk import paths  # noqa: PLC0415 - see store
        from kiosk.store.outbox import Outbox  # noqa: PLC0415 - see store

        return Outbox(paths.outbox_file(), limit=self.config.outbox_limit, days=self.config.outbox_days)

    def read_key(self) -> Secret:
        """Return the API key: of `--api-key-file`, or of the keyring. May block for seconds.

        Raises InvalidInput, ConfigError or CredentialError. Called again, it looks again: the operator may have put
        another key there.
        """
        name: str | None = getattr(self._args, "api_key_file", None)
        if name is None:
            return self.store.read()
        return self._piped_key if name == STDIN else self._read_key_file(name)

    @property
    def piped_key(self) -> Secret | None:
        """The key that came by standard input, for a process that takes the place of this one."""
        return self._piped_key if getattr(self._args, "api_key_file", None) == STDIN else None

    @cached_property
    def _piped_key(self) -> Secret:
        """What standard input gives, it gives once."""
        return self._read_key_file(STDIN)

    def _read_key_file(self, name: str) -> Secret:
        from kiosk.api_key import read_key_file  # noqa: PLC0415 - see store

        return read_key_file(name, self.stdin)

    def open_api(self, key: Secret, *, attempts: int = 4) -> Enable3:
        """Return the API's client, to be entered, which asks so often if that may help."""
        return self.open_api_at(self.config.base_url, key, attempts=attempts)

    def open_api_at(self, base_url: str, key: Secret, *, attempts: int = 4) -> Enable3:
        """Return a client of the API at `base_url`, to be entered; all else is as configured."""
        from kiosk.api import ApiSettings, Enable3  # noqa: PLC0415 - httpx takes 100 ms to import

        config = self.config
        settings = ApiSettings(
            base_url=base_url,
            ca_file=config.ca_file,
            proxy=config.proxy,
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            total_timeout=config.total_timeout,
            attempts=attempts,
        )
        return Enable3(settings, key)

    def call(self, operation: Callable[[Enable3], Awaitable[T]], *, key: Secret | None = None) -> T:
        """Do one operation of the API with `key`, or the one that there is, and return or raise what it does."""
        from kiosk import loop  # noqa: PLC0415 - see open_api

        api = self.open_api(key or self.read_key())

        async def run() -> T:
            async with api:
                return await operation(api)

        return loop.run(run())

    def read_input(self, name: str, *, field: str, limit: int) -> bytes:
        """Return the bytes of a file, or of standard input if it is `-`. Raises InvalidInput above `limit` bytes."""
        if name == STDIN:
            if getattr(self._args, "api_key_file", None) == STDIN:
                raise InvalidInput(field, "is standard input, and so is --api-key-file", allowed="one of them")
            return _bounded(self.stdin, field, limit)
        try:
            with Path(name).open("rb") as file:
                return _bounded(file, field, limit)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            raise InvalidInput(field, "cannot be read", allowed="the path of a file, or - for standard input") from None


def _bounded(file: BinaryIO, field: str, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise InvalidInput(field, f"is longer than {limit} bytes")
    return data
