"""Section G: names that lead into the venue's own network, which show only when somebody connects. Qt alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.display import need_an_ordinary_account

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.gui
TOP = Path(__file__).parents[2]


def reached(how: str, folder: Path) -> Sequence[str]:
    """Return the paths that arrived on this machine."""
    need_an_ordinary_account()
    command = [sys.executable, "-m", "tests.breakouts.local_network", how]
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("QT", "LD_"))},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(TOP),
        "HOME": str(folder),
    }
    done = subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.breakout(118)
def test_chromium_itself_keeps_pages_of_the_internet_off_this_machine(tmp_path: Path):
    assert reached("guarded", tmp_path) == []


def test_without_that_guard_they_would_reach_it(tmp_path: Path):
    assert set(reached("unguarded", tmp_path)) >= {"/fetched0", "/fetched4"}
