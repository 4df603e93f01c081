"""Windows' own calls, on Windows: under wine by `make dist-test` (tests/build/trials/test_windows.py), never in CI."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is below this folder where there is no Windows."""
    for item in items:
        if sys.platform != "win32" and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="Windows"))
