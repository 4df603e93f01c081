"""POSIX: accepts connections on the control socket, in the supervisor's loop.

One connection brings one line and takes one back. A peer that stalls is cut off, and only a few are served at once: the
others wait in the system's queue.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kiosk.ops.control_messages import MAX_LINE
from kiosk.ops.control_socket import choose_address, is_same_account, listen, remove_socket

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

    Answer = Callable[[bytes], Coroutine[None, None, bytes]]

log = logging.getLogger(__name__)

_AT_ONCE = 4
_PEER_LIMIT = 2.0
"""Seconds for a peer to send its line, and again to take the answer. It is a process on the same machine."""

_PAUSE = 1.0
"""Seconds after a failed accept. It fails when descriptors or memory run out, and would fail again at once."""


class SocketListener:
    """Listens from when it is made; serves from `start` to `close`."""

    new_address = staticmethod(choose_address)
    remove = staticmethod(remove_socket)

    def __init__(self, address: str) -> None:
        """Make the socket. Raises OSError."""
        self._address = address
        self._socket = listen(address)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._accepting: asyncio.Task[None] | None = None
        self._serving: set[asyncio.Task[None]] = set()

    def start(self, answer: Answer) -> None:
        """Serve with `answer`, which takes what a peer sent and never raises."""
        self._accepting = asyncio.create_task(self._accept(answer), name="control-accept")

    async def close(self) -> None:
        """Delete the socket and cut off every peer."""
        remove_socket(self._address)
        tasks = [*self._serving, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()

    async def _accept(self, answer: Answer) -> None:
        running = asyncio.get_running_loop()
        while True:
            await self._places.acquire()
            try:
                peer, _ = await running.sock_accept(self._socket)
            except OSError as error:
                self._places.release()
                log.warning("no connection can be accepted errno=%s", error.errno)
                await asyncio.sleep(_PAUSE)
                continue
            task = asyncio.create_task(self._serve(peer, answer), name="control-peer")
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, peer: socket.socket, answer: Answer) -> None:
        try:
            with peer:
                await _exchange(peer, answer)
        except TimeoutError:
            log.warning("a peer stalled and is cut off")
        except OSError as error:
            log.info("a peer left errno=%s", error.errno)
        finally:
            self._places.release()


async def _exchange(peer: socket.socket, answer: Answer) -> None:
    if not is_same_account(peer):
        log.warning("a peer of another account is cut off")
        return
    running = asyncio.get_running_loop()
    async with asyncio.timeout(_PEER_LIMIT):
        line = await _read_line(peer)
    if not line:
        return
    reply = await answer(line)
    async with asyncio.timeout(_PEER_LIMIT):
        await running.sock_sendall(peer, reply)


async def _read_line(peer: socket.socket) -> bytes:
    """Return what `peer` sends up to a line's end, the end of the stream, or a byte more than a line may have."""
    line = b""
    while b"\n" not in line and len(line) <= MAX_LINE:
        chunk = await asyncio.get_running_loop().sock_recv(peer, MAX_LINE + 1 - len(line))
        if not chunk:
            break
        line += chunk
    return line
