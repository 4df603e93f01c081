"""The outbox: what is accepted, in which order it comes out, and what becomes of it."""

from __future__ import annotations

import logging
import stat
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import OutboxFull
from kiosk.store.item import Item, OutboxStatus
from tests.store.conftest import ids, item

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.store.outbox import Outbox
    from tests.store.conftest import Clock

DAY = 86_400.0


def numbers(outbox: Outbox) -> list[int]:
    return [stored.number for lane in outbox.pending() for stored in lane]


def test_what_was_accepted_is_there_for_the_next_process(outbox: Outbox, make: Callable[..., Outbox], clock: Clock):
    outbox.append(item("a"))
    (stored,) = make().items("pending")

    assert stored.item == item("a")
    assert (stored.accepted, stored.attempts, stored.state) == (clock.now, 0, "pending")


def test_items_of_a_lane_come_in_order_and_each_lane_on_its_own(outbox: Outbox):
    for name, lane in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"), ("b2", "b")]:
        outbox.append(item(name, lane))

    found = [[stored.item.id for stored in lane] for lane in outbox.pending()]

    assert found == [["a1", "a2", "a3"], ["b1", "b2"]]
    assert [[len(lane) for lane in outbox.pending(lanes=1, depth=2)]] == [[2]]


def test_a_head_that_waits_holds_back_its_own_lane_only(outbox: Outbox, clock: Clock):
    for name, lane in [("a1", "a"), ("b1", "b"), ("a2", "a")]:
        outbox.append(item(name, lane))
    outbox.defer({outbox.pending()[0][0].number: 60.0}, reason="api.server-failed")

    assert [[stored.item.id for stored in lane] for lane in outbox.pending()] == [["b1"]]
    outbox.settle(done=numbers(outbox))
    assert outbox.next_due() == 60.0
    clock.now += 60
    (lane,) = outbox.pending()
    assert [(stored.item.id, stored.attempts, stored.reason) for stored in lane] == [
        ("a1", 1, "api.server-failed"),
        ("a2", 0, ""),
    ]


def test_a_wait_can_be_cut_short(outbox: Outbox):
    outbox.append(item("a"))
    outbox.defer({1: 600.0}, reason="x")
    assert not outbox.pending()

    outbox.hurry()
    assert outbox.pending()


def test_a_clock_that_was_set_back_holds_nothing_up_for_ever(outbox: Outbox, clock: Clock):
    outbox.append(item("a"))
    outbox.defer({1: 60.0}, reason="x")
    clock.now -= 400 * DAY

    assert outbox.pending()


def test_what_was_sent_is_gone_and_the_next_one_takes_its_place(outbox: Outbox):
    outbox.append(item("a"))
    outbox.append(item("b"))
    outbox.settle(done=[numbers(outbox)[0]])

    assert ids(outbox) == ["b"]
    assert outbox.status() == OutboxStatus(1, 0, 0.0)


def test_a_dead_letter_says_why_and_lets_the_next_one_pass(outbox: Outbox, make: Callable[..., Outbox]):
    outbox.append(item("a"))
    outbox.append(item("b"))
    outbox.settle(dead={numbers(outbox)[0]: "api.rejected"})

    for each in (outbox, make()):
        assert ids(each) == ["b"]
        assert [(stored.item.id, stored.reason) for stored in each.items("dead")] == [("a", "api.rejected")]
        assert each.status() == OutboxStatus(1, 1, 0.0)


def test_a_dead_letter_that_is_retried_goes_first_again(outbox: Outbox, make: Callable[..., Outbox], clock: Clock):
    outbox.append(item("a"))
    outbox.append(item("b"))
    outbox.settle(dead={1: "api.rejected"})
    clock.now += 50 * DAY
    outbox.retry(outbox.numbers("dead"))

    for each in (outbox, make()):
        ((first, second),) = each.pending()
        assert (first.item, first.attempts, first.accepted) == (item("a"), 0, clock.now)
        assert second.item == item("b")
        assert not each.items("dead")


def test_an_id_is_accepted_once_while_it_waits_and_again_when_it_is_gone(outbox: Outbox):
    outbox.append(item("a"))
    outbox.append(item("b"))
    outbox.append(item("a"))
    assert ids(outbox) == ["a", "b"]

    outbox.settle(done=[1])
    outbox.append(item("a"))
    assert ids(outbox) == ["b", "a"]


def test_an_event_and_a_revenue_may_have_the_same_id(outbox: Outbox):
    outbox.append(item("a"))
    outbox.append(Item(kind="revenue", id="a", lane=Secret(""), body=Secret("{}")))

    assert [stored.item.kind for stored in outbox.find(["a", "unknown"])] == ["event", "revenue"]


def test_a_full_outbox_refuses_the_new_and_keeps_the_old(make: Callable[..., Outbox], caplog: pytest.LogCaptureFixture):
    outbox = make(limit=10)
    for number in range(10):
        outbox.append(item(str(number)))
        warned = [record for record in caplog.records if record.levelno == logging.WARNING]
        assert len(warned) == (number >= 7)

    with pytest.raises(OutboxFull) as caught:
        outbox.append(item("new"))
    assert "outbox_limit" in caught.value.hint
    assert len(ids(outbox)) == len(ids(make())) == 10

    outbox.settle(done=[1])
    outbox.append(item("new"))


def test_two_processes_share_a_limit(make: Callable[..., Outbox]):
    first, second = make(limit=100), make(limit=100)
    for number in range(50):
        first.append(item(f"first {number}"))
        second.append(item(f"second {number}"))

    for each in (first, second):
        with pytest.raises(OutboxFull):
            each.append(item("new"))


def test_what_is_too_old_becomes_a_dead_letter(make: Callable[..., Outbox], clock: Clock):
    outbox = make(days=30)
    outbox.append(item("old"))
    clock.now += 20 * DAY
    outbox.append(item("young"))
    assert outbox.expire() == 0

    clock.now += 11 * DAY
    assert outbox.expire() == 1
    assert ids(outbox) == ["young"]
    assert outbox.items("dead")[0].reason == "not sent within 30 days"


def test_what_a_machine_accepted_before_it_knew_the_time_is_not_old(outbox: Outbox, clock: Clock):
    now, clock.now = clock.now, 100.0
    outbox.append(item("a"))
    clock.now = now

    assert outbox.expire() == 0


def test_nothing_of_a_visitor_stays_when_all_is_sent(outbox: Outbox, path: Path):
    for number in range(100):
        outbox.append(item(f"{number}", "visitor-canary"))
    outbox.settle(done=outbox.numbers("pending"))
    outbox.close()

    assert b"canary" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_the_files_are_this_accounts_alone(outbox: Outbox, path: Path):
    outbox.append(item("a"))

    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_the_journal_does_not_grow_for_ever(outbox: Outbox, path: Path):
    outbox.append(Item(kind="event", id="stays", lane=Secret("a"), body=Secret("x")))
    for number in range(60):
        outbox.append(Item(kind="event", id=str(number), lane=Secret("b"), body=Secret("x" * 100_000)))
        outbox.settle(done=outbox.numbers("pending")[1:])

    assert path.with_name("outbox.db.journal").stat().st_size < 1_200_000
    assert ids(outbox) == ["stays"]


def test_no_repr_shows_a_visitor(outbox: Outbox):
    outbox.append(item("a", "visitor-canary"))

    assert "canary" not in repr(outbox.pending()) + repr(outbox.items("pending"))
