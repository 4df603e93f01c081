"""Checks of what a terminal needs: what one is, and how all of them are run at once.

Every check runs in a thread of its own, with a deadline, and answers for its rows alone: one that fails, hangs or is
wrong itself hides none of the others. Each check imports what it needs when it runs, in its own thread.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.deadline import DeadlineExceeded, start
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

_ORDER = (
    "configuration",
    "sign-in codes",
    "user ids",
    "operator PIN",
    "keyring",
    "api",
    "clock",
    "outbox",
    "display",
    "screen",
    "engine",
    "renderer",
    "lockdown",
    "other screens",
    # What is around the kiosk: kiosk.ops.lockdown_layers, windows_layers and mac_layers
    "session",
    "shell",
    "profile",
    "consoles",
    "zapping",
    "SysRq",
    "Ctrl+Alt+Del",
    "keyboard filter",
    "edge swipes",
    "task manager",
    "account",
    "sign-in secret",
    "core dumps",
    "memory access",
    "USB disks",
)
"""From what the operator sets to what the machine is."""


class Status(StrEnum):
    """What became of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row: what was looked at, what was found, and what to do about it."""

    name: str
    status: Status
    text: str
    hint: str = ""
    details: tuple[tuple[str, str], ...] = ()
    """A table below the row: names and what became of each."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at: the rows it gives, the most important first, and for how many seconds it may take."""

    names: tuple[str, ...]
    deadline: float
    run: Callable[[], list[Finding]]


class NotChecked(Exception):
    """A check needs what another one finds wrong; the argument is that one's name."""


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
