"""docs/privacy.md, from tests/privacy/states.toml, the tests that are marked, and what came of them.

    python -m tests.privacy.table           write the document
    python -m tests.privacy.table --run     run all the evidence first, on both engines (as an ordinary account)

What came of the tests is kept in tests/privacy/outcomes.json, so that the document can be made, and compared, without a
quarter of an hour of windows. A test that fails in CI fails CI; one that is claimed and does not exist, too.
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
DOCUMENT = ROOT / "docs/privacy.md"
OUTCOMES = HERE / "outcomes.json"
MARKER = "private"

BY_DESIGN = ("webview2", "wkwebview")
NAMES = {"qtwebengine": "Qt WebEngine", "webkitgtk": "WebKitGTK", "webview2": "WebView2", "wkwebview": "WKWebView"}

VERDICTS = {
    "tried": "tried here",
    "design": "by design",
    "system": "needs the operating system",
    "server": "needs the server",
    "open": "**open**",
}


@dataclass(frozen=True)
class Row:
    """A kind of state; `engines` says what keeps it from the next visitor, `evidence` which tests looked."""

    number: int
    title: str
    plants: str
    engines: dict[str, str]
    verdicts: dict[str, str]
    evidence: list[str] = field(default_factory=list)
    short: str = ""


def rows() -> list[Row]:
    """Return all thirty, with their verdicts: `open` where evidence was tried and failed, or there is none."""
    marked, outcomes = marked_tests(MARKER), read_outcomes(OUTCOMES)
    return [_row(int(number), state, marked, outcomes) for number, state in _states().items()]


def _row(number: int, state: dict[str, Any], marked: dict[int, list[str]], outcomes: Outcomes) -> Row:
    evidence = sorted({*marked.get(number, ()), *state.get("also", ())})
    verdicts = {engine: state.get(f"{engine}_verdict", state.get("verdict", "design")) for engine in BY_DESIGN}
    for engine in ENGINES:
        said = state.get(f"{engine}_verdict", state.get("verdict"))
        verdicts[engine] = str(said) if said else _verdict(evidence, engine, outcomes)
    texts = {engine: str(state[engine]) for engine in NAMES}
    return Row(number, state["title"], state["plants"], texts, verdicts, evidence, state.get("short", ""))


def _verdict(evidence: list[str], engine: str, outcomes: Outcomes) -> str:
    """Return `tried` if a test tried this engine, or what is the same for all, and none of all that tried failed."""
    came = [outcomes.get(test, {}) for test in evidence]
    if any("failed" in each.values() for each in came):
        return "open"
    return "tried" if any(each.get(engine, each.get("any")) == "passed" for each in came) else "open"


def _states() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "states.toml").read_text(encoding="utf-8"))


# ── the document ────────────────────────────────────────────────────────────────────────────────────────────────────


def render() -> str:
    """Return the document."""
    all_rows = rows()
    parts = [(HERE / "introduction.md").read_text(encoding="utf-8").rstrip(), "", _overview(all_rows), ""]
    for row in all_rows:
        parts += [_section(row), ""]
    return "\n".join(parts).rstrip() + "\n"


def _overview(all_rows: list[Row]) -> str:
    head = ["| | state | " + " | ".join(NAMES.values()) + " |", "| --- | --- |" + " --- |" * len(NAMES)]
    lines = [
        f"| {row.number} | [{row.title}](#{_anchor(row)}) | "
        + " | ".join(VERDICTS[row.verdicts[engine]] + (" ¹" if row.short else "") for engine in NAMES)
        + " |"
        for row in all_rows
    ]
    counts = ". ".join(f"{NAMES[engine]}: {_counted([row.verdicts[engine] for row in all_rows])}" for engine in NAMES)
    return "\n".join([*head, *lines, "", f"{counts}. ¹ Something falls short: the row says what."])


def _counted(found: list[str]) -> str:
    return ", ".join(f"{found.count(verdict)} {text}" for verdict, text in VERDICTS.items() if verdict in found)


def _anchor(row: Row) -> str:
    text = f"{row.number} {row.title}".lower()
    return "".join(letter for letter in text if letter.isalnum() or letter in " -").replace(" ", "-")


def _section(row: Row) -> str:
    lines = [f"## {row.number} {row.title}", "", f"Planted: {row.plants}.", ""]
    lines += [f"- {NAMES[engine]} ({VERDICTS[row.verdicts[engine]]}): {text}" for engine, text in row.engines.items()]
    if row.short:
        lines += ["", f"Falls short: {row.short}."]
    if row.evidence:
        lines += ["", "Evidence: " + ", ".join(map(link, row.evidence)) + "."]
    return "\n".join(lines)


# ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────────


def run() -> int:
    """Run every test that is evidence, on both engines, all ends of a visit in full; keep what came of them."""
    evidence = [test for row in rows() for test in row.evidence]
    return run_tests(evidence, OUTCOMES, {"KIOSK_TEST_PRIVACY": "all"})


if __name__ == "__main__":
    raise SystemExit(write_document(DOCUMENT, usage=__doc__, run=run, render=render))
