"""The operator at a real terminal: taps in the corner, the PIN, the panel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from kiosk.errors import ExitStatus
from kiosk.store.pin_tries import FREE_TRIES
from tests.e2e.conftest import PATIENCE, Kiosk

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.sandbox.server import RunningSandbox

pytestmark = pytest.mark.gui

PIN, WRONG = "802417395", "802417396"
DOCTOR, EXIT = 3, 8
"""How many times Tab, from the top of the panel, to these buttons."""


class Operator:
    """Somebody with a finger and a keyboard, who has set the terminal's PIN."""

    def __init__(self, home: Path, display: str, sandbox: RunningSandbox) -> None:
        self._home, self._display, self._sandbox = home, display, sandbox
        home.mkdir()
        assert self.run("pin", "set").returncode == 0
        self.start()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command that asks for the PIN, beside the kiosk."""
        environment = {"HOME": str(self._home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        return subprocess.run(
            [sys.executable, "-m", "kiosk", *command],
            env=environment,
            input=PIN,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        """Start the kiosk, and wait until it is ready for visitors."""
        options = ["run", "--base-url", self._sandbox.base_url, "--api-key-file", "-"]
        self.kiosk = Kiosk(options, display=self._display, home=self._home, key=self._sandbox.api_key)
        self.kiosk.wait_for("page painted page=attract")

    def tap_in_the_corner(self) -> None:
        self._do("mousemove", "20", "20", "click", "--repeat", "7", "--delay", "60", "1")
        self.kiosk.wait_for("page painted page=pin")

    def type_pin(self, pin: str) -> None:
        self._do("type", pin)
        self.press("Return")

    def press(self, *names: str) -> None:
        self._do("key", *names)

    def open_panel(self) -> None:
        self.tap_in_the_corner()
        self.type_pin(PIN)
        self.kiosk.wait_for("PIN accepted")
        self.kiosk.wait_for("page painted page=panel")

    def asked(self) -> int:
        """Return how often the API was asked whether it takes the key."""
        return sum("kiosk-probe" in entry.path for entry in self._sandbox.state.log.entries())

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env={"DISPLAY": self._display, "PATH": "/usr/bin"}, check=True)


@pytest.fixture
def operator(tmp_path, display, sandbox):
    operator = Operator(tmp_path / "terminal", display, sandbox)
    yield operator
    operator.kiosk.process.kill()
    operator.kiosk.wait()


def test_the_doctor_looks_while_the_kiosk_runs(operator):
    operator.open_panel()
    before = operator.asked()
    operator.press(*["Tab"] * DOCTOR, "Return")
    until = time.monotonic() + PATIENCE
    while operator.asked() == before and time.monotonic() < until:
        time.sleep(0.02)
    assert operator.asked() == before + 1
    operator.kiosk.wait_for("page painted page=panel")


def test_exit_asks_once_more_and_tells_who_watches_that_it_was_the_operator(operator):
    operator.open_panel()
    operator.press(*["Tab"] * EXIT, "Return")
    operator.press("Tab", "Return")  # from `cancel` to `yes, exit`
    assert operator.kiosk.wait() == ExitStatus.OPERATOR_EXIT


def test_wrong_pins_delay_the_next_try_also_after_a_restart_and_for_the_command_line(operator):
    operator.tap_in_the_corner()
    for _ in range(FREE_TRIES):
        operator.type_pin(WRONG)
        operator.kiosk.wait_for("PIN refused")
        operator.kiosk.wait_for("page painted page=pin")
    assert operator.kiosk.end(signal.SIGTERM) == 0
    operator.start()
    operator.tap_in_the_corner()
    operator.type_pin(PIN)
    tried = operator.run("pin", "test")
    assert tried.returncode == ExitStatus.CHECK_FAILED
    assert "too many wrong PINs" in tried.stdout
    assert not any("PIN accepted" in line for line in operator.kiosk.lines)
