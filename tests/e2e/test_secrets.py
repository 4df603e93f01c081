"""Nobody who looks at the machine learns the key, a token, the widget URL or the visitor's id."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox

pytestmark = pytest.mark.gui

USER = "canary-visitor-7f3a"
KEY = "canary-key-91bd-1c2e"


def look_at(processes):
    """Return what any account's `ps` shows of each process, and its environment."""
    seen = {}
    for process in processes:
        for name in ("cmdline", "environ", "comm"):
            try:
                seen[f"{process.pid}/{name}"] = Path(f"/proc/{process.pid}/{name}").read_bytes()
            except OSError:  # ended meanwhile, or a sandboxed process that even its own account may not read
                continue
    return seen


def look_into(folder):
    """Return the bytes of every file below `folder`."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found(canaries, seen):
    return [(where, name) for where, data in seen.items() for name, text in canaries.items() if text.encode() in data]


@pytest.mark.parametrize("auth", ["widget", "jwt"])
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


def record_tokens(tokens):
    """Return a list that gets every token that is issued from now on."""
    issued = []
    for name in ("issue_opaque", "issue_jwt"):
        original = getattr(tokens, name)

        def recording(user_id, *, expires_at, original=original):
            token = original(user_id, expires_at=expires_at)
            issued.append(token)
            return token

        setattr(tokens, name, recording)
    return issued
