"""A terminal without a key is set up on its own screen, with a real keyring, and serves visitors after that."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib

import pytest

from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.credentials.conftest import PASSWORD, Desktop
from tests.e2e.conftest import Kiosk

pytestmark = [pytest.mark.gui, pytest.mark.keyring]

KEY = "canary-key-5b1d-90fe"
PIN = "802417395"


class Keyboard:
    """A keyboard that is plugged into the terminal."""

    def __init__(self, display: str) -> None:
        self._display = display

    def press(self, *names: str) -> None:
        self._run("key", *names)

    def type(self, text: str) -> None:
        self._run("type", text)

    def _run(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env={"DISPLAY": self._display, "PATH": "/usr/bin"}, check=True)


def test_the_screen_alone_is_enough(tmp_path_factory, display):
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    with (
        run_sandbox(SandboxOptions(api_key=KEY)) as sandbox,
        desktop.session() as session,
        desktop.keyring(session, password=PASSWORD),
    ):
        home = desktop.folder / "home"
        environment = session | {"KIOSK_BASE_URL": sandbox.base_url}
        kiosk = Kiosk(["run"], display=display, home=home, **environment)
        kiosk.wait_for("page painted page=enrolment")
        keys = Keyboard(display)
        keys.press("shift+Tab", "Return")  # the last button of the page: next
        keys.press("Tab")  # past the address, which the environment says
        keys.type(KEY)
        keys.press("Return")
        keys.type(PIN)
        keys.press("Tab")
        keys.type(PIN)
        keys.press("Return")
        kiosk.wait_for("enrolled")
        kiosk.wait_for("service up")
        kiosk.wait_for("page painted page=attract")
        assert kiosk.end(signal.SIGTERM) == 0

        tested = [
            subprocess.run(
                [sys.executable, "-m", "kiosk", *command],
                env=environment,
                input=PIN,
                capture_output=True,
                text=True,
                check=False,
            )
            for command in (["key", "test"], ["pin", "test"])
        ]
        assert [done.returncode for done in tested] == [0, 0], tested
        assert KEY not in "\n".join(kiosk.lines)
        assert PIN not in "\n".join(kiosk.lines)
        written = tomllib.loads((home / ".config/enable3-kiosk/config.toml").read_text())
        assert written == {"base_url": sandbox.base_url, "brand": "Enable3"}
