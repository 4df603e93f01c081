"""Key, token, widget URL, the API's URL and the visitor's id are in no log, text, `repr` or traceback.

Every failure is provoked with all of them holding the word `canary`, while everything logs at DEBUG. Tracebacks are
looked at with their chain and with the `repr` of every local variable. Frames of the tests themselves are left out:
they hold what they hold.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import stamina
import trustme

from kiosk.api import ApiSettings, Enable3, Event
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.api.conftest import MakeApi, RawServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_waiting")]

CANARY = "canary"
USER = UserId.parse("canary/visitor")
LOUD = ["", "httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "stamina", "asyncio"]
FOREIGN = {"httpx", "httpcore", "anyio", "h11", "msgspec", "ssl.py"}
HERE = Path(__file__).parent
REFUSALS = (400, 401, 403, 404, 409, 418, 429, 500)
OPERATIONS: dict[str, Callable[[Enable3], Awaitable[object]]] = {
    "widget_url": lambda api: api.widget_url(USER, language="en"),
    "token": lambda api: api.token(USER),
    "balance": lambda api: api.balance(USER),
    "event": lambda api: api.send_event(
        Event(id="1", user=USER, event_id="x", value=Decimal(1), created_at=datetime.now(UTC))
    ),
}
JSON = b'{"url":"http://canary.example/canary","token":"canary canary","balance":"canary","userExists":1}'


REFUSAL = b'{"message":["canary","userId canary"]}'


def replies(server: RawServer) -> dict[str, object]:
    return {
        **{str(status): server.http(status, REFUSAL) for status in REFUSALS},
        "redirect": server.http(302, b"canary", "Location: https://canary.example/canary"),
        "odd redirect": server.http(302, b"", "Location: http://[canary"),
        "garbage": server.close(b"canary canary canary\r\n\r\n"),
        "odd header": server.close(b"HTTP/1.1 200 OK\r\ncanary\r\n\r\n"),
        "no answer": server.close(),
        "reset": server.reset(),
        "cut off": server.close(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + JSON[:50]),
        "silence": server.silence(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + JSON),
        "too large": server.http(200, b'"canary' * 20_000),
        "packed": server.http(200, JSON, "Content-Encoding: gzip"),
        "no JSON": server.http(200, b"canary"),
        "wrong JSON": server.http(200, b'{"canary":"canary","url":["canary"],"token":{"canary":1}}'),
        "wrong values": server.http(200, JSON),
    }


NAMES = [str(status) for status in REFUSALS]
NAMES += ["redirect", "odd redirect", "garbage", "odd header", "no answer", "reset", "cut off", "silence", "too large"]
NAMES += ["packed", "no JSON", "wrong JSON", "wrong values"]


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Collect what every logger says, whatever it was told to keep to itself."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name} {record.getMessage()} {record.args!r} {vars(record)!r}")
            lines.extend(traceback.format_exception(*record.exc_info) if record.exc_info else [])

    handler = Collect(logging.DEBUG)
    before = {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        for name, level in before.items():
            logging.getLogger(name).removeHandler(handler)
            logging.getLogger(name).setLevel(level)


def everything_shown(error: BaseException) -> str:
    """Return all that a careless reporter could print of an error: chain, sources, and variables of our frames."""
    shown = [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    chain, seen = [error], set[int]()
    while chain:
        link = chain.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        chain += [other for other in (link.__cause__, link.__context__) if other is not None]
        shown += [str(link), repr(link)]
        for frame in traceback.TracebackException.from_exception(link, capture_locals=True).stack:
            assert not FOREIGN.intersection(Path(frame.filename).parts), frame.filename
            if Path(frame.filename).parent != HERE:
                shown.append(f"{frame.name}: {frame.locals!r}")
    return "\n".join(shown)


@pytest.mark.parametrize("failure", NAMES)
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_failure_shows_nothing(server: RawServer, make_api: MakeApi, failure: str, operation: str) -> None:
    server.reply(replies(server)[failure])
    base = f"{server.url}/canary-gateway"
    with everything_logged() as lines:
        async with make_api(base_url=base, key="canary-key", read_timeout=0.1, attempts=2) as api:
            try:
                await OPERATIONS[operation](api)
            except KioskError as error:
                shown = everything_shown(error)
            else:
                assert operation == "event"  # a write does not look into a success' body
                shown = ""
    # The address of the API itself is no secret; it is a setting, and shows with the settings.
    assert CANARY not in shown.replace(base, "")
    assert not [line for line in lines if CANARY in line]


async def test_success_shows_nothing(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"url": "https://canary.example/canary", "token": "canary", "balance": "1", "userExists": True})
    with everything_logged() as lines:
        async with make_api(key="canary-key") as api:
            widget, token, _, _ = [await operation(api) for operation in OPERATIONS.values()]
    assert CANARY not in repr(token)
    assert CANARY not in repr(widget.url)
    assert not [line for line in lines if CANARY in line]
    assert CANARY not in repr(api) + repr(vars(api))


@pytest.mark.parametrize("moment", ["total deadline", "connect timeout", "nobody listens"])
async def test_a_missing_answer_shows_nothing(raw_server: type[RawServer], make_api: MakeApi, moment: str) -> None:
    async with raw_server(greeting=raw_server.silence() if moment == "connect timeout" else None) as server:
        server.reply(server.drip(b" ", start=b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"))
        base = server.url.replace("http:", "https:") if moment == "connect timeout" else server.url
        base = "http://127.0.0.1:1" if moment == "nobody listens" else base
        with everything_logged() as lines:
            async with make_api(
                base_url=base, key="canary-key", connect_timeout=0.1, total_timeout=0.2, attempts=1
            ) as api:
                with pytest.raises(KioskError) as caught:
                    await api.widget_url(USER)
    assert CANARY not in everything_shown(caught.value)
    assert not [line for line in lines if CANARY in line]


async def test_a_tls_failure_shows_nothing(raw_server: type[RawServer], make_api: MakeApi) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA(organization_name="canary").issue_cert("canary.example").configure_cert(context)
    with everything_logged() as lines:
        async with raw_server(tls=context) as server, make_api(base_url=server.url, key="canary-key") as api:
            with pytest.raises(KioskError) as caught:
                await api.token(USER)
    assert CANARY not in everything_shown(caught.value)
    assert not [line for line in lines if CANARY in line]


async def test_a_cancelled_call_shows_nothing(server: RawServer, make_api: MakeApi) -> None:
    arrived = asyncio.Event()

    async def reply(_: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    server.reply(reply)
    async with make_api(key="canary-key") as api:
        task = asyncio.create_task(api.widget_url(USER))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert CANARY not in everything_shown(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"base_url": "https://canary@a.example"}, {"base_url": "http://canary.example"}, {"key": "canary key"}]
)
def test_a_refused_setting_is_not_repeated(wrong: dict[str, str]) -> None:
    given = {"base_url": "https://a.example", "key": "key"} | wrong
    with pytest.raises(KioskError) as caught:
        Enable3(ApiSettings(base_url=given["base_url"]), Secret(given["key"]))
    assert CANARY not in str(caught.value) + caught.value.hint


async def test_no_logger_of_httpx_or_httpcore_is_left_on(server: RawServer, make_api: MakeApi) -> None:
    """Found by looking, not by a list: a new version may bring a new logger."""
    server.reply(server.http(404))
    async with make_api() as api:
        with pytest.raises(KioskError):
            await api.balance(USER)
    loud = [
        name
        for name, logger in logging.root.manager.loggerDict.items()
        if name.split(".")[0] in {"httpx", "httpcore"} and isinstance(logger, logging.Logger) and not logger.disabled
    ]
    assert loud == []


async def test_staminas_own_hooks_are_off(server: RawServer, make_api: MakeApi) -> None:
    """They log the arguments of what is repeated."""
    server.reply_json({"balance": "1", "userExists": True})
    async with make_api() as api:
        await api.balance(USER)
    assert [hook.__module__ for hook in stamina.instrumentation.get_on_retry_hooks()] == ["kiosk.api.retry"]
