"""The reception: one text at a time, and nothing comes of what is forgotten."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.deeplink import DeepLink
from kiosk.core.events import Begin, PinRejected
from kiosk.core.session import Wanted
from kiosk.core.sign_in import SignIn
from kiosk.core.user_id import UserId
from kiosk.errors import StoreError
from kiosk.operators.pin import PinKeeper
from kiosk.supervisor.reception import Reception

if TYPE_CHECKING:
    from kiosk.core.events import Event
    from kiosk.core.secret import Secret
    from kiosk.operators.pin import PinVerdict

PATIENCE = 10.0


class SlowDesk:
    """Whoever comes first waits until somebody else came."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.second = threading.Event()

    def scanned(self, text: str) -> SignIn:
        if text == "first":
            self.asked.set()
            assert self.second.wait(PATIENCE)
        else:
            self.second.set()
        return SignIn(UserId.parse(text), DeepLink())

    typed = scanned


class BrokenTries:
    """The disk takes and tells nothing."""

    def wait(self) -> float:
        raise StoreError("the disk is broken")

    count = wait

    def reset(self) -> None: ...


class SlowPins(PinKeeper):
    """A PIN that takes its time."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), BrokenTries())
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def check(self, pin: Secret) -> PinVerdict:
        self.asked.set()
        assert self.go_on.wait(PATIENCE)
        return super().check(pin)


def begin(text: str) -> Begin:
    return Begin(Wanted(UserId.parse(text)))


async def come(threads: threading.Event) -> None:
    await asyncio.get_running_loop().run_in_executor(None, threads.wait, PATIENCE)


def test_who_is_forgotten_does_not_sign_in_later_and_keeps_nobody_waiting():
    desk, heard = SlowDesk(), asyncio.Queue()

    async def day() -> list[Event]:
        reception = Reception(desk=desk, pins=SlowPins(), on_event=heard.put_nowait)
        reception.scanned("first")
        await come(desk.asked)
        reception.forget()
        reception.scanned("second")
        event = await asyncio.wait_for(heard.get(), PATIENCE)
        await asyncio.sleep(0)
        return [event, *(heard.get_nowait() for _ in range(heard.qsize()))]

    assert asyncio.run(day()) == [begin("second")]


def test_a_pin_that_is_forgotten_opens_nothing_later():
    pins, heard = SlowPins(), []

    async def day() -> None:
        reception = Reception(desk=SlowDesk(), pins=pins, on_event=heard.append)
        reception.pin("4711")
        await come(pins.asked)
        reception.forget()
        pins.go_on.set()

    asyncio.run(day())  # waits for the threads

    assert heard == []


def test_a_text_that_is_no_pin_is_refused_even_if_the_tries_cannot_be_read():
    heard = asyncio.Queue()

    async def day() -> Event:
        Reception(desk=SlowDesk(), pins=SlowPins(), on_event=heard.put_nowait).pin("1")
        return await asyncio.wait_for(heard.get(), PATIENCE)

    assert asyncio.run(day()) == PinRejected()
