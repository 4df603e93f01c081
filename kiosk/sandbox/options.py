"""How a sandbox is started: values alone, checked, with nothing of the server imported."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.errors import InvalidInput
from kiosk.sandbox.faults import Faults

DEMO_API_KEY = "00000000-dead-beef-0000-5a4db0c5a4d0"
"""Looks like an Enable3 key and is plainly none."""

DAY = 86_400.0
"""Seconds that a token is valid. Source: facts.md, "valid for 1 day"."""

LOOPBACK_HOSTS = ("127.0.0.1", "::1")
"""The only addresses that the sandbox listens on: it knows no accounts and issues tokens to whoever asks."""

_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Everything that `kiosk sandbox` can be told; the defaults suit tests."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 picks a free one."""
    api_key: str = field(default=DEMO_API_KEY, repr=False)
    token_life: float = DAY
    """Seconds."""
    faults: Faults = field(default_factory=Faults)
    tls: bool = False
    seed: int | None = None
    """Makes the drawing of failures repeatable."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, and every address but loopback, with InvalidInput."""
        if self.host not in LOOPBACK_HOSTS:
            raise InvalidInput("host", "is not a loopback address", allowed=" or ".join(LOOPBACK_HOSTS))
        if not 0 <= self.port <= _MAX_PORT:
            raise InvalidInput("port", "is out of range", allowed=f"0 to {_MAX_PORT}")
        if not 0 < self.token_life <= 365 * DAY:
            raise InvalidInput("token_life", "is out of range", allowed="more than 0 seconds, at most a year")
        if not self.api_key:
            raise InvalidInput("api_key", "is empty")
