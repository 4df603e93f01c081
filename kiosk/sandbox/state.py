"""Everything that a running sandbox knows, in one place."""

from __future__ import annotations

import hmac
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from kiosk.sandbox.faults import Faults
from kiosk.sandbox.log import Log
from kiosk.sandbox.store import Store
from kiosk.sandbox.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.sandbox.options import SandboxOptions


class State:
    """The store, the tokens, the log and the faults of one sandbox."""

    def __init__(self, options: SandboxOptions, base_url: str, clock: Callable[[], float] = time.time) -> None:
        """Start fresh. `clock` gives seconds since the epoch."""
        self.base_url = base_url
        self.clock = clock
        self.store = Store()
        self.tokens = Tokens()
        self.log = Log()
        self.faults = options.faults
        self.random = Random(options.seed)  # noqa: S311 - it decides about made-up failures  # nosec B311 # no secret depends on it
        self._options = options

    def accepts_key(self, key: str) -> bool:
        """Whether it is the operator's key."""
        return hmac.compare_digest(key.encode(), self._options.api_key.encode())

    def token_end(self) -> float:
        """Return when a token that is issued now expires, seconds since the epoch."""
        life = self._options.token_life
        return self.clock() + (-life if self.faults.expired_token else life)

    def take_faults(self, path: str) -> Faults | None:
        """Return the faults that a request for `path` meets, and count it if they are limited to some `times`."""
        faults = self.faults
        if not faults.covers(path):
            return None
        if faults.times is not None:
            calm = Faults(expired_token=faults.expired_token, deny_address=faults.deny_address)
            self.faults = replace(faults, times=faults.times - 1) if faults.times > 1 else calm
        return faults

    def reset(self) -> None:
        """Forget everything but the options: visitors, tokens, log, and the faults switched on since the start."""
        self.store = Store()
        self.tokens = Tokens()
        self.log.clear()
        self.faults = self._options.faults
        self.random = Random(self._options.seed)  # noqa: S311 - as above  # nosec B311 # no secret depends on it
