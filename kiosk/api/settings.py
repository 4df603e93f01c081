"""Where the API is, and how long we wait for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from kiosk.core.origin import parse_base_url
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The address of the API and the limits of a call. Raises InvalidInput that names the field.

    `base_url` is https, or plain http at a loopback address; it may have a path, which stays in front of every
    operation's. `ca_file` (PEM) is trusted in addition to the operating system's store. `proxy` replaces the
    environment's; neither is used for a loopback `base_url`. Timeouts are seconds; their defaults are issue 2's:
    `read_timeout` is the longest silence, `total_timeout` bounds the whole operation with all of its `attempts`.
    """

    base_url: str
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)  # may hold a password
    connect_timeout: float = 3.0
    read_timeout: float = 5.0
    total_timeout: float = 10.0
    attempts: int = 4

    def __post_init__(self) -> None:
        """Check what would otherwise fail in the middle of a visit."""
        parse_base_url(self.base_url)
        for name in ("connect_timeout", "read_timeout", "total_timeout"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise InvalidInput(name, "is not a time to wait", allowed="seconds, more than 0")
        if self.attempts < 1:
            raise InvalidInput("attempts", "is less than one", allowed="1 or more")
