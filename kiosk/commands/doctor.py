"""`kiosk doctor`: everything that a kiosk needs, checked at once; what is wrong, and what to do.

Every check runs in a thread of its own, with a deadline, and answers for its rows alone: one that fails, hangs or is
wrong itself hides none of the others.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from kiosk.commands._checks import Check, Finding, NotChecked, Status, checks_of
from kiosk.commands._context import context_of
from kiosk.deadline import DeadlineExceeded, start
from kiosk.errors import ExitStatus, KioskError
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

log = logging.getLogger(__name__)

_ORDER = (
    "configuration",
    "keyring",
    "api",
    "clock",
    "display",
    "screen",
    "engine",
    "renderer",
    "lockdown",
)
"""From what the operator sets to what the machine is."""


def doctor(args: argparse.Namespace) -> Result:
    """Check everything. The exit status is CHECK_FAILED if a row failed; warnings do not count."""
    findings = examine(checks_of(context_of(args), from_file=args.api_key_file is not None))
    failed = [finding.name for finding in findings if finding.status is Status.FAILED]
    text = "\n".join(line for finding in findings for line in _lines(finding))
    data = {"ok": not failed, "checks": [_describe(finding) for finding in findings]}
    return Result(text, data, ExitStatus.CHECK_FAILED if failed else ExitStatus.OK)


def examine(checks: Iterable[Check]) -> list[Finding]:
    """Run all checks at the same time, each until its deadline, and return their rows in the order of the table."""
    begun = time.monotonic()
    running = [(check, start(check.run, name=f"doctor {check.names[0]}")) for check in checks]
    findings: list[Finding] = []
    for check, wait in running:
        try:
            findings += wait(begun + check.deadline - time.monotonic())
        except DeadlineExceeded:
            problem = f"no answer within {check.deadline:g} s"
            findings += _all(check, problem, "run `kiosk doctor` again; if it lasts, restart the machine")
        except NotChecked as reason:
            findings += [Finding(name, Status.WARNING, f"not checked: see {reason}") for name in check.names]
        except KioskError as error:
            findings += _all(check, str(error), error.hint)
        except Exception as error:
            log.exception("a check of the doctor failed")
            findings += _all(check, f"the check itself failed ({type(error).__name__})", "see the log")
    return sorted(findings, key=lambda finding: _ORDER.index(finding.name))


def _all(check: Check, text: str, hint: str) -> list[Finding]:
    """Fail the first row of `check`; the others could not be looked at."""
    first, *others = check.names
    unknown = [Finding(name, Status.WARNING, f"not checked: see {first}") for name in others]
    return [Finding(first, Status.FAILED, text, hint), *unknown]


def _lines(finding: Finding) -> list[str]:
    line = f"{finding.status:7}  {finding.name:13}  {finding.text}"
    return [line, f"{'':24}what to do: {finding.hint}"] if finding.hint else [line]


def _describe(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "status": str(finding.status), "text": finding.text, "hint": finding.hint}
