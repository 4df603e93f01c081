"""What `kiosk doctor` says of the layers around the kiosk: those of the lock-down kit that this machine lacks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kiosk.ops.checks import Check

if TYPE_CHECKING:
    from kiosk.ops.checks import Finding

_DEADLINE = 5.0  # seconds, for what takes milliseconds


def check_of_machine() -> Check:
    """Return the check of this machine's layers. It is quick, reads alone and needs no privilege."""
    return Check((_FIRST,), _DEADLINE, look_at_machine)


def look_at_machine() -> list[Finding]:
    """Return the rows about this machine."""
    # What each system needs is imported in the check's own thread.
    if sys.platform == "win32":
        from kiosk.ops import windows_layers, windows_machine  # noqa: PLC0415

        return windows_layers.judge(windows_machine.read_machine())
    if sys.platform == "darwin":
        from kiosk.ops import mac_layers  # noqa: PLC0415

        return mac_layers.judge()
    from kiosk.ops import linux_machine, lockdown_layers  # noqa: PLC0415

    return lockdown_layers.judge(linux_machine.read_machine())


_FIRST = {"win32": "shell", "darwin": "profile"}.get(sys.platform, "session")
"""The row that fails if the check itself does."""
