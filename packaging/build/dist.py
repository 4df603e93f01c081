#!/usr/bin/env python3
"""Makes everything that can be made on this machine, in order, and says what became of it: what `make dist` runs.

    python packaging/build/dist.py [--only PART,…] [--out DIR] [--work DIR]

The parts are in dist_steps.PARTS. What fails stops its own part and those that need it, and no other; the status is 1
then. What was made lies in DIR (dist/), with SHA256SUMS of all of it; intermediates lie in --work (build/).
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dist_steps
from artefacts import sha256, table
from tree import ROOT, BuildError, remove_made, version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from artefacts import Artefact
    from dist_steps import Part, Plan

SUMS: Final = "SHA256SUMS"


@dataclass(slots=True)
class Outcome:
    """What was made, and what was not: each failure is a text for people."""

    made: list[Artefact] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def chosen(parts: Sequence[Part], only: str) -> list[Part]:
    """Return the parts that `only` names (with commas between them), in the order of `parts`; all if it is empty.

    Raises BuildError for a name that is none.
    """
    wanted = set(only.replace(",", " ").split())
    if unknown := wanted - {part.name for part in parts}:
        known = ", ".join(part.name for part in parts)
        raise BuildError(f"--only: there is no part {', '.join(sorted(unknown))}; there are {known}")
    return [part for part in parts if not wanted or part.name in wanted]


def make(parts: Iterable[Part], plan: Plan) -> Outcome:
    """Make the parts in their order. One whose step failed, and one that needs it, is among the failures."""
    outcome = Outcome()
    failed: set[str] = set()
    for part in parts:
        if missing := failed.intersection(part.needs):
            outcome.failures.append(f"{part.name}: not made, for it needs {', '.join(sorted(missing))}")
            failed.add(part.name)
            continue
        for step in part.steps:
            _say(f"{part.name}: {step.name}")
            try:
                outcome.made += step.run(plan)
            except (BuildError, OSError, ImportError) as error:
                outcome.failures.append(_explain(part.name, step.name, error))
                failed.add(part.name)
                break
    return outcome


def _explain(part: str, step: str, error: Exception) -> str:
    again = f"put that right, then run `make dist ONLY={part}` (the disk needs 8 GB free)"
    return f"{part}: {step} failed: {error}\n  what to do: {again}"


def write_sums(out: Path) -> Path:
    """Write SHA256SUMS of every file below `out`, as `sha256sum --check` reads it in that folder, and return it."""
    sums = out / SUMS
    files = sorted(path for path in out.rglob("*") if path.is_file() and path != sums)
    sums.write_text("".join(f"{sha256(path)}  {path.relative_to(out).as_posix()}\n" for path in files))
    return sums


_BEGUN: Final = time.monotonic()


def _say(text: str) -> None:
    print(f"[{time.monotonic() - _BEGUN:4.0f}s] {text}", flush=True)


def report(outcome: Outcome) -> str:
    """Return what is said at the end: the table, what is not made here, and what failed."""
    lines = [f"\nEnable3 kiosk {version()}\n", table(outcome.made)] if outcome.made else []
    lines += ["", *(f"not made here: {what}" for what in dist_steps.NOT_HERE)]
    lines += [f"\nerror: {failure}" for failure in outcome.failures]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Read the command line and make what it asks for; the status to end with."""
    parser = argparse.ArgumentParser(description="Make installers, packages and the apt repository.")
    parser.add_argument("--only", default="", help=f"some of {', '.join(part.name for part in dist_steps.PARTS)}")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where artefacts go")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="where intermediates go")
    given = parser.parse_args(arguments)
    try:
        parts = chosen(dist_steps.PARTS, given.only)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    out = given.out.resolve()
    try:
        if not given.only:
            remove_made(out, mark=SUMS)
        out.mkdir(parents=True, exist_ok=True)
        (out / SUMS).touch()  # so that a run that is broken off is known as ours
    except (BuildError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    outcome = make(parts, dist_steps.Plan(out=out, work=given.work.resolve()))
    write_sums(out)
    print(report(outcome))
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
