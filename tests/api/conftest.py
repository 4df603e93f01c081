"""A server on loopback that records requests byte for byte and answers by script, and clients for it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import pytest
import stamina

from kiosk.api import ApiSettings, Enable3
from kiosk.core.secret import Secret

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    Reply = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
    MakeApi = Callable[..., Enable3]

KEY = "3f0c1b52-canary-key"
NOW = 1_790_000_000.0


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class RawServer:
    """An HTTP server that knows nothing of HTTP but where a request ends. The last reply is given again and again."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    greeting: Reply | None = None  # given to every connection before any request
    requests: list[Recorded] = field(default_factory=list)
    connections: int = 0
    _replies: list[Reply] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    url: str = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._on_connection, self.host, 0, ssl=self.tls)
        port = self._server.sockets[0].getsockname()[1]
        host = f"[{self.host}]" if ":" in self.host else self.host
        self.url = f"{'https' if self.tls else 'http'}://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        closed = asyncio.create_task(self._server.wait_closed())
        await asyncio.sleep(0)  # it has to wait before the closing begins (Python 3.11)
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.wait([closed, *self._tasks], timeout=5)

    def reply(self, *replies: Reply) -> None:
        """Answer with these, in this order."""
        self._replies = list(replies)

    def reply_json(self, document: object, status: int = 200, *headers: str) -> None:
        """Answer with a document."""
        self.reply(self.http(status, json.dumps(document).encode(), *headers))

    @staticmethod
    def http(status: int, body: bytes = b"", *headers: str) -> bytes:
        """Return a whole answer."""
        lines = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(body)}", *headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    @staticmethod
    def drip(content: bytes, *, start: bytes = b"", pause: float = 0.02) -> Reply:
        """Return a reply that gives `start` at once and `content` byte by byte, for ever."""

        async def write(writer: asyncio.StreamWriter) -> None:
            writer.write(start)
            while True:
                for number in content:
                    writer.write(bytes([number]))
                    await writer.drain()
                    await asyncio.sleep(pause)

        return write

    @staticmethod
    def reset(start: bytes = b"") -> Reply:
        """Return a reply that breaks the connection off, after `start`."""

        async def write(writer: asyncio.StreamWriter) -> None:
            writer.write(start)
            await writer.drain()
            writer.transport.abort()

        return write

    @staticmethod
    def close(start: bytes = b"") -> Reply:
        """Return a reply that ends the connection in order, after `start`."""

        async def write(writer: asyncio.StreamWriter) -> None:
            writer.write(start)
            await writer.drain()
            writer.close()

        return write

    @staticmethod
    def silence(start: bytes = b"") -> Reply:
        """Return a reply that never ends, after `start`."""

        async def write(writer: asyncio.StreamWriter) -> None:
            writer.write(start)
            await asyncio.Event().wait()

        return write

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
            writer.close()
        except asyncio.CancelledError:  # the test is over
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.greeting is not None:
            await self._give(self.greeting, writer)
            return
        while not writer.is_closing():
            self.requests.append(await self._read_request(reader))
            reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
            await self._give(reply, writer)

    @staticmethod
    async def _give(reply: Reply, writer: asyncio.StreamWriter) -> None:
        if isinstance(reply, bytes):
            writer.write(reply)
            await writer.drain()
        else:
            await reply(writer)

    @staticmethod
    async def _read_request(reader: asyncio.StreamReader) -> Recorded:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Recorded(method, target, headers, body, asyncio.get_running_loop().time())


@pytest.fixture
def anyio_backend() -> str:
    """The kiosk runs on asyncio alone."""
    return "asyncio"


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[RawServer]:
    async with RawServer() as running:
        yield running


@pytest.fixture
def raw_server() -> type[RawServer]:
    """The class, for tests that need TLS or another address."""
    return RawServer


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Repetitions happen at once, as many as the settings say."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def make_api(server: RawServer) -> MakeApi:
    """Build a client for the server; settings can be overridden."""

    def build(*, base_url: str | None = None, key: str = KEY, **settings: object) -> Enable3:
        url = server.url if base_url is None else base_url
        return Enable3(ApiSettings(base_url=url, **settings), Secret(key), clock=lambda: NOW)

    return build
