"""docs/breakouts.md, from tests/breakouts/vectors/*.toml, the tests that are marked, and what came of them.

    python -m tests.breakouts.table           write the document
    python -m tests.breakouts.table --run     run all the evidence first, on both engines (as an ordinary account)

What came of the tests is kept in tests/breakouts/outcomes.json, as for docs/privacy.md (tests/privacy/table.py). A test
that fails in CI fails CI; a row that claims to be tried and has no test that passed, too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.evidence.document import ENGINES, ROOT, link, read_outcomes, run_tests, write_document
from tests.evidence.marked import marked_tests

if TYPE_CHECKING:
    from tests.evidence.document import Outcomes

HERE = Path(__file__).parent
DOCUMENT = ROOT / "docs/breakouts.md"
OUTCOMES = HERE / "outcomes.json"
MARKER = "breakout"

SECTIONS = {
    "a": "Keys of Windows",
    "b": "Keys of browsers",
    "c": "Keys of Linux desktops",
    "d": "Keys of macOS",
    "e": "Touch, mouse and pen",
    "f": "Dialogs and built-in pages",
    "g": "Addresses and schemes",
    "h": "Resources and crashes",
    "i": "The machine and what is plugged in",
    "j": "The kiosk's own parts",
}
WAYS = {
    "tried": "tried here",
    "design": "by design",
    "system": "needs the operating system",
    "open": "**open**",
}


@dataclass(frozen=True)
class Vector:
    """A way to break out. `app` says what the kiosk does about it, `system` which setting of the system it needs."""

    number: int
    section: str
    title: str
    claimed: str
    app: str
    system: str = ""
    evidence: list[str] = field(default_factory=list)
    way: str = ""
    """What the evidence makes of the claim: `open` if it is tried and a test failed, or none passed."""
    one_engine: dict[str, str] = field(default_factory=dict)
    """Tests with windows that run with one engine alone, and are no proof for another: the engine by test.

    `any` where a test has windows, and is about no engine.
    """


def vectors() -> list[Vector]:
    """Return all 145, in the order of their numbers."""
    marked, outcomes = marked_tests(MARKER), read_outcomes(OUTCOMES)
    found = [
        _vector(int(number), section, row, marked, outcomes)
        for section in SECTIONS
        for number, row in _rows(section).items()
    ]
    return sorted(found, key=lambda vector: vector.number)


def _rows(section: str) -> dict[str, dict[str, Any]]:
    path = HERE / "vectors" / f"{section}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _vector(number: int, section: str, row: dict[str, Any], marked: dict[int, list[str]], outcomes: Outcomes) -> Vector:
    evidence = sorted({*marked.get(number, ()), *row.get("also", ())})
    claimed = row["way"]
    one_engine = row.get("one_engine", {})
    came = [_came(outcomes.get(test, {}), one_engine.get(test, "any")) for test in evidence]
    way = "open" if claimed == "tried" and not _holds(came) else claimed
    return Vector(number, section, row["title"], claimed, row["app"], row.get("system", ""), evidence, way, one_engine)


def _came(outcome: dict[str, str], engine: str) -> dict[str, str]:
    """Return what came of a test by engine: what was recorded as of `any` is of the one that it runs with."""
    return {engine if key == "any" else key: value for key, value in outcome.items()}


def _holds(came: list[dict[str, str]]) -> bool:
    """Whether a test of each engine passed, or one of none, and no test failed."""
    if any("failed" in each.values() for each in came):
        return False
    return all(any(each.get(engine, each.get("any")) == "passed" for each in came) for engine in ENGINES)


# ── the document ────────────────────────────────────────────────────────────────────────────────────────────────────


def render() -> str:
    """Return the document."""
    found = vectors()
    counts = ", ".join(f"{sum(each.way == way for each in found)} {text}" for way, text in WAYS.items())
    parts = [(HERE / "introduction.md").read_text(encoding="utf-8").rstrip(), "", f"Of {len(found)}: {counts}.", ""]
    for section, title in SECTIONS.items():
        rows = [vector for vector in found if vector.section == section]
        parts += [f"## {title}", "", "| | way out | | what the kiosk does | what the system must do | tried by |"]
        parts += ["| --- | --- | --- | --- | --- | --- |", *map(_line, rows), ""]
    return "\n".join(parts).rstrip() + "\n"


def _line(vector: Vector) -> str:
    cells = [vector.title, WAYS[vector.way], vector.app, vector.system, ", ".join(map(link, vector.evidence))]
    return f"| {vector.number} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


# ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────────


def run() -> int:
    """Run every test that is evidence, and keep what came of them."""
    return run_tests([test for vector in vectors() for test in vector.evidence], OUTCOMES, {})


if __name__ == "__main__":
    raise SystemExit(write_document(DOCUMENT, usage=__doc__, run=run, render=render))
