"""docs/privacy.md says what the tests say."""

from __future__ import annotations

import pytest

from tests.evidence.document import ENGINES, read_outcomes
from tests.evidence.marked import all_tests, marked_tests
from tests.privacy.table import BY_DESIGN, DOCUMENT, MARKER, OUTCOMES, VERDICTS, render, rows


def test_it_is_what_the_table_makes_of_the_tests():
    assert DOCUMENT.read_text(encoding="utf-8") == render(), "run `python -m tests.privacy.table`"


def test_there_are_thirty_kinds_of_state_and_every_marker_names_one():
    numbers = [row.number for row in rows()]

    assert numbers == list(range(1, 31))
    assert set(marked_tests(MARKER)) <= set(numbers)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.title)
def test_a_row_has_the_evidence_that_it_claims(row):
    assert set(row.evidence) <= all_tests()
    outcomes = read_outcomes(OUTCOMES)
    assert [test for test in row.evidence if "failed" in outcomes.get(test, {}).values()] == []
    assert {row.verdicts[engine] for engine in BY_DESIGN} <= {"design", "system", "server"}
    for engine in ENGINES:
        assert row.verdicts[engine] in VERDICTS
        assert row.verdicts[engine] != "open", f"nothing shows it on {engine}"
