"""A terminal that is being set up: the real command line, over a fake API and a key store in memory."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Self

from argon2 import PasswordHasher

from kiosk import cli
from kiosk.api import Probe
from kiosk.commands._context import Context
from kiosk.config import Places
from kiosk.operators.pin import PinKeeper
from kiosk.store.pin_tries import PinTries
from tests.credentials.fakes import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from kiosk.core.secret import Secret

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""So that a test does not take 0.1 s for each PIN. What the real one costs is in tests/operators/test_pin.py."""


@dataclass
class ProbedApi:
    """An API client that answers `probe` with `answers` in turn, the last one for good; errors are raised."""

    answers: list[Probe | Exception] = field(default_factory=lambda: [Probe(0.0)])
    tried: list[tuple[str, str]] = field(default_factory=list)
    """The addresses and keys that it was opened with."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def probe(self) -> Probe:
        """Answer."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Typed(BytesIO):
    """Standard input that says it is a terminal. Keys are not read from it: see test_no_echo."""

    def isatty(self) -> bool:
        return True


class Terminal:
    """What a test arranges and looks at: `api`, `stores` by API address, and the configuration file `config`."""

    def __init__(self, folder: Path, *answers: Probe | Exception) -> None:
        self.api = ProbedApi(list(answers)) if answers else ProbedApi()
        self.stores: dict[str, MemoryStore] = {}
        self.new_store = MemoryStore
        self.config = folder / "config.toml"
        self.policy = folder / "policy.toml"
        self.pins = PinKeeper(folder / "data" / "pin", PinTries(folder / "data" / "tries.db"), hasher=CHEAP)
        self.environ: Mapping[str, str] = {}

    def run(self, *argv: str, stdin: bytes | BinaryIO = b"") -> int:
        """Run a command line and return its exit status."""
        stream = BytesIO(stdin) if isinstance(stdin, bytes) else stdin

        def context(args: Namespace) -> Context:
            return _Context(args, self, stream)

        return cli.main(argv, context=context)

    def context(self, **options: object) -> Context:
        """Return what a command with these options works with."""
        return _Context(Namespace(**options), self, BytesIO())

    def store(self, address: str = "https://integration.enable3.io") -> MemoryStore:
        """Return the store of an API."""
        return self.stores.setdefault(address, self.new_store())


class _Context(Context):
    def __init__(self, args: Namespace, terminal: Terminal, stdin: BinaryIO) -> None:
        super().__init__(args)
        self._terminal = terminal
        self._stdin = stdin

    @property
    def places(self) -> Places:
        terminal = self._terminal
        return Places(user=terminal.config, policy=terminal.policy, policy_owner=None, environ=terminal.environ)

    @property
    def stdin(self) -> BinaryIO:
        return self._stdin

    @property
    def pins(self) -> PinKeeper:  # type: ignore[override]
        return self._terminal.pins

    @property
    def store(self) -> MemoryStore:  # type: ignore[override]
        return self._terminal.store(self.config.base_url)

    def open_api(self, key: Secret) -> ProbedApi:  # type: ignore[override]
        self._terminal.api.tried.append((self.config.base_url, key.reveal()))
        return self._terminal.api
