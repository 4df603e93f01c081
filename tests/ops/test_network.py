"""Noticing that the network is back, with real connections."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
from contextlib import suppress

import pytest

from kiosk import loop
from kiosk.ops import network
from kiosk.ops.network import wait_for_return

PATIENCE = 20.0
INTERVAL = 0.02


@pytest.fixture
def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(1000)
    return server


def test_it_returns_when_what_was_away_is_there(free_port):
    async def wait():
        waiting = asyncio.create_task(wait_for_return("127.0.0.1", free_port, interval=INTERVAL))
        await asyncio.sleep(5 * INTERVAL)
        assert not waiting.done()
        with listening(free_port):
            await asyncio.wait_for(waiting, PATIENCE)

    loop.run(wait())


def test_what_was_there_all_the_time_cuts_nothing_short(free_port):
    async def wait():
        with listening(free_port), pytest.raises(TimeoutError):
            await asyncio.wait_for(wait_for_return("localhost", free_port, interval=INTERVAL), 20 * INTERVAL)

    loop.run(wait())


def test_what_goes_away_and_comes_back_is_noticed(free_port):
    async def wait():
        with listening(free_port):
            waiting = asyncio.create_task(wait_for_return("127.0.0.1", free_port, interval=INTERVAL))
            await asyncio.sleep(2 * INTERVAL)
        await asyncio.sleep(10 * INTERVAL)
        assert not waiting.done()
        with listening(free_port):
            await asyncio.wait_for(waiting, PATIENCE)

    loop.run(wait())


def test_it_says_so_once(free_port, caplog):
    caplog.set_level("INFO")

    async def wait():
        waiting = asyncio.create_task(wait_for_return("127.0.0.1", free_port, interval=INTERVAL / 10))
        while not caplog.records:  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(INTERVAL / 10)
        await asyncio.sleep(2 * INTERVAL)  # it goes on asking, and says nothing more
        with listening(free_port):
            await asyncio.wait_for(waiting, PATIENCE)

    loop.run(wait())
    assert [record.message for record in caplog.records if record.name == network.__name__] == [
        "the network is away",
        "the network is back",
    ]


@pytest.mark.parametrize("host", ["no-such-host.invalid", "", "a" * 64 + ".example", "..", "localhost\0"])
def test_a_name_that_leads_nowhere_is_waited_for(host):
    async def wait():
        with suppress(TimeoutError):
            await asyncio.wait_for(wait_for_return(host, 9, interval=INTERVAL), 10 * INTERVAL)
            raise AssertionError

    loop.run(wait())


def test_a_look_up_that_hangs_is_not_begun_twice_and_ends_with_its_waiter(monkeypatch):
    monkeypatch.setattr(network, "_LOOK_UP_LIMIT", INTERVAL)
    let_go = threading.Event()
    begun = []

    def hang(*_args, **_kwargs):
        begun.append(1)
        let_go.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)

    async def wait():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait_for_return("name.example", 443, interval=INTERVAL), 10 * INTERVAL)

    started = time.monotonic()
    loop.run(wait())
    assert time.monotonic() - started < PATIENCE / 2
    assert len(begun) == 1
    let_go.set()


def test_a_look_up_that_fails_after_its_waiter_left_is_nobodys_trouble(monkeypatch, caplog):
    let_go = threading.Event()

    def fail(*_args, **_kwargs):
        let_go.wait(PATIENCE)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    async def wait():
        waiting = asyncio.create_task(wait_for_return("name.example", 443, interval=INTERVAL))
        await asyncio.sleep(INTERVAL)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        let_go.set()
        await asyncio.sleep(5 * INTERVAL)

    loop.run(wait())
    gc.collect()
    assert caplog.text == ""


def test_it_can_be_cancelled_at_any_time(free_port):
    async def wait():
        for delay in (0, 0.001, 0.01, 0.05):
            waiting = asyncio.create_task(wait_for_return("localhost", free_port, interval=INTERVAL))
            await asyncio.sleep(delay)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    loop.run(wait())
