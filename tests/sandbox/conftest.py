"""A running sandbox, and callers of it."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from kiosk.sandbox.server import RunningSandbox, run_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "/api/v1/integration/user"


class Clock:
    """The sandbox's clock, moved by tests."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Raw:
    """An answer to a request whose path was sent as it is."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Caller:
    """Calls a sandbox as an operator does (`client`, with the key) and as a widget does."""

    def __init__(self, sandbox: RunningSandbox, client: httpx.Client, clock: Clock) -> None:
        self.sandbox = sandbox
        self.client = client
        self.clock = clock

    def widget_url(self, user: str, **query: str) -> str:
        answer = self.client.get(f"{USER}/{quote(user, safe='')}/widget", params=query)
        assert answer.status_code == 200, answer.text
        url: str = answer.json()["url"]
        return url

    def token(self, user: str) -> str:
        return parse_qs(urlsplit(self.widget_url(user)).query)["token"][0]

    def jwt(self, user: str) -> str:
        token: str = self.client.get(f"{USER}/{quote(user, safe='')}/token").json()["token"]
        return token

    def balance(self, user: str) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(f"{USER}/{quote(user, safe='')}/balance").json()
        return body

    def raw(self, method: str, target: str, **headers: str) -> Raw:
        """Send a request whose target no client library has touched."""
        parts = urlsplit(self.sandbox.base_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_host="Host" in headers)
            for name, value in ({"X-API-KEY": self.sandbox.api_key} | headers).items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return Raw(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def module_clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def module_sandbox(module_clock: Clock) -> Iterator[RunningSandbox]:
    with run_sandbox(clock=module_clock) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(module_sandbox: RunningSandbox) -> RunningSandbox:
    """A sandbox that nobody has used."""
    module_sandbox.state.reset()
    return module_sandbox


@pytest.fixture(scope="module")
def module_client(module_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    headers = {"X-API-KEY": module_sandbox.api_key}
    with httpx.Client(base_url=module_sandbox.base_url, headers=headers, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def call(sandbox: RunningSandbox, module_client: httpx.Client, module_clock: Clock) -> Caller:
    return Caller(sandbox, module_client, module_clock)
