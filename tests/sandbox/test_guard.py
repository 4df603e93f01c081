"""The outermost layer: who is let in, what is recorded, what every answer carries."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from conftest import Caller

USER = "/api/v1/integration/user"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "127.0.0.2"]
)
def test_a_host_that_is_not_this_machine_is_turned_away(call: Caller, host: str):
    """DNS rebinding: a page on the web that points its own name at this machine still says its own name."""
    for path in (f"{USER}/ada/widget", "/widget/", "/sandbox/log"):
        assert call.raw("GET", path, Host=host).status == 421
    assert "ada" not in call.sandbox.state.store.visitors


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8080"])
def test_every_name_of_this_machine_is_let_in(call: Caller, host: str):
    assert call.raw("GET", f"{USER}/ada/balance", Host=host).status == 200


def test_a_request_without_a_host_is_turned_away(call: Caller):
    port = int(call.sandbox.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /widget/ HTTP/1.0\r\n\r\n")
        assert connection.recv(100).split(b" ")[1] == b"421"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/widget/", "text/html"),
        ("/widget/app.js", "text/javascript"),
        ("/widget/sw.js", "text/javascript"),
        ("/widget/app.css", "text/css"),
        ("/sdk/", "text/html"),
        ("/sdk/app.js", "text/javascript"),
    ],
)
def test_pages_have_the_types_that_browsers_insist_on(call: Caller, path: str, kind: str):
    answer = call.client.get(path)

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)


def test_a_body_of_more_than_a_mebibyte_is_413(call: Caller):
    answer = call.client.post("/api/v1/event", content=b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413


def test_every_answer_says_not_to_sniff_and_not_to_refer(call: Caller):
    for path in ("/widget/", f"{USER}/ada/balance", "/nothing", "/widget/data.json"):
        headers = call.client.get(path).headers
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_json_is_never_stored(call: Caller):
    for path in (f"{USER}/ada/widget", "/widget/data.json"):
        assert call.client.get(path).headers["Cache-Control"] == "no-store"


def test_the_widget_may_load_from_its_own_origin_alone(call: Caller):
    policy = call.client.get("/widget/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy


def test_the_websites_may_embed_the_widget_and_nobody_else(call: Caller):
    call.client.post("/api/v1/integration/websites", json={"websites": ["https://venue.example"]})

    policy = call.client.get("/widget/").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://venue.example")


@pytest.mark.parametrize(
    "path", ["/widget/../server.py", "/widget/%2e%2e/server.py", "/widget/..%2fserver.py", "/sdk/../content.json"]
)
def test_files_beside_the_pages_are_not_served(call: Caller, path: str):
    assert call.raw("GET", path).status == 404


def test_the_log_has_what_was_asked_by_whom_and_how_it_ended(call: Caller):
    call.client.get(f"{USER}/a%2Fb/widget?language=de")

    requests = call.client.get("/sandbox/log").json()["requests"]
    assert len(requests) == 2
    assert requests[0].pop("headers")["host"] == call.sandbox.base_url.removeprefix("http://")
    assert requests[0] == {
        "method": "GET",
        "path": f"{USER}/a%2Fb/widget",
        "query": "language=de",
        "body": "",
        "user": "a/b",
        "status": 200,
    }


def test_the_log_names_the_user_of_an_event_and_keeps_its_body(call: Caller):
    body = {"id": "1", "userId": "ada", "eventId": "e", "value": 1, "createdAt": "2024-02-22 10:00:00"}
    call.client.post("/api/v1/event", json=body)

    entry = call.client.get("/sandbox/log").json()["requests"][0]
    assert (entry["user"], json.loads(entry["body"]), entry["status"]) == ("ada", body, 201)


def test_no_key_and_no_token_is_in_the_log(call: Caller):
    token, jwt = call.token("ada"), call.jwt("ada")
    call.client.get(f"/widget/?a=b&token={token}&language=de", headers={"Referer": f"http://x/?token={token}"})
    call.client.get("/sdk/data.json", headers={"Authorization": f"Bearer {jwt}", "Cookie": f"t={jwt}"})

    log = call.client.get("/sandbox/log").text
    for secret in (token, jwt, call.sandbox.api_key):
        assert secret not in log
    assert "a=b&token=***&language=de" in log


@pytest.mark.parametrize(("method", "name"), [("GET", "log"), ("POST", "faults"), ("POST", "reset"), ("GET", "faults")])
def test_the_switches_want_the_key(call: Caller, method: str, name: str):
    answer = httpx.request(method, f"{call.sandbox.base_url}/sandbox/{name}", json={}, trust_env=False)

    assert answer.status_code == (405 if (method, name) == ("GET", "faults") else 401)


def test_a_reset_forgets_visitors_tokens_and_the_log(call: Caller):
    token = call.token("ada")

    assert call.client.post("/sandbox/reset").status_code == 200
    assert len(call.client.get("/sandbox/log").json()["requests"]) == 1
    assert call.balance("ada")["userExists"] is False
    assert call.client.get("/widget/data.json", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_log_keeps_the_beginning_of_a_large_body(call: Caller):
    call.client.post("/api/v1/event", content=b"x" * 100_000)

    assert len(call.sandbox.state.log.entries()[-1].body) == 64 * 1024
