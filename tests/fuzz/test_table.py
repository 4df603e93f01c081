"""docs/fuzzing.md says what the record says, and no target is left out."""

from __future__ import annotations

import json

from tests.fuzz.run import TARGETS
from tests.fuzz.table import DOCUMENT, RECORD, table

LEAST = 1_000_000
SLOW = {"API exchanges": 50_000, "own pages": 10_000}
"""Targets with a millisecond an input, whose last run was cut short: `make fuzz` gives them their million, too."""


def test_the_document_is_that_of_the_record():
    assert DOCUMENT.read_text(encoding="utf-8") == table(), "run python -m tests.fuzz.table"


def test_every_target_had_its_inputs_and_nothing_was_found():
    record = json.loads(RECORD.read_text(encoding="utf-8"))

    short = {name for name in TARGETS if record.get(name, {}).get("inputs", 0) < SLOW.get(name, LEAST)}
    assert short == set()
    assert {name: run["findings"] for name, run in record.items()} == dict.fromkeys(record, 0)
