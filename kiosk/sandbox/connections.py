"""The open connections by the caller's address, so that one can be cut: ASGI has no word for that."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

_LINGER_NOT = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""`struct linger`, on with 0 seconds: closing sends RST. Two shorts on Windows, two ints elsewhere."""


class Connections:
    """Knows the transport of every caller."""

    def __init__(self) -> None:
        """Start with none."""
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def reset(self, client: tuple[str, int]) -> None:
        """Cut the connection of `client`, a host and a port, at once, with a TCP RST."""
        transport = self._transports[client]
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        transport.abort()

    async def cut(self) -> None:
        """Cut all, and return when they are gone: a connection that its loop leaves behind is never closed."""
        while self._transports:
            for transport in tuple(self._transports.values()):
                transport.abort()
            await asyncio.sleep(0)

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's own protocol, which tells us of its connections."""
        transports = self._transports

        class TrackedProtocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
                super().connection_made(transport)
                # asyncio does it for sockets whose protocol number is TCP's; ours says 0, "the usual one".
                transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return TrackedProtocol
