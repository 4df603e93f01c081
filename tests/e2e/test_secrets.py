"""Nobody who looks at the machine learns the key, a token, the widget URL or the visitor's id."""

from __future__ import annotations

import signal

import psutil
import pytest

from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.e2e.searching import found, look_at, look_into, record_tokens

pytestmark = pytest.mark.gui

USER = "canary-visitor-7f3a"
KEY = "canary-key-91bd-1c2e"


@pytest.mark.parametrize("auth", ["widget", "jwt"])
@pytest.mark.both_engines
def test_a_search_of_the_machine_finds_nothing(start, auth):
    with run_sandbox(SandboxOptions(api_key=KEY)) as sandbox:
        issued = record_tokens(sandbox.state.tokens)
        settings = {"KIOSK_AUTH": auth, "KIOSK_LOG_LEVEL": "debug"}
        if auth == "jwt":
            settings["KIOSK_SDK_URL"] = f"{sandbox.base_url}/sdk/"
        kiosk = start("--user", USER, "--feature", "rewards", sandbox=sandbox, **settings)
        kiosk.wait_for("widget painted visit=1")
        canaries = {"key": KEY, "user": USER} | {f"token {number}": token for number, token in enumerate(issued)}
        assert len(canaries) > 2

        supervisor = psutil.Process(kiosk.process.pid)
        during = look_at(kiosk.family()) | look_into(kiosk.home)
        own = {name: text for name, text in canaries.items() if name != "user"}  # its caller gave it the id
        assert found(own, look_at([supervisor])) == []
        assert found(canaries, during) == []

        kiosk.end(signal.SIGTERM)
        log = {"standard error": "\n".join(kiosk.lines).encode()}
        assert found(canaries, log | look_into(kiosk.home)) == []
