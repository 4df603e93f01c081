"""All eight operations from the real command line, against the real sandbox: what they print, and how they end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WRONG_KEY = "00000000-0000-0000-0000-000000000000"


@dataclass
class Sandbox:
    """A running sandbox, and `kiosk api` against it."""

    base_url: str
    api_key: str
    environment: Mapping[str, str]

    def api(self, *arguments: str, key: str | None = None, files: str | None = None) -> tuple[int, dict[str, Any]]:
        """Run `kiosk api ... --json`, and return its exit status and the object that it printed."""
        command = [sys.executable, "-m", "kiosk", "api", *arguments, "--json", "--base-url", self.base_url]
        command += ["--api-key-file", files or "-"]
        key = self.api_key if key is None else key
        done = subprocess.run(
            command, env=self.environment, input=key, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    def error(self, *arguments: str, key: str | None = None) -> tuple[int, str]:
        """Run `kiosk api ...`, which must fail, and return its exit status and the code of the error."""
        status, data = self.api(*arguments, key=key)
        assert data["error"]["exit_status"] == status
        assert data["error"]["hint"]
        return status, data["error"]["code"]


@contextmanager
def running_sandbox(environment: Mapping[str, str], *options: str) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--json", "--until-stdin-closes", *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        where = json.loads(process.stdout.readline())
        yield Sandbox(where["base_url"], where["api_key"], environment)
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    """No proxy, no settings, and a short deadline: the failures are meant to last."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    folders = {"HOME": str(home), "LOCALAPPDATA": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    return kept | folders | {"KIOSK_CONNECT_TIMEOUT": "1.5", "KIOSK_TOTAL_TIMEOUT": "1.5"}


@pytest.fixture(scope="module")
def sandbox(environment: Mapping[str, str]) -> Iterator[Sandbox]:
    """A sandbox where all is well."""
    with running_sandbox(environment) as running:
        yield running


def test_widget_url(sandbox: Sandbox):
    item = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"

    status, data = sandbox.api("widget-url", "--user", "u/1 é", "--feature", "rewards", "--item-id", item)

    assert status == 0
    assert data["url"].startswith(f"{sandbox.base_url}/")
    assert item in data["url"]


def test_token(sandbox: Sandbox):
    status, data = sandbox.api("token", "--user", "known")

    assert status == 0
    assert data["token"].count(".") == 2
    assert datetime.fromisoformat(data["expiresAt"]).utcoffset() is not None


def test_balance(sandbox: Sandbox):
    sandbox.api("widget-url", "--user", "with-balance")  # creates the user

    assert sandbox.api("balance", "--user", "with-balance") == (0, {"balance": "0", "userExists": True})


def test_event(sandbox: Sandbox):
    status, data = sandbox.api("event", "--user", "u", "--event-id", "coffee", "--value", "1.5", "--tag", "a")

    assert status == 0
    assert UUID(data["id"])
    assert datetime.fromisoformat(data["createdAt"]).utcoffset() is not None


def test_revenue(sandbox: Sandbox):
    status, data = sandbox.api("revenue", "--amount", "12.50", "--request-id", "r-1", "--date", "2026-11-23 10:00:00")

    assert (status, data) == (0, {"requestId": "r-1", "date": "2026-11-23T10:00:00Z"})


@pytest.mark.parametrize(("command", "word"), [("add", "added"), ("remove", "removed")])
def test_segments(sandbox: Sandbox, tmp_path: Path, command: str, word: str):
    file = tmp_path / "users.json"
    file.write_text('[{"userId": "u", "segmentId": "vip"}]')

    assert sandbox.api("segment", command, "--file", str(file)) == (0, {word: 1})


def test_websites_and_the_conflict_of_adding_one_twice(sandbox: Sandbox):
    assert sandbox.api("websites", "add", "https://twice.example")[0] == 0

    assert sandbox.error("websites", "add", "https://twice.example") == (17, "api.conflict")


def test_a_value_that_the_api_refuses(sandbox: Sandbox):
    assert sandbox.error("widget-url", "--user", "u", "--language", "xx") == (13, "api.rejected")


def test_a_wrong_key(sandbox: Sandbox):
    assert sandbox.error("balance", "--user", "u", key=WRONG_KEY) == (14, "api.unauthorized")


def test_an_address_that_is_not_the_apis(sandbox: Sandbox):
    elsewhere = Sandbox(f"{sandbox.base_url}/elsewhere", sandbox.api_key, sandbox.environment)

    assert elsewhere.error("balance", "--user", "u") == (16, "api.not-found")


def test_nobody_listens(sandbox: Sandbox):

    with socket.socket() as taken:  # bound and not listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        nobody = Sandbox(f"http://127.0.0.1:{taken.getsockname()[1]}", sandbox.api_key, sandbox.environment)

        assert nobody.error("balance", "--user", "u") == (10, "api.unreachable")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--deny-address"], (15, "api.forbidden")),
        (["--fail", "429:1:60"], (18, "api.rate-limited")),
        (["--fail", "503:1:60"], (19, "api.server-failed")),
        (["--garbage"], (20, "api.bad-response")),
        (["--latency-ms", "5000"], (12, "api.timeout")),
        (["--drip"], (12, "api.timeout")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_faults(environment: Mapping[str, str], options: list[str], expected: tuple[int, str]):
    with running_sandbox(environment, *options) as broken:
        assert broken.error("balance", "--user", "u") == expected


def test_neither_the_key_nor_what_it_opens_is_in_the_log(sandbox: Sandbox, home: Path):
    url = sandbox.api("widget-url", "--user", "visitor-canary")[1]["url"]
    token = sandbox.api("token", "--user", "visitor-canary")[1]["token"]
    sandbox.error("balance", "--user", "visitor-canary", key=WRONG_KEY)

    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for secret in (sandbox.api_key, WRONG_KEY, url, token, url.partition("token=")[2][:30], "visitor-canary"):
        assert secret.encode() not in written
