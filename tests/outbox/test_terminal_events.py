"""What happens at the terminal goes into the outbox, and nobody waits for that."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kiosk import wire
from kiosk.core.user_id import UserId
from kiosk.errors import StoreError
from kiosk.outbox.posting import summarise
from kiosk.outbox.terminal_events import KEPT, TerminalEvents
from kiosk.store.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER = UserId.parse("visitor-canary-42")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "data" / "outbox.db")
    yield made
    made.close()


class Disk:
    """An outbox whose disk is full until it is told otherwise, or hangs."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.full = True
        self.tried = threading.Event()
        self.free = threading.Event()

    def append(self, item: Any) -> None:
        self.tried.set()
        if self.full:
            raise StoreError("the disk is full")
        self.free.wait(10)
        self.outbox.append(item)


def test_signing_in_and_the_end_of_a_visit_are_events(outbox: Outbox):
    queued = []
    events = TerminalEvents(outbox, "front door", "check-in", "visit-ended", on_queued=lambda: queued.append(1))
    events.checked_in(USER)
    events.ended(USER, 61.9)
    events.close()

    items = [stored.item for stored in outbox.items("pending")]
    assert [(summarise(item).event_id, summarise(item).value) for item in items] == [
        ("check-in", "1"),
        ("visit-ended", "61"),
    ]
    assert len({UUID(item.id) for item in items}) == 2
    bodies = [wire.decode(item.body.reveal(), dict) for item in items]
    assert [body["tags"] for body in bodies] == [["front door"]] * 2
    assert all(body["created_at"].endswith("Z") and "." not in body["created_at"] for body in bodies)
    assert len(queued) == 2


def test_what_is_not_configured_is_not_sent(outbox: Outbox):
    events = TerminalEvents(outbox, "", "", "visit-ended")
    events.checked_in(USER)
    events.ended(USER, -3)
    events.close()

    (stored,) = outbox.items("pending")
    assert (summarise(stored.item).event_id, summarise(stored.item).value) == ("visit-ended", "0")
    assert wire.decode(stored.item.body.reveal(), dict)["tags"] == []


def test_nobody_waits_for_a_slow_disk(outbox: Outbox):
    disk = Disk(outbox)
    disk.full = False
    events = TerminalEvents(disk, "", "check-in", "")  # type: ignore[arg-type]
    before = time.perf_counter()
    for _ in range(100):
        events.checked_in(USER)
    assert time.perf_counter() - before < 1.0
    assert disk.tried.wait(5)

    disk.free.set()
    events.close(10)
    assert outbox.status().pending == 100


def test_while_the_disk_is_full_events_wait_in_memory_and_come_in_order(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
):
    disk = Disk(outbox)
    events = TerminalEvents(disk, "", "check-in", "visit-ended", first_pause=0.01)  # type: ignore[arg-type]
    events.checked_in(USER)
    events.ended(USER, 5)
    assert disk.tried.wait(5)
    disk.full = False
    disk.free.set()

    deadline = time.monotonic() + 10
    while outbox.status().pending < 2 and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    events.close()
    assert [summarise(stored.item).event_id for stored in outbox.items("pending")] == ["check-in", "visit-ended"]
    assert "the disk is full" in caplog.text
    assert "canary" not in caplog.text


def test_memory_is_bounded_and_what_is_lost_is_said(outbox: Outbox, caplog: pytest.LogCaptureFixture):
    events = TerminalEvents(Disk(outbox), "", "check-in", "")  # type: ignore[arg-type]
    for _ in range(KEPT + 1):
        events.checked_in(USER)
    events.close(5)

    assert "an event is lost: 1000 wait in memory" in caplog.text
    assert "1000 events are lost" in caplog.text
    assert "canary" not in caplog.text


def test_an_end_without_an_event_needs_no_thread(outbox: Outbox):
    before = threading.active_count()
    TerminalEvents(outbox, "", "check-in", "visit-ended").close()

    assert threading.active_count() == before


def test_whoever_is_told_may_be_gone(outbox: Outbox):
    def told() -> None:
        raise RuntimeError("Event loop is closed")

    events = TerminalEvents(outbox, "", "check-in", "", on_queued=told)
    events.checked_in(USER)
    events.checked_in(USER)
    events.close()

    assert outbox.status().pending == 2


def test_the_thread_ends_when_there_is_nothing_to_do_and_starts_again(outbox: Outbox):
    before = threading.active_count()
    events = TerminalEvents(outbox, "", "check-in", "visit-ended")
    for _ in range(2):
        events.checked_in(USER)
        until = time.monotonic() + 30
        while threading.active_count() > before and time.monotonic() < until:
            time.sleep(0.02)
        assert threading.active_count() == before
    events.close()

    assert len(outbox.items("pending")) == 2
