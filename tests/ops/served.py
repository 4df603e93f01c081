"""A control server of the test's own, in a thread, so that the test can be the peer."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiosk import loop
from kiosk.ops.control import ControlServer
from kiosk.ops.control_messages import Began, Ended, Reply, accept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from kiosk.ops.control_messages import Request

PATIENCE = 20.0
"""Seconds: a limit for broken runs, not a measure of anything."""


class Served:
    """What was asked, and the loop that answers."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked: list[Request] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    async def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        return accept(Began(len(self.asked)) if hasattr(request, "user") else Ended(None))

    @property
    def address(self) -> str:
        return self.file.read_text()


@contextmanager
def serving(
    file: Path, handler: Callable[[Request], Awaitable[Reply]] | None = None, *, runtime: Path | None = None
) -> Iterator[Served]:
    """Serve until the block ends."""
    served = Served(file)
    up, over = threading.Event(), asyncio.Event()

    async def serve() -> None:
        served.loop = asyncio.get_running_loop()
        server = ControlServer(file, handler or served.handle, runtime=runtime)
        await server.start()
        up.set()
        await over.wait()
        await server.close()
        await server.close()

    thread = threading.Thread(target=lambda: loop.run(serve()), daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    yield served
    assert served.loop is not None
    served.loop.call_soon_threadsafe(over.set)
    thread.join(PATIENCE)
    assert not thread.is_alive()
