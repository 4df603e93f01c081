"""How long a call takes at most, and what is sent again."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from kiosk.api import Event, Revenue
from kiosk.core.user_id import UserId
from kiosk.errors import ApiError, BadResponse, NotFound, RateLimited, ServerFailed, TimedOut, Unauthorized, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.api import Enable3
    from tests.api.conftest import MakeApi, RawServer

pytestmark = pytest.mark.anyio

ANNA = UserId.parse("anna")
NOW = 1_790_000_000.0  # what the clients' clock says
BALANCE = {"balance": "1", "userExists": True}
MOMENT = datetime(2024, 2, 22, tzinfo=UTC)
EVENT = Event(id="e-1", user=ANNA, event_id="x", value=Decimal(1), created_at=MOMENT)
REVENUE = Revenue(request_id="r-1", amount=Decimal(1), date=MOMENT)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"

SAFE: dict[str, Callable[[Enable3], Awaitable[object]]] = {
    "widget_url": lambda api: api.widget_url(ANNA),
    "token": lambda api: api.token(ANNA),
    "balance": lambda api: api.balance(ANNA),
    "event": lambda api: api.send_event(EVENT),
    "revenue": lambda api: api.send_revenue(REVENUE),
    "probe": lambda api: api.probe(),
}
UNSAFE: dict[str, Callable[[Enable3], Awaitable[object]]] = {
    "add_segments": lambda api: api.add_segments([{}]),
    "remove_segments": lambda api: api.remove_segments([{}]),
    "add_websites": lambda api: api.add_websites(["https://a.example"]),
}


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("part", ["status line", "headers", "body", "chunks", "interim answers"])
async def test_a_dripping_server_cannot_stretch_the_total_deadline(
    server: RawServer, make_api: MakeApi, part: str
) -> None:
    """Every byte resets the read timeout: the total one does not listen to them."""
    server.reply(
        {
            "status line": server.drip(b"HTTP/1.1 200 OK"),
            "headers": server.drip(b"X-A: b\r\n", start=b"HTTP/1.1 200 OK\r\n", pause=0.01),
            "body": server.drip(b" ", start=HEAD),
            "chunks": server.drip(b"1\r\n \r\n", start=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "interim answers": server.drip(b"HTTP/1.1 103 Early\r\n\r\n", pause=0.001),
        }[part]
    )
    async with make_api(read_timeout=5.0, total_timeout=0.3) as api:
        start = now()
        with pytest.raises(TimedOut, match=r"within 0\.3 s"):
            await api.balance(ANNA)
        assert 0.29 < now() - start < 1.5
    assert len(server.requests) == 1


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", HEAD])
async def test_silence_ends_at_the_read_timeout(server: RawServer, make_api: MakeApi, start: bytes) -> None:
    server.reply(server.silence(start))
    async with make_api(read_timeout=0.1, attempts=1) as api:
        with pytest.raises(TimedOut, match="fell silent"):
            await api.balance(ANNA)


async def test_a_connection_that_is_not_taken_ends_at_the_connect_timeout(
    raw_server: type[RawServer], make_api: MakeApi
) -> None:
    """A TLS handshake belongs to connecting: this server never begins one."""
    async with raw_server(greeting=raw_server.silence()) as server:
        url = server.url.replace("http:", "https:")
        async with make_api(base_url=url, connect_timeout=0.1, attempts=1) as api:
            with pytest.raises(TimedOut, match="connection in time"):
                await api.balance(ANNA)


async def test_a_name_service_that_hangs_ends_at_the_connect_timeout(make_api: MakeApi) -> None:
    """Names are resolved in the loop's executor: here its only thread is busy, so that no answer ever comes."""
    release = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        asyncio.get_running_loop().set_default_executor(executor)
        executor.submit(release.wait)
        try:
            async with make_api(base_url="https://integration.invalid", connect_timeout=0.1, attempts=1) as api:
                with pytest.raises(TimedOut, match="connection in time"):
                    await api.balance(ANNA)
        finally:
            release.set()


async def test_the_total_deadline_covers_all_attempts(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.silence())
    async with make_api(read_timeout=0.2, total_timeout=1.0, attempts=100) as api:
        start = now()
        with pytest.raises(TimedOut):
            await api.balance(ANNA)
        assert now() - start < 1.5
    assert len(server.requests) >= 2


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("operation", SAFE)
@pytest.mark.parametrize("failure", ["503", "500", "429", "reset", "cut off"])
async def test_what_is_safe_to_repeat_is_repeated_as_it_was(
    server: RawServer, make_api: MakeApi, operation: str, failure: str
) -> None:
    bad = {
        "503": server.http(503),
        "500": server.http(500),
        "429": server.http(429),
        "reset": server.reset(),
        "cut off": server.close(HEAD),
    }[failure]
    good = server.http(200, b'{"balance":"1","userExists":true,"url":"https://w.example","token":"t"}')
    server.reply(bad, bad, good)
    async with make_api() as api:
        await SAFE[operation](api)
    assert len(server.requests) == 3
    assert len({(request.method, request.target, request.body) for request in server.requests}) == 1


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("operation", UNSAFE)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_count_twice_is_sent_once(
    server: RawServer, make_api: MakeApi, operation: str, status: int
) -> None:
    server.reply(server.http(status, b"", "Retry-After: 0"))
    async with make_api() as api:
        with pytest.raises((RateLimited, ServerFailed)):
            await UNSAFE[operation](api)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 418])
async def test_what_will_not_change_is_not_repeated(server: RawServer, make_api: MakeApi, status: int) -> None:
    server.reply(server.http(status, b"", "Retry-After: 0"))
    async with make_api() as api:
        with pytest.raises(ApiError):
            await api.balance(ANNA)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("no_waiting")
