"""A visitor who keeps trying what is refused: a break, then the visit goes on; and the operator sees it in the log."""

from __future__ import annotations

import signal

import pytest

pytestmark = pytest.mark.gui


def test_who_keeps_trying_gets_a_break_and_the_operator_a_line_for_each_try(start, sandbox):
    kiosk = start("--user", "anna", sandbox=sandbox, KIOSK_COOL_DOWN_AFTER="3", KIOSK_COOL_DOWN="10")
    kiosk.wait_for("widget painted visit=1")
    for key in ("F12", "ctrl+n", "alt+Left"):
        kiosk.xdotool("key", key)
        assert "feature=accelerator-keys" in (line := kiosk.wait_for("blocked visit=1"))
        assert "by=visitor" in line

    kiosk.wait_for("visit -> cool-down")
    kiosk.wait_for("page painted page=cool-down")
    kiosk.xdotool("key", "F12")  # counts no more
    kiosk.wait_for("cool-down -> visit")

    kiosk.xdotool("key", "F12")
    kiosk.wait_for("blocked visit=1")
    assert kiosk.ask("end").returncode == 0
    kiosk.wait_for("resetting -> attract")
    assert kiosk.end(signal.SIGTERM) == 0
