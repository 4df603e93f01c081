"""Fuzz: `python -m tests.fuzz.run --inputs 1000000`. The same seed gives the same inputs: see docs/fuzzing.md."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from tests.fuzz import (
    api_targets,
    code_targets,
    config_targets,
    control_targets,
    input_targets,
    page_targets,
    scanner_targets,
    shell_targets,
    url_targets,
)
from tests.fuzz.runner import Outcome, run

TARGETS = {
    kind.name: kind
    for module in (
        shell_targets,
        input_targets,
        page_targets,
        scanner_targets,
        config_targets,
        code_targets,
        url_targets,
        api_targets,
        control_targets,
    )
    for kind in module.TARGETS
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="for each target")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for each target, at the most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=sorted(TARGETS), metavar="TARGET")
    parser.add_argument("--block", type=int, help="this block of a thousand alone: repeats a finding")
    parser.add_argument("--record", type=Path, help="a JSON file that gets the results")
    options = parser.parse_args()
    found = 0
    for name in options.only or TARGETS:
        inputs, first = (options.inputs, 0) if options.block is None else (1000, options.block)
        outcome = run(TARGETS[name](), seed=options.seed, inputs=inputs, seconds=options.seconds, first=first)
        found += len(outcome.findings)
        _say(outcome)
        if options.record is not None:
            _record(options.record, outcome)
    return 1 if found else 0


def _say(outcome: Outcome) -> None:
    speed = outcome.inputs / max(outcome.seconds, 0.001)
    print(
        f"{outcome.name:20} {outcome.inputs:>9} inputs {outcome.seconds:7.1f} s {speed:8.0f}/s"
        f"  slowest {outcome.slowest * 1000:6.1f} ms  {len(outcome.findings)} findings",
        flush=True,
    )
    for finding in outcome.findings:
        print(f"    block {finding.block} input {finding.number}: {finding.problem}\n      {finding.item[:600]}")


def _record(path: Path, outcome: Outcome) -> None:
    kept = json.loads(path.read_text()) if path.exists() else {}
    found = asdict(outcome)
    kept[outcome.name] = {**found, "findings": len(outcome.findings), "seconds": round(outcome.seconds, 1),
                          "slowest": round(outcome.slowest, 4)}  # fmt: skip
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
