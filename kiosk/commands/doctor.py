"""`kiosk doctor`: everything that a kiosk needs, checked at once; what is wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.commands._checks import checks_of
from kiosk.commands._context import context_of
from kiosk.commands._machine import check_of_machine
from kiosk.core.lockdown import Enforcement
from kiosk.errors import ExitStatus
from kiosk.ops.checks import Status, examine
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse

    from kiosk.ops.checks import Finding


def doctor(args: argparse.Namespace) -> Result:
    """Check everything. The exit status is CHECK_FAILED if a row failed; warnings do not count."""
    checks = checks_of(context_of(args), from_file=args.api_key_file is not None)
    findings = examine([*checks, check_of_machine()])
    failed = [finding.name for finding in findings if finding.status is Status.FAILED]
    text = "\n".join(line for finding in findings for line in _lines(finding))
    data = {"ok": not failed, "checks": [_describe(finding) for finding in findings]}
    return Result(text, data, ExitStatus.CHECK_FAILED if failed else ExitStatus.OK)


def _lines(finding: Finding) -> list[str]:
    """Return the row, what to do about it, and its table, what is wrong first."""
    lines = [f"{finding.status:7}  {finding.name:15}  {finding.text}"]
    if finding.hint:
        lines.append(f"{_INDENT}what to do: {finding.hint}")
    table = sorted(finding.details, key=lambda row: row[1] == Enforcement.ENFORCED)
    return lines + [f"{_INDENT}{state:11}  {name}" for name, state in table]


def _describe(finding: Finding) -> dict[str, object]:
    row: dict[str, object] = {
        "name": finding.name,
        "status": str(finding.status),
        "text": finding.text,
        "hint": finding.hint,
    }
    return {**row, "details": dict(finding.details)} if finding.details else row


_INDENT = " " * 26
"""Below the text of a row."""
