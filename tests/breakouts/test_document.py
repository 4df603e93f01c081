"""docs/breakouts.md says what the tests say."""

from __future__ import annotations

import re

import pytest

from tests.breakouts.table import DOCUMENT, MARKER, OUTCOMES, WAYS, render, vectors
from tests.evidence.document import ENGINES, ROOT, read_outcomes
from tests.evidence.marked import all_tests, marked_tests, of_one_engine

ALL = vectors()

NAMES = dict(zip(ENGINES, (r"\bQt\b", r"\bWebKit\w*"), strict=True))
"""How a row names an engine."""


def test_it_is_what_the_table_makes_of_the_tests():
    assert DOCUMENT.read_text(encoding="utf-8") == render(), "run `python -m tests.breakouts.table`"


def test_there_are_145_and_every_marker_names_one():
    numbers = [vector.number for vector in ALL]

    assert numbers == list(range(1, 146))
    assert set(marked_tests(MARKER)) <= set(numbers)


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: str(vector.number))
def test_a_row_has_what_it_claims(vector):
    assert vector.claimed in {"tried", "design", "system"}
    assert vector.way == vector.claimed, f"{WAYS[vector.way]}: run `python -m tests.breakouts.table --run`"
    assert set(vector.evidence) <= all_tests()
    outcomes = read_outcomes(OUTCOMES)
    assert [test for test in vector.evidence if "failed" in outcomes.get(test, {}).values()] == []
    assert vector.title
    assert vector.app
    assert vector.system or vector.way != "system"


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: str(vector.number))
def test_files_that_a_row_names_are_there(vector):
    for path in re.findall(r"(?:packaging|kiosk|docs|tests)/[\w./-]*\w", f"{vector.app} {vector.system}"):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: str(vector.number))
def test_what_one_engine_does_is_no_proof_for_the_other(vector):
    alone = of_one_engine() & set(vector.evidence)

    assert alone == set(vector.one_engine), "mark it `both_engines`, or say in the row's `one_engine` which it is about"
    for engine in set(vector.one_engine.values()) - {"any"}:
        assert re.search(NAMES[engine], f"{vector.app} {vector.system}"), f"the row does not name {engine}"
