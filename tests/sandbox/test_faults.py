"""What breaks on demand."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from kiosk.errors import InvalidInput
from kiosk.sandbox.faults import Failure, Faults, parse_failure
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from kiosk.sandbox.switches import parse_faults

if TYPE_CHECKING:
    from conftest import Caller

BALANCE = "/api/v1/integration/user/ada/balance"
EVENT = {"id": "1", "userId": "ada", "eventId": "e", "value": 1, "createdAt": "2024-02-22 10:00:00"}


def switch(call: Caller, **faults: object) -> None:
    answer = call.client.post("/sandbox/faults", json=faults)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("503:0.3", Failure(503, 0.3)),
        ("429:0.2", Failure(429, 0.2, 1)),
        ("429:1:7", Failure(429, 1, 7)),
        ("503:1:0", Failure(503, 1, 0)),
        ("400:0", Failure(400, 0)),
    ],
)
def test_a_failure_is_parsed(text: str, failure: Failure):
    assert parse_failure(text) == failure


@pytest.mark.parametrize(
    "text", ["", "503", "503:", ":0.5", "503:1.1", "503:-1", "503:nan", "200:1", "600:1", "x:1", "503:1:x", "503:1:-1"]
)
def test_what_is_no_failure_is_refused_with_an_example(text: str):
    with pytest.raises(InvalidInput) as caught:
        parse_failure(text)

    assert "503:0.3" in caught.value.hint


@pytest.mark.parametrize("faults", [{"latency_ms": -1}, {"times": 0}, {"drip_seconds": -1}, {"drip_seconds": 1e9}])
def test_numbers_out_of_range_are_refused(faults: dict[str, float]):
    with pytest.raises(InvalidInput):
        Faults(**faults)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"drop": true}', b'{"fail": ["503"]}', b'{"scope": "x"}', b'{"drip": 1}', b'{"times": 0}']
)
def test_switches_that_are_wrong_are_refused_and_change_nothing(call: Caller, body: bytes):
    with pytest.raises(InvalidInput):
        parse_faults(body)

    assert call.client.post("/sandbox/faults", content=body).status_code == 400
    assert call.sandbox.state.faults == Faults()


def test_what_is_switched_on_can_be_switched_off(call: Caller):
    switch(call, fail=["503:1"])
    assert call.client.get(BALANCE).status_code == 503

    switch(call)
    assert call.client.get(BALANCE).status_code == 200


def test_a_reset_switches_faults_off(call: Caller):
    switch(call, fail=["503:1"])
    call.client.post("/sandbox/reset")

    assert call.client.get(BALANCE).status_code == 200


def test_faults_can_be_limited_to_some_requests(call: Caller):
    switch(call, fail=["503:1"], times=2, deny_address=False)

    assert [call.client.get(BALANCE).status_code for _ in range(4)] == [503, 503, 200, 200]


def test_a_failed_request_changes_nothing_and_is_in_the_log(call: Caller):
    switch(call, fail=["500:1"])
    assert call.client.post("/api/v1/event", json=EVENT).status_code == 500

    switch(call)
    assert call.balance("ada")["userExists"] is False
    assert [(entry.path, entry.status) for entry in call.sandbox.state.log.entries()][1] == ("/api/v1/event", 500)


@pytest.mark.parametrize(
    ("spec", "retry_after"), [("429:1", "1"), ("429:1:30", "30"), ("503:1:5", "5"), ("503:1", None)]
)
def test_a_failure_says_when_to_come_back(call: Caller, spec: str, retry_after: str | None):
    switch(call, fail=[spec])

    assert call.client.get(BALANCE).headers.get("Retry-After") == retry_after


def test_failures_hit_their_share_and_a_seed_repeats_them():
    def statuses(seed: int) -> list[int]:
        faults = Faults(fail=(Failure(503, 0.3), Failure(429, 0.2)))
        options = SandboxOptions(faults=faults, seed=seed)
        with run_sandbox(options) as sandbox, httpx.Client(trust_env=False) as client:
            headers = {"X-API-KEY": sandbox.api_key}
            return [client.get(sandbox.base_url + BALANCE, headers=headers).status_code for _ in range(100)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert 15 <= first.count(503) <= 45
    assert 4 <= first.count(429) <= 30


def test_latency_is_waited_before_the_answer(call: Caller):
    switch(call, latency_ms=300)
    start = time.monotonic()
    call.client.get(BALANCE)

    assert time.monotonic() - start >= 0.3


def test_a_dripping_body_comes_whole_a_byte_at_a_time(call: Caller):
    switch(call, drip=True, drip_seconds=0.01)

    with call.client.stream("GET", BALANCE) as answer:
        chunks = list(answer.iter_raw())
    assert b"".join(chunks) == b'{"balance":"0","userExists":false}'
    assert len(chunks) > 10  # the kernel may join a few


def test_a_dripping_answer_does_not_keep_the_sandbox_from_ending():
    with run_sandbox(SandboxOptions(faults=Faults(drip=True, drip_seconds=60))) as sandbox:
        headers = {"X-API-KEY": sandbox.api_key}
        with httpx.stream("GET", sandbox.base_url + BALANCE, headers=headers, trust_env=False) as answer:
            assert next(answer.iter_raw()) == b"{"
            start = time.monotonic()
    assert time.monotonic() - start < 10
    assert not sandbox.alive


@pytest.mark.parametrize(("method", "path"), [("GET", BALANCE), ("POST", "/api/v1/event")])
def test_a_reset_connection_is_an_error_in_the_middle_of_the_answer(call: Caller, method: str, path: str):
    switch(call, reset=True)

    with call.client.stream(method, path, json=EVENT if method == "POST" else None) as answer:
        assert answer.status_code in {200, 201}
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            answer.read()


def test_a_connection_is_reset_not_closed(call: Caller):
    """A closed connection would be another error: the peer's FIN, not its RST."""
    switch(call, reset=True)

    with pytest.raises(ConnectionResetError):
        call.raw("GET", BALANCE)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", BALANCE, 200), ("POST", "/api/v1/event", 201)])
def test_garbage_is_a_success_with_a_body_that_is_no_json(call: Caller, method: str, path: str, status: int):
    switch(call, garbage=True)
    answer = call.client.request(method, path, json=EVENT if method == "POST" else None)

    assert answer.status_code == status
    with pytest.raises(ValueError, match=r"."):
        answer.json()


@pytest.mark.parametrize(("scope", "api", "widget"), [("api", 503, 200), ("widget", 200, 503), ("all", 503, 503)])
def test_faults_apply_to_what_they_were_meant_for_and_never_to_the_switches(
    call: Caller, scope: str, api: int, widget: int
):
    switch(call, fail=["503:1"], scope=scope)

    assert [call.client.get(path).status_code for path in (BALANCE, "/widget/")] == [api, widget]
    assert call.client.get("/sandbox/log").status_code == 200


def test_every_fault_can_be_combined_with_latency_and_repeated(call: Caller):
    for drip, garbage in itertools.product([False, True], repeat=2):
        switch(call, latency_ms=1, drip=drip, drip_seconds=0, garbage=garbage)
        assert call.client.get(BALANCE).status_code == 200
