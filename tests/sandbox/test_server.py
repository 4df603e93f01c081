"""Where the sandbox listens, and what it leaves behind."""

from __future__ import annotations

import gc
import socket
import ssl
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from kiosk.errors import InvalidInput, SandboxError
from kiosk.sandbox.faults import Faults
from kiosk.sandbox.options import DEMO_API_KEY, SandboxOptions
from kiosk.sandbox.server import run_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.sandbox.server import RunningSandbox

BALANCE = "/api/v1/integration/user/demo/balance"


def get(sandbox: RunningSandbox, path: str = BALANCE, *, trust: Path | None = None) -> httpx.Response:
    headers = {"X-API-KEY": sandbox.api_key}
    verify = ssl.create_default_context(cafile=trust)
    return httpx.get(sandbox.base_url + path, headers=headers, verify=verify, trust_env=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "localhost", "127.0.0.2"])  # noqa: S104 - refused
def test_only_two_loopback_addresses_are_listened_on(host: str):
    with pytest.raises(InvalidInput) as caught:
        SandboxOptions(host=host)

    assert caught.value.field == "host"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SandboxOptions(port=-1),
        lambda: SandboxOptions(port=65_536),
        lambda: SandboxOptions(token_life=0),
        lambda: SandboxOptions(token_life=float("nan")),
        lambda: SandboxOptions(api_key=""),
    ],
)
def test_options_out_of_range_are_refused(wrong: Callable[[], SandboxOptions]):
    with pytest.raises(InvalidInput):
        wrong()


def test_a_key_of_one_s_own_is_not_shown():
    options = SandboxOptions(api_key="my-own-key")

    with run_sandbox(options) as sandbox:
        assert "my-own-key" not in repr(options) + repr(sandbox)
        assert get(sandbox).status_code == 200
        assert httpx.get(sandbox.base_url + BALANCE, headers={"X-API-KEY": DEMO_API_KEY}).status_code == 401


def test_it_is_gone_when_the_context_ends():
    with run_sandbox() as sandbox:
        parts = urlsplit(sandbox.base_url)
        assert parts.hostname == "127.0.0.1"

    assert not sandbox.alive
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", parts.port or 0), timeout=5)


def test_a_caller_who_still_waits_is_hung_up_on_when_it_ends():
    with run_sandbox() as sandbox:
        sandbox.state.faults = Faults(latency_ms=8000)
        url = urlsplit(sandbox.base_url)
        caller = socket.create_connection((url.hostname, url.port))
        caller.sendall(f"GET {BALANCE} HTTP/1.1\r\nHost: {url.netloc}\r\nX-API-KEY: x\r\n\r\n".encode())
    with closing(caller):
        caller.settimeout(5)
        with suppress(ConnectionResetError):
            assert b"200 OK" not in caller.recv(4096)
    gc.collect()  # what is left open warns now, and a warning is an error


def test_several_run_side_by_side_and_know_nothing_of_each_other():
    with run_sandbox() as one, run_sandbox() as other:
        get(one, "/api/v1/integration/user/ada/widget")

        assert one.base_url != other.base_url
        assert "ada" not in other.state.store.visitors


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do():
    with run_sandbox() as sandbox:
        taken = SandboxOptions(port=urlsplit(sandbox.base_url).port or 0)
        with pytest.raises(SandboxError, match="cannot listen on port") as caught, run_sandbox(taken):
            pass

    assert "--port 0" in caught.value.hint


def test_it_listens_on_ipv6_as_well():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 in this Python")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with run_sandbox(SandboxOptions(host="::1")) as sandbox:
        assert sandbox.base_url.startswith("http://[::1]:")
        assert get(sandbox).status_code == 200


def test_with_tls_it_is_trusted_by_its_own_ca_alone_and_the_file_is_gone_afterwards():
    with run_sandbox(SandboxOptions(tls=True)) as sandbox:
        assert sandbox.ca_file is not None
        assert sandbox.base_url.startswith("https://127.0.0.1:")
        assert get(sandbox, trust=sandbox.ca_file).status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            get(sandbox)
        assert b"PRIVATE" not in sandbox.ca_file.read_bytes()
        assert sandbox.ca_file.parent.stat().st_mode & 0o077 == 0

    assert not sandbox.ca_file.parent.exists()


def test_a_small_answer_does_not_wait_for_the_network_s_timers():
    """Head and body are two writes: without TCP_NODELAY, the second would wait 40 ms for a delayed ACK."""
    times = []
    with run_sandbox() as sandbox, httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
        for _ in range(20):
            start = time.monotonic()
            client.get(BALANCE)
            times.append(time.monotonic() - start)

    assert min(times[1:]) < 0.03
