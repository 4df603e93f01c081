"""A short, repeatable part of each fuzzing run, and the runner itself: what it finds, it finds again.

The whole is `make fuzz`: a million inputs for each target. Its results are in docs/fuzzing.md.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.run import TARGETS
from tests.fuzz.runner import BLOCK, run
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from random import Random

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="hangs are broken off by a POSIX signal")

SECONDS = float(os.environ.get("KIOSK_FUZZ_SECONDS", "1.5"))
"""For each target. Whole blocks of a thousand inputs, and one of them at the least."""


@pytest.mark.parametrize("name", TARGETS)
def test_no_hostile_input_breaks_a_promise(name: str):
    outcome = run(TARGETS[name](), seed=2, inputs=1_000_000, seconds=SECONDS, slack=4)

    assert outcome.findings == [], f"{outcome.findings[0].problem}\n{outcome.findings[0].item}"
    assert outcome.inputs >= BLOCK


class Fragile(Target):
    name = "fragile"
    promise = "none"
    limit = 0.05

    def make(self, choices: Random) -> int:
        return choices.randrange(3000)

    def check(self, item: int) -> None:
        if item == 7:
            raise KeyError(item)
        if item == 8:
            until = time.thread_time() + 0.1
            while time.thread_time() < until:
                pass

    def settle(self) -> None:
        return


def test_what_breaks_and_what_takes_long_is_found_and_found_again():
    first = run(Fragile(), seed=1, inputs=20 * BLOCK)
    finding = first.findings[-1]
    again = run(Fragile(), seed=1, inputs=BLOCK, first=finding.block)

    assert {item.problem.partition(":")[0] for item in first.findings} == {"KeyError", "AssertionError"}
    assert finding in again.findings


def test_a_seed_makes_the_same_inputs_and_another_one_makes_others():
    class Kept(Fragile):
        def check(self, item: int) -> None:
            self.kept = [*getattr(self, "kept", []), item]

    kept = [Kept() for _ in range(3)]
    for target, seed in zip(kept, (1, 1, 2), strict=True):
        run(target, seed=seed, inputs=500)

    assert kept[0].kept == kept[1].kept != kept[2].kept
