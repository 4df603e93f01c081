"""Section I: what a barcode can make a reader type, in a real window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.scanner import ScannerSettings
from kiosk.shell.protocol import Ready, Scanned, ShowPage
from tests.shell.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

GAP = 0.15
HOSTILE = {
    "control characters": ["ctrl+j", "ctrl+m", "ctrl+bracketleft", "ctrl+backslash", "ctrl+c", "ctrl+d", "ctrl+z"],
    "commands": ["super+r", "alt+F4", "ctrl+o", "ctrl+p", "F5", "F11", "F12", "ctrl+alt+Delete", "alt+Tab", "Print"],
    "moves": ["Tab", "Return", "Tab", "Tab", "Return", "Escape", "BackSpace", "Home", "End", "Next"],
}


@pytest.mark.breakout(126, 127)
def test_a_code_of_keys_signs_nobody_in_and_opens_nothing(open_shell: Callable[..., Shell]):
    shell = open_shell(replace(START, scanner=ScannerSettings(gap=GAP)))
    shell.expect(Ready)
    shell.send(ShowPage("attract", "en", data={"methods": ["scanner"]}))
    shell.until_painted()
    windows = shown(shell)
    for keys in HOSTILE.values():
        shell.xdotool("sleep", str(2 * GAP), "key", "--delay", "4", *keys)
        assert shown(shell) == windows
    shell.xdotool("sleep", str(2 * GAP), "type", "--delay", "1", "x" * 1200)
    shell.xdotool("key", "Return")
    assert not shell.heard(Scanned)

    shell.xdotool("sleep", str(4 * GAP), "type", "--args", "1", "--delay", "4", "4006381333931", "key", "Return")
    assert shell.expect(Scanned) == Scanned("4006381333931")


def shown(shell: Shell) -> str:
    return shell.xdotool("search", "--onlyvisible", "--maxdepth", "1", "--name", ".*")
