"""WKWebView keeps the contract, as far as fakes of its interfaces can tell. It was not run on a Mac."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.contracts.engine import EngineContract
from tests.shell.wk_driver import WkDriver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.shell.protocol import Start


class TestContract(EngineContract):
    @pytest.fixture
    def open_driver(self, tmp_path: Path) -> Callable[[Start], WkDriver]:
        return lambda start: WkDriver(replace(start, engine="wkwebview"), folder=tmp_path)
