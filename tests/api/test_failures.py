"""What every status and every exception of httpx means."""

from __future__ import annotations

import inspect
import json
import socket
import ssl
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from kiosk import errors
from kiosk.api import Event
from kiosk.api.failures import EXCEPTIONS, error_for_exception, parse_date, parse_retry_after
from kiosk.api.rejection import rejected_fields
from kiosk.core.user_id import UserId
from kiosk.errors import (
    ApiError,
    BadResponse,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    TlsFailed,
    Unauthorized,
    Unreachable,
)

if TYPE_CHECKING:
    from tests.api.conftest import MakeApi, RawServer

ANNA = UserId.parse("anna")
NOW = 1_790_000_000.0
OF_HTTPX = [
    value
    for _, value in inspect.getmembers(httpx)
    if inspect.isclass(value) and issubclass(value, Exception) and not issubclass(value, Warning)
]


def example_of(kind: type[Exception]) -> Exception:
    """Make one, whatever its constructor wants."""
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("canary", request=httpx.Request("GET", "https://canary"), response=httpx.Response(500))
    return kind("canary") if "message" in inspect.signature(kind).parameters else kind()


def test_every_exception_of_httpx_has_an_entry_of_its_own() -> None:
    assert len(OF_HTTPX) > 25
    assert set(OF_HTTPX) - set(EXCEPTIONS) == set()


@pytest.mark.parametrize("kind", OF_HTTPX)
def test_every_exception_of_httpx_becomes_an_api_error_without_its_text(kind: type[Exception]) -> None:
    error = error_for_exception(example_of(kind))
    assert isinstance(error, ApiError)
    assert "canary" not in str(error)


def test_an_exception_that_a_later_httpx_adds_means_what_its_parent_means() -> None:
    class Later(httpx.ReadTimeout):
        pass

    assert isinstance(error_for_exception(Later("")), errors.TimedOut)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ssl.SSLError("canary"), TlsFailed),
        (ssl.SSLCertVerificationError("canary"), TlsFailed),
        (ConnectionResetError("canary"), Unreachable),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), Unreachable),
        (httpx.RemoteProtocolError("illegal status line: canary"), BadResponse),
    ],
)
def test_an_exception_from_below_httpx_is_told_apart(error: Exception, kind: type[ApiError]) -> None:
    found = error_for_exception(error)
    assert type(found) is kind
    assert "canary" not in str(found)


def test_an_unknown_name_is_said_to_be_the_name_services(raw_server: type[RawServer]) -> None:
    error = httpx.ConnectError("canary")
    error.__cause__ = socket.gaierror(-2, "canary")
    found = error_for_exception(error)
    assert isinstance(found, Unreachable)
    assert "DNS" in str(found)


def test_a_circle_of_causes_ends() -> None:
    first, second = httpx.ReadError(""), OSError()
    first.__cause__, second.__cause__ = second, first
    assert isinstance(error_for_exception(first), Unreachable)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (429, RateLimited),
        (500, ServerFailed),
        (503, ServerFailed),
        (599, ServerFailed),
        (201, BadResponse),
        (204, BadResponse),
        (206, BadResponse),
        (300, BadResponse),
        (304, BadResponse),
        (402, BadResponse),
        (418, BadResponse),
        (422, BadResponse),
        (600, BadResponse),
        (999, BadResponse),
    ],
)
async def test_a_read_is_answered_by_200_alone(
    server: RawServer, make_api: MakeApi, status: int, kind: type[ApiError]
) -> None:
    server.reply_json({"balance": "1", "userExists": True, "message": "canary"}, status)
    async with make_api(attempts=1) as api:
        with pytest.raises(ApiError) as caught:
            await api.balance(ANNA)
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert "canary" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_write_is_answered_by_a_success_whatever_its_body(
    server: RawServer, make_api: MakeApi, status: int
) -> None:
    server.reply(server.http(status, b"" if status == 204 else b"<html>"))
    async with make_api() as api:
        await api.add_websites(["https://a.example"])


@pytest.mark.anyio
@pytest.mark.parametrize("status", [203, 205, 206, 302])
async def test_a_write_is_not_answered_by_any_other_status(server: RawServer, make_api: MakeApi, status: int) -> None:
    server.reply(server.http(status))
    async with make_api() as api:
        with pytest.raises(BadResponse):
            await api.add_websites(["https://a.example"])


@pytest.mark.anyio
async def test_forbidden_names_the_allow_list_and_the_five_minutes(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(403))
    async with make_api() as api:
        with pytest.raises(Forbidden) as caught:
            await api.balance(ANNA)
    assert "allow-list" in caught.value.hint
    assert "five minutes" in caught.value.hint


@pytest.mark.anyio
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/canary", "https://canary.example/", "http://[canary", "http://a:canary/", "\u00ff:", ""]
)
async def test_a_redirect_is_refused_and_not_followed(
    server: RawServer, make_api: MakeApi, status: int, location: str
) -> None:
    server.reply(server.http(status, b"", f"Location: {location}"))
    async with make_api() as api:
        with pytest.raises(BadResponse, match="redirect") as caught:
            await api.balance(ANNA)
    assert len(server.requests) == 1
    assert "canary" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "identity, gzip", "odd"])
async def test_a_packed_body_is_refused_unread(server: RawServer, make_api: MakeApi, coding: str) -> None:
    """A few KiB of gzip can be megabytes: what was not asked for is not unpacked."""
    server.reply_json({"balance": "1", "userExists": True}, 200, f"Content-Encoding: {coding}")
    async with make_api() as api:
        with pytest.raises(BadResponse, match="packed"):
            await api.balance(ANNA)


