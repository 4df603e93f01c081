"""A kiosk without a window, in a process of its own: `python -m tests.fake_kiosk MODE` holds the lock and is asked.

It says on standard output what it does, and ends when its standard input does. Modes: `up`; `slow` (a second between
the lock and the socket); `silent` (no socket at all); `hung` (a socket, and no answer); `ending` (replies so, and
ends).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from kiosk import __version__, loop, paths
from kiosk.ops.address import write_address
from kiosk.ops.control import ControlServer
from kiosk.ops.control_messages import (
    ENDING,
    Began,
    Begin,
    End,
    Ended,
    KioskStatus,
    OutboxCounts,
    Reply,
    Request,
    accept,
)
from kiosk.ops.instance import take_the_screen


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - it is a program


class FakeKiosk:
    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.visit: int | None = None
        self.visits = 0
        self.over = asyncio.Event()

    async def handle(self, request: Request) -> Reply:
        if self.mode == "ending":
            asyncio.get_running_loop().call_later(0.3, self.over.set)
            return Reply(ok=False, code=ENDING, message="the kiosk is ending")
        match request:
            case Begin(user=user, link=link, language=language):
                say("begin", user.reveal(), link.feature, link.item_id, language)
                self.visits += 1
                self.visit = self.visits
                return accept(Began(self.visits))
            case End():
                ended, self.visit = self.visit, None
                say("end", ended)
                return accept(Ended(ended))
            case _:
                return accept(self.status())

    def status(self) -> KioskStatus:
        return KioskStatus(
            state="visit" if self.visit else "attract",
            since="2026-11-23T17:45:00Z",
            version=__version__,
            engine="qtwebengine",
            engine_version="6.12.0",
            renderer="140.0",
            pid=os.getpid(),
            visit=self.visit,
            visits=self.visits,
            code="api.unreachable",
            outbox=OutboxCounts(2, 1),
        )

    async def run(self) -> None:
        server = ControlServer(paths.control_file(), self.handle, runtime=paths.runtime_folder())
        await server.start()
        say("up")
        ends = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await asyncio.wait([ends, asyncio.create_task(self.over.wait())], return_when=asyncio.FIRST_COMPLETED)
        await server.close()


async def main(mode: str) -> None:
    await FakeKiosk(mode).run()


if __name__ == "__main__":
    chosen = sys.argv[1]
    take_the_screen(paths.lock_file())
    say("lock")
    if chosen == "hung":
        from kiosk.ops.control_socket import choose_address, listen  # POSIX has it

        address = choose_address(paths.lock_file().parent, paths.runtime_folder())
        hung = listen(address)
        write_address(paths.control_file(), address)
    if chosen in {"silent", "hung"}:
        say("up")
        sys.stdin.read()
    else:
        time.sleep(1.0 if chosen == "slow" else 0.0)
        loop.run(main(chosen))
