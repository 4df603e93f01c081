"""Write docs/fuzzing.md from the record of the last long run: `python -m tests.fuzz.table`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fuzz.run import TARGETS

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("record.json")
DOCUMENT = ROOT / "docs" / "fuzzing.md"

HEAD = """\
# Fuzzing

Whatever comes from outside is fuzzed: samples that are right, changed by a seeded generator, and inputs that are made
to be hard. Each input is held against a promise, and against a limit of computing time. Written by
`python -m tests.fuzz.table` from `tests/fuzz/record.json`.

- `make fuzz` gives each target a million inputs, and writes the record and this page. About an hour on two cores.
- `python -m tests.fuzz.run --only "signed codes" --seed 7` runs one target with other inputs.
- The same target, seed and block of a thousand give the same inputs: a finding names them, and `--block` repeats it.
- Each run of the tests gives every target 1.5 s of inputs with another seed (`tests/fuzz/test_fuzzing.py`).

| target | what is promised | inputs | seed | seconds | slowest input | findings |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
"""


def table() -> str:
    """Return the document."""
    record: dict[str, dict[str, Any]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return HEAD + "".join(map(_row, TARGETS, map(record.get, TARGETS))) + _tail()


def _row(name: str, run: dict[str, Any] | None) -> str:
    promise = TARGETS[name].promise
    if run is None:
        return f"| {name} | {promise} | not run | | | | |\n"
    slowest = f"{run['slowest'] * 1000:.0f} ms"
    numbers = f"{run['inputs']:,} | {run['seed']} | {run['seconds']:.0f} | {slowest} | {run['findings']}"
    return f"| {name} | {promise} | {numbers} |\n"


def _tail() -> str:
    return "\n" + Path(__file__).with_name("findings.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
