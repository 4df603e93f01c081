"""`kiosk doctor`: everything that a kiosk needs, checked at once; what is wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.commands._checks import checks_of
from kiosk.commands._context import context_of
from kiosk.errors import ExitStatus
from kiosk.ops.checks import Status, examine
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse

    from kiosk.ops.checks import Finding


def doctor(args: argparse.Namespace) -> Result:
    """Check everything. The exit status is CHECK_FAILED if a row failed; warnings do not count."""
    findings = examine(checks_of(context_of(args), from_file=args.api_key_file is not None))
    failed = [finding.name for finding in findings if finding.status is Status.FAILED]
    text = "\n".join(line for finding in findings for line in _lines(finding))
    data = {"ok": not failed, "checks": [_describe(finding) for finding in findings]}
    return Result(text, data, ExitStatus.CHECK_FAILED if failed else ExitStatus.OK)


def _lines(finding: Finding) -> list[str]:
    line = f"{finding.status:7}  {finding.name:13}  {finding.text}"
    return [line, f"{'':24}what to do: {finding.hint}"] if finding.hint else [line]


def _describe(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "status": str(finding.status), "text": finding.text, "hint": finding.hint}
