"""Trials of what `make dist` made, which `make dist-test` runs; without KIOSK_DIST none of them does.

A trial takes the fixture `dist`, the folder of artefacts, or `artefact`, which finds one there. What only root can do
is marked as_root and gets nothing of the caller's environment; every other trial is run by an ordinary account.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_DIST = os.environ.get("KIOSK_DIST", "")  # now: a test's environment has no KIOSK_ variable


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that is below this folder as frozen, and leave it out where there is nothing to try."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.frozen)
            if not _DIST:
                item.add_marker(pytest.mark.skip(reason="KIOSK_DIST names no folder: `make dist-test` sets it"))
            elif item.get_closest_marker("as_root") and os.geteuid() != 0:
                item.add_marker(pytest.mark.skip(reason="needs root: `sudo make dist-test`"))


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder that `make dist` filled."""
    return Path(_DIST).resolve()


@pytest.fixture(scope="session")
def artefact(dist: Path) -> Callable[[str], Path]:
    """Return a function that returns the one artefact of a pattern, and skips the trial if that part was not made."""

    def find(pattern: str) -> Path:
        found = sorted(dist.glob(pattern))
        if not found:
            pytest.skip(f"{dist} has no {pattern}")
        assert len(found) == 1, f"more than one {pattern}: {found}"
        return found[0]

    return find
