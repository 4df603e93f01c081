"""A command line with an API, configuration and standard input of the test's own."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Self

import pytest

from kiosk import cli
from kiosk.api import Balance
from kiosk.commands._context import Context
from kiosk.config import Places
from kiosk.core.secret import Secret
from kiosk.core.widget import Token, Widget

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from pathlib import Path

WIDGET_URL = "https://widget.example/?token=canary-token"
JWT = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4MDAwMDAwMDB9.canary"


@dataclass
class RecordingApi:
    """The interface of Enable3: keeps what it was asked, answers what it is told to."""

    calls: list[tuple[object, ...]] = field(default_factory=list)
    error: Exception | None = None
    balances: Balance = field(default_factory=lambda: Balance(Decimal("12.50"), user_exists=True))
    key: Secret | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.calls.append(("closed",))

    def _record(self, *call: object) -> None:
        self.calls.append(call)
        if self.error is not None:
            raise self.error

    async def widget_url(self, user: object, *, link: object, language: object = None) -> Widget:
        self._record("widget_url", user, link, language)
        return Widget.parse(WIDGET_URL)

    async def token(self, user: object) -> Token:
        self._record("token", user)
        return Token.parse(JWT, now=0)

    async def balance(self, user: object) -> Balance:
        self._record("balance", user)
        return self.balances

    async def send_event(self, event: object) -> None:
        self._record("send_event", event)

    async def send_revenue(self, revenue: object) -> None:
        self._record("send_revenue", revenue)

    async def add_segments(self, users: object) -> None:
        self._record("add_segments", users)

    async def remove_segments(self, users: object) -> None:
        self._record("remove_segments", users)

    async def add_websites(self, websites: object) -> None:
        self._record("add_websites", websites)


@dataclass
class CommandLine:
    """Runs command lines in this process."""

    places: Places
    capsys: pytest.CaptureFixture[str]
    api: RecordingApi = field(default_factory=RecordingApi)
    stdin: bytes = b"canary-key\n"
    out: str = ""
    err: str = ""

    def run(self, *arguments: str) -> int:
        """Run `kiosk` with `arguments`, keep what it printed, return the exit status."""
        outer = self

        class FakeContext(Context):
            @property
            def places(self) -> Places:
                return outer.places

            @property
            def stdin(self) -> io.BytesIO:
                return io.BytesIO(outer.stdin)

            def read_key(self) -> Secret:
                return Secret("canary-key") if self._args.api_key_file is None else super().read_key()

            def open_api(self, key: Secret) -> RecordingApi:  # type: ignore[override]
                assert self.config.base_url  # the real one reads the configuration too
                outer.api.key = key
                return outer.api

        status = cli.main(arguments, context=FakeContext)
        self.out, self.err = self.capsys.readouterr()
        return status


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Files that are not there, and no environment."""
    return Places(user=tmp_path / "config.toml", policy=tmp_path / "policy.toml", environ={})


@pytest.fixture
def kiosk(places: Places, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A command line."""
    return CommandLine(places, capsys)


@pytest.fixture
def with_handler(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[argparse.Namespace], object]], None]:
    """Return a function that puts a handler of the test's own behind `kiosk doctor`."""

    def put(handler: Callable[[argparse.Namespace], object]) -> None:
        module = ModuleType("kiosk.commands.doctor")
        module.doctor = handler  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return put


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """The environment of a real `kiosk` process: a home of its own, and little else."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    return kept | {"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "PYTHONWARNINGS": "error"}
