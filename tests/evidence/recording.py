"""A plugin of pytest that keeps what came of tests, by engine, in the file that KIOSK_TEST_OUTCOMES names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence.document import ENGINES, read_outcomes

if TYPE_CHECKING:
    import pytest

WORST = ("failed", "passed", "skipped")

_came: dict[str, dict[str, str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note the worst of a test's forms and phases."""
    name, _, form = report.nodeid.partition("[")
    engine = next((each for each in ENGINES if each in form), "any")
    if report.when == "call" or report.outcome != "passed":
        seen = _came.setdefault(name, {})
        seen[engine] = min(seen.get(engine, report.outcome), report.outcome, key=WORST.index)


def pytest_sessionfinish() -> None:
    """Write all down, beside what was known of others."""
    path = Path(os.environ["KIOSK_TEST_OUTCOMES"])
    known = read_outcomes(path)
    text = json.dumps({name: known.get(name, {}) | _came.get(name, {}) for name in sorted({*known, *_came})}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
