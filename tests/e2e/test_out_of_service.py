"""A terminal that cannot serve says so, kindly and with a code, before anybody signs in, and opens by itself."""

from __future__ import annotations

import json
import signal
import socket

import pytest

from kiosk.sandbox.faults import Faults, parse_failure
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox

pytestmark = pytest.mark.gui

NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}


def status(kiosk):
    return json.loads(kiosk.ask("status", "--json").stdout)


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (Faults(fail=(parse_failure("503:1"),)), "api.server-failed"),
        (Faults(fail=(parse_failure("429:1:1"),)), "api.rate-limited"),
        (Faults(deny_address=True), "api.forbidden"),
        (Faults(garbage=True), "api.bad-response"),
    ],
)
def test_an_api_that_cannot_serve_is_said_with_its_code_and_a_touch_opens_again(start, sandbox, faults, code):
    sandbox.state.faults = faults
    kiosk = start(sandbox=sandbox, KIOSK_LANGUAGES="en")
    kiosk.wait_for(f"-> out-of-service {code}")
    kiosk.wait_for("page painted page=out-of-service")
    found = status(kiosk)
    assert (found["state"], found["code"], found["visit"]) == ("out-of-service", code, None)

    sandbox.state.faults = Faults()
    kiosk.xdotool("key", "Return")  # the button has the focus

    kiosk.wait_for("out-of-service -> attract")
    kiosk.wait_for("page painted page=attract")
    assert kiosk.end(signal.SIGTERM) == 0


def test_a_refused_key_is_said(start, sandbox):
    kiosk = start(sandbox=sandbox, key="not-the-key")

    kiosk.wait_for("-> out-of-service api.unauthorized")
    kiosk.wait_for("page painted page=out-of-service")


def test_a_system_without_a_keyring_is_said(start, sandbox):
    kiosk = start(sandbox=sandbox, from_keyring=True, **NO_BUS)

    assert "session bus" in kiosk.wait_for("code=credentials.unavailable")
    kiosk.wait_for("page painted page=out-of-service")


@pytest.mark.both_engines
def test_a_terminal_opens_at_once_when_the_network_is_back(start):
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    with run_sandbox(SandboxOptions(port=port)) as later:
        pass
    kiosk = start(sandbox=later)
    kiosk.wait_for("-> out-of-service api.unreachable")
    kiosk.wait_for("the network is away")
    kiosk.wait_for("service down code=api.unreachable")  # later tries come ever more slowly: the return counts

    with run_sandbox(SandboxOptions(port=port)):
        kiosk.wait_for("network back")
        kiosk.wait_for("out-of-service -> attract")
