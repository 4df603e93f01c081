"""The outermost ASGI layer: raw paths, the Host header, size, the log, and the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from kiosk.sandbox.answers import json_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kiosk.sandbox.state import State

MAX_BODY = 1024 * 1024
"""Bytes."""

_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PAGES = ("/widget", "/sdk")

# `data:` and `blob:` for the preview of a picture that the visitor chose. Nothing else comes from elsewhere.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors "
)


class Guard:
    """Lets in what names this machine as its host, and records it."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        """Wrap `app`."""
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        # Routing goes by the path as it was sent: a decoded one would make two segments of `a%2Fb`.
        scope["path"] = scope["raw_path"].decode("ascii")
        if not _names_this_machine(scope):
            # A page on the web can point its own name at 127.0.0.1 (DNS rebinding), but not change what Host says.
            await json_response({"message": "the Host header does not name this machine"}, 421)(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await json_response({"message": f"the body has more than {MAX_BODY} bytes"}, 413)(scope, receive, send)
            return
        entry = self._state.log.record(scope, body)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                self._add_headers(scope["path"], MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, _replay(body, receive), send_guarded)

    def _add_headers(self, path: str, headers: MutableHeaders) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        if path.startswith(_PAGES):
            headers["Content-Security-Policy"] = _CSP + " ".join(["'self'", *self._state.store.websites])
            headers.setdefault("Cache-Control", "no-cache")
        if headers.get("content-type", "").startswith("application/json"):
            headers["Cache-Control"] = "no-store"


def _names_this_machine(scope: Scope) -> bool:
    hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return False
    name, separator, port = hosts[0].rpartition(":")
    if separator and port.isdigit():
        return name in _HOSTS
    return hosts[0] in _HOSTS


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, or None if it is too large."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed
