"""Which layer of the lock-down kit a Windows machine lacks, from what kiosk.ops.windows_machine read. Run under wine.

As in kiosk.ops.lockdown_layers: a missing layer is a warning, and the hint names the file of the kit that has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.build import is_release
from kiosk.ops.checks import Finding, Status

KIT = "%ProgramFiles%/Enable3 Kiosk/lockdown" if is_release() else "packaging/windows/lockdown"
"""Where the kit is: as the installers put it, or in the source tree."""

ROWS = ("shell", "keyboard filter", "edge swipes", "task manager", "account", "sign-in secret")


@dataclass(frozen=True, slots=True)
class WindowsMachine:
    """What was read of a machine. None: it is not set."""

    explorer: bool
    """Whether the Windows desktop runs in this session."""
    keyboard_filter: int | None
    """Start= of the service MsKeyboardFilter: 2 and 3 are automatic and manual, 4 is disabled."""
    edge_swipe: int | None
    """The policy AllowEdgeSwipe."""
    disable_task_manager: int | None
    administrator: bool
    default_password: bool
    """Whether Winlogon has a password that everybody may read."""


def judge(machine: WindowsMachine) -> list[Finding]:
    """Return the rows, in the order of ROWS."""
    return [
        _row("shell", not machine.explorer, _SHELL, "ShellLauncher.xml"),
        _row("keyboard filter", machine.keyboard_filter == _AUTOMATIC, _KEYS, "Set-KeyboardFilter.ps1"),
        _row("edge swipes", machine.edge_swipe == 0, _SWIPES, "policies.psd1"),
        _row("task manager", machine.disable_task_manager == 1, _TASKS, "policies.psd1"),
        _row("account", not machine.administrator, _ACCOUNT, "Install-Lockdown.ps1"),
        _row("sign-in secret", not machine.default_password, _SECRET, "Install-Lockdown.ps1"),
    ]


_AUTOMATIC = 2

_SHELL = ("the kiosk is the shell", "the Windows desktop runs behind the kiosk")
_KEYS = ("starts with Windows", "is off: Ctrl+Alt+Del, Alt+Tab and the Windows key lead out of the kiosk")
_SWIPES = ("are off", "are on: a swipe from the edge opens notifications or the task view")
_TASKS = ("is disabled", "can be opened: Ctrl+Shift+Esc")
_ACCOUNT = ("no administrator", "is an administrator: whoever gets out of the kiosk owns the machine")
_SECRET = ("no password in the registry", "DefaultPassword of Winlogon is there for everybody to read")


def _row(name: str, good: bool, texts: tuple[str, str], file: str) -> Finding:  # noqa: FBT001 - what the row judges
    if good:
        return Finding(name, Status.OK, texts[0])
    return Finding(name, Status.WARNING, texts[1], f"{KIT}/{file}; docs/lockdown.md")
