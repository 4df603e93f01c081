"""Which layer of the lock-down kit this Mac lacks: a look at the file system, by the documentation, not run."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.build import is_release
from kiosk.ops.checks import Finding, Status

KIT, GUIDE = (
    ("/Applications/Enable3 Kiosk.app/Contents/Resources/lockdown", "README.md in it")
    if is_release()
    else ("packaging/macos/lockdown", "docs/lockdown.md")
)
"""Where the kit and the text about it are: as packaging/macos/build.sh puts them, or in the source tree."""

ROWS = ("profile", "account")

_MANAGED = Path("Library/Managed Preferences")
"""Where macOS writes what configuration profiles set, one file for each domain."""
_ADMINISTRATORS = 80  # the group admin


def judge(root: Path = Path("/"), groups: list[int] | None = None) -> list[Finding]:
    """Return the rows, in the order of ROWS. `groups` are the account's, by default those of this process."""
    numbers = os.getgroups() if groups is None else groups
    managed = any((root / _MANAGED).rglob("*.plist"))
    administrator = _ADMINISTRATORS in numbers or 0 in numbers
    profile = "a configuration profile is installed" if managed else "none is installed: the system's keys work"
    account = "is an administrator: whoever gets out of the kiosk owns the machine"
    return [
        _row("profile", managed, profile),
        _row("account", not administrator, account if administrator else "no administrator"),
    ]


def _row(name: str, good: bool, text: str) -> Finding:  # noqa: FBT001 - what the row judges
    return Finding(name, Status.OK, text) if good else Finding(name, Status.WARNING, text, f"{KIT}; {GUIDE}")
