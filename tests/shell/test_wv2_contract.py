"""WebView2 keeps the contract, as far as fakes of its interfaces can tell. It was not run on Windows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.contracts.engine import EngineContract
from tests.shell.wv2_driver import Wv2Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.shell.protocol import Start


class TestContract(EngineContract):
    @pytest.fixture
    def open_driver(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Start], Wv2Driver]:
        return lambda start: Wv2Driver(replace(start, engine="webview2"), folder=tmp_path, monkeypatch=monkeypatch)
