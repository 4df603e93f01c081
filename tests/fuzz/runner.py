"""Gives a target its inputs, in blocks of a thousand that can each be repeated, and notes what breaks."""

from __future__ import annotations

import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Target

BLOCK = 1000
_MOST_FINDINGS = 5
_HANG = 120
"""Seconds for a block: what does not come back at all is broken off by a signal."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke the promise: `python -m tests.fuzz.run --only TARGET --seed S --block B` repeats it."""

    block: int
    number: int
    item: str
    problem: str


@dataclass(slots=True)
class Outcome:
    """What a run of one target came to."""

    name: str
    seed: int
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """Seconds of computing of the slowest input."""
    findings: list[Finding] = field(default_factory=list)


class Hung(Exception):
    """An input did not come back."""


def run(
    target: Target, *, seed: int, inputs: int, seconds: float = float("inf"), first: int = 0, slack: float = 1
) -> Outcome:
    """Give `target` so many inputs, or as many as fit into `seconds`, from block `first` on.

    Each may take `slack` times the target's limit: other work on the same core slows computing, too.
    """
    outcome = Outcome(target.name, seed)
    began = time.monotonic()
    with target, _hang_is_an_error():
        for block in range(first, first + -(-inputs // BLOCK)):
            _run_block(target, block, min(BLOCK, inputs - outcome.inputs), outcome, slack * target.limit)
            outcome.seconds = time.monotonic() - began
            if outcome.seconds > seconds or len(outcome.findings) >= _MOST_FINDINGS:
                break
    return outcome


def _run_block(target: Target, block: int, inputs: int, outcome: Outcome, limit: float) -> None:
    choices = Random(f"{target.name}/{outcome.seed}/{block}")  # noqa: S311 - to be repeated, not to be secret
    signal.alarm(_HANG)
    for number in range(inputs):
        item = target.make(choices)
        began = time.thread_time()
        try:
            target.check(item)
            took = time.thread_time() - began
            assert took <= limit, f"took {took:.2f} s"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            took = time.thread_time() - began
            outcome.findings.append(Finding(block, number, repr(item)[:2000], _said(error)))
        outcome.slowest = max(outcome.slowest, took)
        outcome.inputs += 1
        if len(outcome.findings) >= _MOST_FINDINGS:
            break
    try:
        target.settle()
    except Exception as error:  # noqa: BLE001 - as above
        outcome.findings.append(Finding(block, -1, "the whole block", _said(error)))
    signal.alarm(0)


def _said(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.filename.rpartition('/')[2]}:{last.lineno})"[:500]


@contextmanager
def _hang_is_an_error() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> NoReturn:
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