@pytest.mark.anyio
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_a_body_over_64_kib_is_refused_while_it_comes(server: RawServer, make_api: MakeApi, framing: str) -> None:
    size = 65_537
    body = b" " * size
    start = {
        "length": f"HTTP/1.1 200 OK\r\nContent-Length: {size * 1000}\r\n\r\n".encode() + body,
        "chunked": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n".encode() + body + b"\r\n",
        "close": b"HTTP/1.1 200 OK\r\n\r\n" + body,
    }[framing]
    server.reply(server.silence(start))  # whoever waits for the end waits for ever
    async with make_api() as api:
        with pytest.raises(BadResponse, match="64 KiB"):
            await api.balance(ANNA)


@pytest.mark.anyio
async def test_a_body_of_64_kib_is_read(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(200, b'{"balance":"1","userExists":true}'.ljust(65_536)))
    async with make_api() as api:
        assert (await api.balance(ANNA)).balance == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"garbage\r\n\r\n", BadResponse),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", BadResponse),
        (b"HTTP/1.1 abc\r\n\r\n", BadResponse),
        (b"\x00" * 200 + b"\r\n\r\n", BadResponse),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", BadResponse),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", BadResponse),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", BadResponse),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", BadResponse),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n", BadResponse),
        (b"", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", Unreachable),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Unreachable),
    ],
)
async def test_garbage_is_a_bad_response_and_an_early_end_is_unreachable(
    server: RawServer, make_api: MakeApi, answer: bytes, kind: type[ApiError]
) -> None:
    server.reply(server.close(answer))
    async with make_api(attempts=1) as api:
        with pytest.raises(kind):
            await api.balance(ANNA)


@pytest.mark.anyio
@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
async def test_a_reset_is_unreachable(server: RawServer, make_api: MakeApi, start: bytes) -> None:
    server.reply(server.reset(start))
    async with make_api(attempts=1) as api:
        with pytest.raises(Unreachable):
            await api.balance(ANNA)


@pytest.mark.anyio
async def test_nobody_listening_is_unreachable(make_api: MakeApi) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        async with make_api(base_url=f"http://127.0.0.1:{port}", attempts=1) as api:
            with pytest.raises(Unreachable):
                await api.balance(ANNA)


@pytest.mark.anyio
async def test_a_refused_field_is_named(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"message": ["eventId canary must exist", "value must be a number"], "canary": "canary"}, 400)
    event = Event(id="e", user=ANNA, event_id="e", value=Decimal(1), created_at=datetime.now(UTC))
    async with make_api() as api:
        with pytest.raises(Rejected, match=r"eventId, value$") as caught:
            await api.send_event(event)
    assert "canary" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 No\r\nContent-Length: 70000\r\n\r\n" + b" " * 70_000,
        b"HTTP/1.1 400 No\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}",
        b"HTTP/1.1 400 No\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\ngarbage\r\n",
    ],
)
async def test_a_refusal_without_a_readable_body_is_still_a_refusal(
    server: RawServer, make_api: MakeApi, answer: bytes
) -> None:
    server.reply(answer)
    async with make_api() as api:
        with pytest.raises(Rejected):
            await api.balance(ANNA)


FIELDS = frozenset({"id", "userId", "value", "createdAt", "language"})


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"message": ["createdAt must be a date", "value must be a number"]}, ["createdAt", "value"]),
        ({"message": '"language" is required'}, ["language"]),
        ({"errors": {"userId": ["is unknown"], "odd": []}}, ["userId"]),
        ({"errors": [{"field": "id", "problem": "canary"}]}, ["id"]),
        ({"detail": "the wrong userId was sent"}, ["userId"]),
        ({"detail": "no such id, wrong value"}, []),
        ({"id": "request-5", "message": "Bad Request"}, []),
        ({"message": "userIds"}, []),
        ([[["users.0.userId is odd"]]], ["userId"]),
        ("value", ["value"]),
        (5, []),
        ({}, []),
    ],
)
def test_known_fields_are_found_in_the_usual_shapes_of_a_refusal(document: object, names: list[str]) -> None:
    assert rejected_fields(json.dumps(document).encode(), FIELDS) == names


@pytest.mark.parametrize("body", [b"", b"<html>userId", b"\xff", b"[" * 30_000, b'{"a":' * 30_000])
def test_a_refusal_that_is_no_json_names_nothing(body: bytes) -> None:
    assert rejected_fields(body, FIELDS) == []


def test_a_deep_refusal_is_looked_through(raw_server: type[RawServer]) -> None:
    depth = 400
    assert rejected_fields(b"[" * depth + b'"userId"' + b"]" * depth, FIELDS) == ["userId"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 120 ", 120.0),
        ("9" * 400, 86_400.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("١", None),
        (format_datetime(datetime.fromtimestamp(NOW + 7, UTC), usegmt=True), 7.0),
        (format_datetime(datetime.fromtimestamp(NOW - 7, UTC), usegmt=True), 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Fri, 99 Foo 2024 00:00:00 GMT", None),
        ("Sun, 06 Nov 1994 25:61:61 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert parse_retry_after(text, now=NOW) == seconds


@pytest.mark.parametrize("text", ["", "Sun", ",", "0", "a b c d e f g", "Sun, 06 Nov 99999 08:49:37 GMT"])
def test_a_date_that_is_none_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_date_of_http_is_in_utc() -> None:
    assert parse_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777
