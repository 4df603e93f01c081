"""Breaks answers on demand: the ASGI layer between the server and the sandbox's endpoints."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.sandbox.answers import json_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kiosk.sandbox.connections import Connections
    from kiosk.sandbox.faults import Faults
    from kiosk.sandbox.state import State

_GARBAGE = b'{"url": "https:\xff\xfe, "balance": 12'
"""Neither UTF-8 nor JSON."""


class Injection:
    """Lets requests through, after they have met the faults that are switched on."""

    def __init__(self, app: ASGIApp, state: State, connections: Connections) -> None:
        """Wrap `app`."""
        self._app = app
        self._state = state
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        faults = self._state.take_faults(scope["path"])
        if faults is None:
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(faults.latency_ms / 1000)
        failure = faults.draw(self._state.random)
        if failure is not None:
            response = json_response({"message": "the sandbox was told to fail"}, failure.status)
            if failure.retry_after is not None:
                response.headers["Retry-After"] = str(failure.retry_after)
            await response(scope, receive, send)
        elif faults.garbage or faults.drip or faults.reset:
            await self._distort(faults, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _distort(self, faults: Faults, scope: Scope, receive: Receive, send: Send) -> None:
        start, body = await _collect(self._app, scope, receive)
        if faults.garbage:
            body = _GARBAGE
        _set_length(start, len(body))
        if faults.reset:
            # An answer without a body has no middle: promise a byte that never comes.
            _set_length(start, len(body) or 1)
            await send(start)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            self._connections.reset(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass
        elif faults.drip:
            await send(start)
            await _drip(body, faults.drip_seconds, send)
        else:
            await send(start)
            await send({"type": "http.response.body", "body": body})


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


def _set_length(start: Message, length: int) -> None:
    others = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    start["headers"] = [*others, (b"content-length", str(length).encode())]


async def _drip(body: bytes, pause: float, send: Send) -> None:
    for index in range(len(body)):
        await send({"type": "http.response.body", "body": body[index : index + 1], "more_body": True})
        await asyncio.sleep(pause)
    await send({"type": "http.response.body", "body": b""})
