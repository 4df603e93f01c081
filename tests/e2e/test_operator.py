"""The operator's five steps on a real terminal: setup typed by hand, a real keyring, doctor, and a visit."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys

import pytest

from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.credentials.conftest import PASSWORD, Desktop
from tests.e2e.conftest import PATIENCE, Kiosk

pytestmark = [pytest.mark.gui, pytest.mark.keyring]

KEY = "canary-key-91bd-1c2e"
PIN = "802417395"


def type_into(command, answers, environment):
    """Run a command on a terminal of its own, answer its questions, and return what it showed and its status."""
    leader, follower = pty.openpty()
    # With a deadline of its own, so that a question that nobody answers does not outlive the test.
    command = ["timeout", str(PATIENCE), *command]
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    shown, asked = "", 0
    while True:
        try:
            shown += os.read(leader, 4096).decode()
        except OSError:  # the end of a terminal, on Linux
            break
        if shown.rstrip(" ").endswith(":") and asked < len(answers):
            os.write(leader, answers[asked].encode() + b"\n")
            asked += 1
    os.close(leader)
    return shown, process.wait(PATIENCE)


@pytest.fixture
def desktop(tmp_path_factory):
    """An account without a keyring so far."""
    return Desktop(tmp_path_factory.mktemp("d"))


OURS = {"configuration", "operator PIN", "keyring", "api", "clock", "outbox", "display", "screen", "engine", "lockdown"}
"""Rows about the kiosk. The others are about the machine around it, which is a developer's."""


def test_five_steps_lead_to_a_visit(desktop, display):
    with (
        run_sandbox(SandboxOptions(api_key=KEY)) as sandbox,
        desktop.session() as session,
        desktop.keyring(session, password=PASSWORD),
    ):
        environment = session | {"DISPLAY": display, "LANG": "C.UTF-8"}
        kiosk = [sys.executable, "-m", "kiosk"]

        shown, status = type_into([*kiosk, "setup"], [sandbox.base_url, "", "", "", KEY, PIN, PIN], environment)
        assert status == 0, shown
        assert KEY not in shown
        assert PIN not in shown

        doctor = subprocess.run(
            [*kiosk, "doctor", "--json"], env=environment, capture_output=True, text=True, check=False
        )
        assert doctor.returncode == 0, doctor.stdout
        rows = json.loads(doctor.stdout)["checks"]
        assert {row["status"] for row in rows if row["name"] in OURS} == {"ok"}

        home = desktop.folder / "home"
        visit = Kiosk(["run", "--user", "anna"], display=display, home=home, **environment)
        visit.wait_for("widget painted visit=1")
        assert visit.end(signal.SIGTERM) == 0
        assert [entry.user for entry in sandbox.state.log.entries() if entry.path.endswith("/anna/widget")] == ["anna"]

        deleted = subprocess.run([*kiosk, "key", "delete"], env=environment, check=False, capture_output=True)
        assert deleted.returncode == 0
        visit = Kiosk(["run", "--user", "anna"], display=display, home=home, **environment)
        visit.wait_for("code=credentials.missing")
        visit.wait_for("page painted page=out-of-service")
        assert visit.end(signal.SIGTERM) == 0
