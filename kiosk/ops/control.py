"""The local channel on which a running kiosk is told things: for the same account only, never over a network.

The kiosk makes a socket (on Windows a named pipe, see `control_pipe`) of a random name, and writes that name to a file
of its own. Who knows the name and is of the same account may send one request and gets one reply. The other side is
`control_client`, which is apart because it must not wait for asyncio to be imported.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

from kiosk.errors import InvalidInput, KioskError
from kiosk.ops.address import read_address, remove_address, write_address
from kiosk.ops.control_messages import MAX_LINE, Reply, Status, decode_request, encode_reply, refuse
from kiosk.private import make_private_folder

if sys.platform == "win32":
    from kiosk.ops.control_pipe import PipeListener as Listener
else:
    from kiosk.ops.control_listener import SocketListener as Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from kiosk.ops.control_messages import Request

log = logging.getLogger(__name__)

_HANDLER_LIMIT = 4.0
"""Seconds that a request may take. Whoever asks waits a little longer: see `control_client`."""


class ControlServer:
    """Takes requests while it is started. The one who starts it holds the account's lock: there is one at a time."""

    def __init__(
        self, path_file: Path, handler: Callable[[Request], Awaitable[Reply]], *, runtime: Path | None = None
    ) -> None:
        """Write the address to `path_file`, and put the socket below `runtime`, or beside that file.

        `handler` is called in the loop of `start`, for several requests at once if they come together. A KioskError
        that it raises becomes the reply.
        """
        self._path_file = path_file
        self._handler = handler
        self._runtime = runtime
        self._listener: Listener | None = None

    async def start(self) -> None:
        """Begin to take requests. What a kiosk that was killed left behind is replaced. Raises OSError.

        A few small writes to this account's own folders, which are not worth a thread: half a millisecond, and there is
        no moment at which `close` would miss what a thread is just making.
        """
        self._listener = self._open()
        self._listener.start(self._answer)

    async def close(self) -> None:
        """Take no more requests, cut off who is connected, and delete the socket. Does nothing the second time."""
        listener, self._listener = self._listener, None
        if listener is not None:
            remove_address(self._path_file)
            await listener.close()

    def _open(self) -> Listener:
        make_private_folder(self._path_file.parent)
        if stale := read_address(self._path_file):
            Listener.remove(stale)
        address = Listener.new_address(self._path_file.parent, self._runtime)
        write_address(self._path_file, address)  # before there is a socket: so none is left that nobody knows of
        try:
            return Listener(address)
        except OSError:
            remove_address(self._path_file)
            Listener.remove(address)
            raise

    async def _answer(self, line: bytes) -> bytes:
        """Return the reply to what one connection sent. Never raises, but when cancelled."""
        try:
            reply = await self._reply_to(line)
            return encode_reply(reply)
        except Exception as error:
            log.exception("a request failed error=%s", type(error).__name__)
            return encode_reply(refuse(KioskError("something went wrong that should not", hint="the log has more")))

    async def _reply_to(self, line: bytes) -> Reply:
        try:
            if line.find(b"\n") != len(line) - 1:
                too_long = len(line) > MAX_LINE
                raise InvalidInput("request", "is too long" if too_long else "is not one line")
            request = decode_request(line)
            # How it is, some ask every few seconds: that would push all else out of the log.
            level = logging.DEBUG if isinstance(request, Status) else logging.INFO
            log.log(level, "asked request=%s", type(request).__name__)
            async with asyncio.timeout(_HANDLER_LIMIT):
                return await self._handler(request)
        except KioskError as error:
            log.info("a request is refused code=%s", error.code)
            return refuse(error)
        except TimeoutError:
            log.error("a request took too long")  # noqa: TRY400 - nothing to see in a traceback
            return refuse(KioskError("the kiosk is busy", hint="try again"), code="busy")
