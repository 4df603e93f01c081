"""The event loop, its inbox and its threads."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from kiosk import loop
from kiosk.core.events import RetryAsked, ShellReady
from kiosk.supervisor.inbox import Inbox


def test_items_put_before_the_loop_come_first_and_in_order():
    inbox = Inbox()
    inbox.put(ShellReady())

    async def main() -> list[object]:
        inbox.bind(asyncio.get_running_loop(), asyncio.Event())
        thread = threading.Thread(target=inbox.put, args=(RetryAsked(),))
        thread.start()
        return [await inbox.get(), await inbox.get()]

    assert loop.run(main()) == [ShellReady(), RetryAsked()]


def test_nothing_is_lost_when_several_arrive_at_once():
    inbox = Inbox()

    async def main() -> int:
        inbox.bind(asyncio.get_running_loop(), asyncio.Event())
        for _ in range(8):
            threading.Thread(target=lambda: [inbox.put(ShellReady()) for _ in range(100)]).start()
        return len([await inbox.get() for _ in range(800)])

    assert loop.run(main()) == 800


def test_an_inbox_whose_loop_has_ended_takes_items_quietly():
    inbox = Inbox()

    async def main() -> None:
        inbox.bind(asyncio.get_running_loop(), asyncio.Event())

    loop.run(main())
    inbox.put(ShellReady())


def test_an_inbox_without_a_loop_cannot_be_read():
    with pytest.raises(RuntimeError, match="no loop"):
        asyncio.run(Inbox().get())


def test_a_thread_gives_back_what_its_call_returns_or_raises():
    async def main() -> tuple[int, str]:
        running = asyncio.get_running_loop()
        value = await running.run_in_executor(None, int, "7")
        with pytest.raises(ValueError, match="invalid literal") as caught:
            await running.run_in_executor(None, int, "x")
        return value, type(caught.value).__name__

    assert loop.run(main()) == (7, "ValueError")


def test_a_thread_that_hangs_does_not_keep_the_process_alive():
    code = """
import asyncio, threading
from kiosk import loop
async def main():
    hanging = asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
    await asyncio.wait([hanging], timeout=0.01)
    hanging.cancel()
loop.run(main())
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)
