from __future__ import annotations

import asyncio

from kiosk.core.events import NetworkBack
from kiosk.supervisor.network_watch import NetworkWatch


def test_it_is_watched_again_at_once_after_it_was_stopped():
    async def play() -> NetworkBack:
        told: asyncio.Queue[NetworkBack] = asyncio.Queue()
        back = asyncio.Event()

        async def is_back() -> None:
            await back.wait()

        watch = NetworkWatch(is_back, told.put_nowait)
        watch.start()
        watch.stop()
        watch.start()
        back.set()
        return await asyncio.wait_for(told.get(), 10)

    assert asyncio.run(play()) == NetworkBack()
