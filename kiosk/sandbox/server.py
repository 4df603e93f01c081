"""Runs the sandbox: uvicorn in a thread, on a loopback address alone."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from kiosk.errors import SandboxError
from kiosk.sandbox.application import build
from kiosk.sandbox.connections import Connections
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.state import State

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

_START_SECONDS = 20.0
_DEFAULT = SandboxOptions()


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox that answers. `state` is for tests in the same process: its log, its faults, its store."""

    base_url: str
    api_key: str = field(repr=False)
    ca_file: Path | None
    """The CA to trust, with `tls`."""
    state: State = field(repr=False)
    _thread: threading.Thread = field(repr=False)

    @property
    def widget_origin(self) -> str:
        """The origin of the widget: the sandbox serves both."""
        return self.base_url

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._thread.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._connections.cut()


@contextmanager
def run_sandbox(
    options: SandboxOptions = _DEFAULT, *, clock: Callable[[], float] = time.time
) -> Iterator[RunningSandbox]:
    """Run a sandbox while the context lasts. Raises SandboxError if the address cannot be had."""
    with ExitStack() as stack:
        listener = stack.enter_context(_listen(options.host, options.port))
        context, ca_file = None, None
        if options.tls:
            from kiosk.sandbox.certificates import own_authority  # noqa: PLC0415 - only TLS needs cryptography

            context, ca_file = stack.enter_context(own_authority())
        base_url = _base_url(listener, tls=options.tls)
        state = State(options, base_url, clock)
        connections = Connections()
        server = _Server(_config(state, context, connections), connections)
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
        thread.start()
        stack.callback(_stop, server, thread)
        _await_start(server, thread)
        yield RunningSandbox(base_url, options.api_key, ca_file, state, thread)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SandboxError(
            f"cannot listen on port {port} of {host} (error {error.errno})",
            hint="another program has it, perhaps another sandbox: `--port 0` picks a free one",
        ) from None


def _base_url(listener: socket.socket, *, tls: bool) -> str:
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def _config(state: State, context: ssl.SSLContext | None, connections: Connections) -> uvicorn.Config:
    return uvicorn.Config(
        build(state, connections),
        loop="asyncio",
        http=connections.protocol(),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,  # it would print widget URLs, and so tokens and visitors' ids
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise SandboxError("the server did not start", hint="")
        time.sleep(0.005)  # uvicorn has no event for it


def _stop(server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(_START_SECONDS)