async def test_a_malformed_body_is_not_repeated(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(200, b"<html>"))
    async with make_api() as api:
        with pytest.raises(BadResponse):
            await api.balance(ANNA)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("attempts", [1, 2, 4])
async def test_the_last_error_is_raised_after_the_last_attempt(
    server: RawServer, make_api: MakeApi, attempts: int
) -> None:
    server.reply(*[server.http(500)] * (attempts - 1), server.http(502))
    async with make_api(attempts=attempts) as api:
        with pytest.raises(ServerFailed, match="502"):
            await api.balance(ANNA)
    assert len(server.requests) == attempts


async def test_the_waits_grow(server: RawServer, make_api: MakeApi) -> None:
    """0.2 s and up to 0.2 s of jitter, then 0.4 s and as much: the second wait cannot be the shorter one."""
    server.reply(server.http(500), server.http(500), server.http(200, b'{"balance":"1","userExists":true}'))
    async with make_api() as api:
        await api.balance(ANNA)
    first, second, third = (request.at for request in server.requests)
    assert 0.19 < second - first < 0.7
    assert 0.39 < third - second < 0.9


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_in_seconds_is_obeyed(server: RawServer, make_api: MakeApi, status: int) -> None:
    server.reply(server.http(status, b"", "Retry-After: 1"), server.http(404))
    async with make_api() as api:
        with pytest.raises(NotFound):
            await api.balance(ANNA)
    first, second = (request.at for request in server.requests)
    assert second - first >= 0.99


async def test_retry_after_as_a_date_is_obeyed(server: RawServer, make_api: MakeApi) -> None:
    date = format_datetime(datetime.fromtimestamp(NOW + 1, UTC), usegmt=True)
    server.reply(server.http(429, b"", f"Retry-After: {date}"), server.http(404))
    async with make_api() as api:
        with pytest.raises(NotFound):
            await api.balance(ANNA)
    first, second = (request.at for request in server.requests)
    assert second - first >= 0.99


async def test_retry_after_zero_does_not_become_a_busy_loop(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(503, b"", "Retry-After: 0"), server.http(404))
    async with make_api() as api:
        with pytest.raises(NotFound):
            await api.balance(ANNA)
    first, second = (request.at for request in server.requests)
    assert second - first >= 0.19


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, ServerFailed)])
async def test_a_wait_beyond_the_deadline_gives_up_at_once_and_says_how_long(
    server: RawServer, make_api: MakeApi, status: int, kind: type[ApiError]
) -> None:
    server.reply(server.http(status, b"", "Retry-After: 60"))
    async with make_api() as api:
        start = now()
        with pytest.raises(kind) as caught:
            await api.balance(ANNA)
        assert now() - start < 1
    assert caught.value.retry_after == 60
    assert len(server.requests) == 1


async def test_our_own_wait_beyond_the_deadline_gives_up_at_once_with_the_last_error(
    server: RawServer, make_api: MakeApi
) -> None:
    server.reply(server.http(500))
    async with make_api(total_timeout=0.3) as api:
        with pytest.raises(ServerFailed) as caught:
            await api.balance(ANNA)
    assert caught.value.retry_after is None
    assert len(server.requests) == 1


async def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(
    server: RawServer, make_api: MakeApi
) -> None:
    good = server.http(200, b'{"balance":"1","userExists":true}')
    server.reply(server.close(good), good)
    async with make_api(attempts=1) as api:
        await api.balance(ANNA)
        await api.balance(ANNA)
    assert server.connections == 2


async def test_connections_are_reused(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json(BALANCE)
    async with make_api() as api:
        await api.balance(ANNA)
        await api.balance(ANNA)
    assert server.connections == 1


async def test_a_cancelled_call_ends_at_once_without_the_frames_that_know_the_url(
    server: RawServer, make_api: MakeApi
) -> None:
    arrived = asyncio.Event()

    async def reply(_: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    server.reply(reply)
    async with make_api() as api:
        task = asyncio.create_task(api.balance(ANNA))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert not [entry for entry in caught.traceback if "httpx" in str(entry.path) or "httpcore" in str(entry.path)]


async def test_a_retry_is_logged_by_its_cause_alone(
    server: RawServer, make_api: MakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.reply(server.http(503), server.http(401))
    async with make_api() as api:
        with pytest.raises(Unauthorized):
            await api.balance(ANNA)
    (message,) = caplog.messages
    assert message.startswith("attempt 1 failed (api.server-failed), next in 0.")


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(("header", "skew"), [("Date: {}", 90.0), ("X: {}", None), ("Date: odd {}", None)])
async def test_a_probe_finds_the_api_and_the_clocks_difference(
    *, server: RawServer, make_api: MakeApi, status: int, header: str, skew: float | None
) -> None:
    date = format_datetime(datetime.fromtimestamp(NOW - 90, UTC), usegmt=True)
    server.reply_json(BALANCE, status, header.format(date))
    async with make_api() as api:
        assert (await api.probe()).clock_skew == skew
    assert server.requests[0].target == "/api/v1/integration/user/kiosk-probe/balance"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(401, b"", Unauthorized), (200, b"<html>", BadResponse), (302, b"", BadResponse)],
)
async def test_a_probe_fails_where_a_visit_would(
    *, server: RawServer, make_api: MakeApi, status: int, body: bytes, kind: type[ApiError]
) -> None:
    server.reply(server.http(status, body))
    async with make_api() as api:
        with pytest.raises(kind):
            await api.probe()


async def test_a_probe_of_nothing_is_unreachable(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.reset())
    async with make_api(attempts=1) as api:
        with pytest.raises(Unreachable):
            await api.probe()
