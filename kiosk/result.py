"""What a command returns: it never prints. `render` turns it into text for people, or JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiosk.errors import ExitStatus, KioskError


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a command: `text` for people, `data` for `--json`, and the exit status."""

    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    exit_status: ExitStatus = ExitStatus.OK


def describe_error(error: KioskError) -> dict[str, Any]:
    """Return `error` as the object that `--json` prints under the key `error`."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "retryable": error.retryable,
        "exit_status": int(error.exit_status),
    }
