"""What docs/privacy.md and docs/breakouts.md share: tests are the evidence, and what came of them is kept."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ROOT = Path(__file__).parents[2]

ENGINES = ("qtwebengine", "webkitgtk")
"""Those that run here, and so can be tried."""

Outcomes = dict[str, dict[str, str]]
"""`passed`, `failed` or `skipped` by test and engine; `any` for a test that is about none."""


def read_outcomes(path: Path) -> Outcomes:
    """Return what came of the tests when they were last run all."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def link(test: str) -> str:
    """Return a test such as `tests/x/test_y.py::test_z` as a link for a document in docs."""
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{path})"


def run_tests(tests: Iterable[str], outcomes: Path, variables: Mapping[str, str]) -> int:
    """Run `tests` on both engines with more `variables`, and keep in `outcomes` what came of them."""
    environment = {**os.environ, **variables, "KIOSK_TEST_OUTCOMES": str(outcomes)}
    options = ["-p", "no:cacheprovider", "-p", "tests.evidence.recording"]
    command = [sys.executable, "-m", "pytest", *options, *sorted(set(tests))]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def write_document(document: Path, *, usage: str | None, run: Callable[[], int], render: Callable[[], str]) -> int:
    """Be the program that writes a `document`, with `--run` after running its evidence; return its status."""
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="store_true", help="run the evidence first")
    status = run() if parser.parse_args().run else 0
    document.write_text(render(), encoding="utf-8")
    return status
