"""What is in the outbox reaches the API: over real HTTP, from real files, through faults."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from kiosk import errors, loop
from kiosk.api import ApiSettings, Enable3, Revenue
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.errors import CredentialsMissing, InvalidInput, StoreError
from kiosk.outbox.delivery import Delivery
from kiosk.outbox.pace import FIRST_WAIT, LONGEST_WAIT, Pace, Verdict, judge
from kiosk.outbox.posting import event_item, item_of_revenue
from kiosk.sandbox.faults import Failure, Faults
from kiosk.sandbox.server import RunningSandbox, run_sandbox
from kiosk.store.item import Item, OutboxStatus
from kiosk.store.outbox import Outbox
from kiosk.supervisor.connection import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

THEN = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> RunningSandbox:
    running.state.reset()
    return running


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "data" / "outbox.db")
    yield made
    made.close()


def event(number: int, user: str = "visitor-1", **given: Any) -> Item:
    values = {"event_id": "coffee", "value": Decimal(1), "created_at": THEN, "tags": ("front door",)} | given
    return event_item(name=f"{user}/{number}", user=UserId.parse(user), **values)


def revenue(number: int, amount: str = "12.50") -> Item:
    return item_of_revenue(Revenue(request_id=f"revenue-{number}", amount=Decimal(amount), date=THEN))


@dataclass
class Terminal:
    """A delivery that runs, with a clock that is moved by tests."""

    delivery: Delivery
    outbox: Outbox
    now: float = 0.0

    async def until(self, holds: Callable[[], bool], *, step: float = 0.0) -> None:
        """Wait until `holds`, while the delivery's clock goes on in steps of so many seconds."""
        for _ in range(1000):
            if holds():
                return
            self.now += step
            self.delivery.wake()
            await asyncio.sleep(0.01)
        raise AssertionError

    async def until_empty(self, *, step: float = 0.0) -> None:
        def empty() -> bool:
            if step:
                self.outbox.hurry()
            return self.outbox.status().pending == 0

        await self.until(empty, step=step)


def run(
    sandbox: RunningSandbox,
    outbox: Outbox,
    story: Callable[[Terminal], Any],
    *,
    keys: list[str | Exception] | None = None,
    **settings: Any,
) -> None:
    """Run `story` beside a delivery. `keys`: what the keyring gives, in turn; the last one stays."""
    given: list[str | Exception] = [sandbox.api_key] if keys is None else keys

    def read_key() -> Secret:
        key = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(key, Exception):
            raise key
        return Secret(key)

    def open_api(key: Secret) -> Enable3:
        return Enable3(ApiSettings(**({"base_url": sandbox.base_url, "attempts": 1} | settings)), key)

    async def main() -> None:
        async with started(outbox, Connection(read_key=read_key, open_api=open_api)) as terminal:
            await asyncio.wait_for(story(terminal), 30)

    loop.run(main())


@asynccontextmanager
async def started(outbox: Outbox, api: Connection) -> AsyncIterator[Terminal]:
    terminal: Terminal
    delivery = Delivery(outbox, api.get, drop_api=api.drop, clock=lambda: terminal.now)
    terminal = Terminal(delivery, outbox)
    delivery.start()
    try:
        yield terminal
    finally:
        await delivery.close()
        await api.drop()


def bodies(sandbox: RunningSandbox) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in sandbox.state.log.entries() if entry.body]


def arrived(sandbox: RunningSandbox) -> dict[str, list[int]]:
    """Return the events that count, by visitor, in the order in which they arrived."""
    found: dict[str, list[int]] = defaultdict(list)
    for name in sandbox.state.store.events:
        user, _, number = name.partition("/")
        found[user].append(int(number))
    return found


def test_an_event_is_sent_as_it_was_accepted(sandbox: RunningSandbox, outbox: Outbox):
    outbox.append(event(1, value=Decimal("0.30")))
    outbox.append(revenue(1))

    run(sandbox, outbox, Terminal.until_empty)

    assert {body.get("id", body.get("requestId")): body for body in bodies(sandbox)} == {
        "visitor-1/1": {
            "id": "visitor-1/1",
            "userId": "visitor-1",
            "eventId": "coffee",
            "eventTags": ["front door"],
            "value": 0.30,
            "createdAt": "2026-11-23 14:00:00",
        },
        "revenue-1": {"requestId": "revenue-1", "revenue": 12.50, "date": "2026-11-23 14:00:00"},
    }


def test_what_is_appended_later_is_sent_when_delivery_is_woken(sandbox: RunningSandbox, outbox: Outbox):
    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.status() == OutboxStatus())
        outbox.append(event(1))
        await terminal.until_empty()
        await terminal.until(lambda: terminal.delivery.status().pending == 0)

    run(sandbox, outbox, story)
    assert arrived(sandbox) == {"visitor-1": [1]}


@pytest.mark.parametrize(
    "faults",
    [
        Faults(fail=(Failure(503, 0.4), Failure(500, 0.2))),
        Faults(fail=(Failure(429, 0.3, 1), Failure(503, 0.2, 2))),
        Faults(reset=True, times=6),
        Faults(fail=(Failure(401, 1.0),), times=3),
        Faults(fail=(Failure(403, 0.3),), times=20),
        Faults(fail=(Failure(409, 0.2), Failure(502, 0.3))),
    ],
)
def test_through_faults_every_event_arrives_and_each_visitors_in_order(
    sandbox: RunningSandbox, outbox: Outbox, faults: Faults
):
    for number in range(8):
        for user in ("a", "b", "c", "d", "e"):
            outbox.append(event(number, user))
        outbox.append(revenue(number))
    sandbox.state.faults = faults

    run(sandbox, outbox, lambda terminal: terminal.until_empty(step=5.0))

    assert outbox.status() == OutboxStatus()
    if not any(failure.status == 409 for failure in faults.fail):
        assert arrived(sandbox) == {user: list(range(8)) for user in "abcde"}
        assert list(sandbox.state.store.revenue) == [f"revenue-{number}" for number in range(8)]
    by_id = defaultdict(set)
    for entry in sandbox.state.log.entries():
        body = json.loads(entry.body)
        by_id[body.get("id", body.get("requestId"))].add(entry.body)
    assert all(len(sent) == 1 for sent in by_id.values()), "every try sends the same"


def test_what_can_never_be_sent_becomes_a_dead_letter_and_the_rest_goes_on(
    sandbox: RunningSandbox, outbox: Outbox, caplog: pytest.LogCaptureFixture
):
    outbox.append(revenue(1, "-1"))
    outbox.append(revenue(2))
    outbox.append(event(1, event_id=" "))
    outbox.append(Item(kind="event", id="odd", lane=Secret("odd"), body=Secret('{"of": "another version"}')))
    outbox.append(event(2))

    run(sandbox, outbox, Terminal.until_empty)

    assert {stored.item.id: stored.reason for stored in outbox.items("dead")} == {
        "revenue-1": "api.rejected (status 400)",
        "visitor-1/1": "invalid-input",
        "odd": "invalid-input",
    }
    assert arrived(sandbox) == {"visitor-1": [2]}
    assert list(sandbox.state.store.revenue) == ["revenue-2"]
    assert "visitor-1" not in caplog.text


@pytest.mark.parametrize("status", [404, 413, 422])
def test_other_answers_that_will_not_change_bury_as_well(sandbox: RunningSandbox, outbox: Outbox, status: int):
    outbox.append(event(1))
    sandbox.state.faults = Faults(fail=(Failure(status, 1.0),))

    run(sandbox, outbox, Terminal.until_empty)

    assert [stored.reason.endswith(f"(status {status})") for stored in outbox.items("dead")] == [True]


def test_an_event_that_is_there_already_counts_as_sent(sandbox: RunningSandbox, outbox: Outbox):
    outbox.append(event(1))
    sandbox.state.faults = Faults(fail=(Failure(409, 1.0),))

    run(sandbox, outbox, Terminal.until_empty)

    assert outbox.status() == OutboxStatus()


def test_how_much_waits_is_known_while_it_is_sent(sandbox: RunningSandbox, outbox: Outbox):
    for number in range(50):
        outbox.append(event(number))

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.status().pending > 0)
        await terminal.until(lambda: 0 < terminal.delivery.status().pending < 45, step=11.0)
        await terminal.until(lambda: terminal.delivery.status().pending == 0)

    run(sandbox, outbox, story)


def test_a_refused_key_stops_everything_and_costs_no_event_a_try(sandbox: RunningSandbox, outbox: Outbox):
    for user in "abcdefgh":
        outbox.append(event(1, user))

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.problem == "api.unauthorized")
        for _ in range(10):
            terminal.delivery.wake()
            await asyncio.sleep(0.01)
        assert len(sandbox.state.log.entries()) <= 4
        assert {stored.attempts for stored in outbox.items("pending")} == {0}
        await terminal.until_empty(step=1.0)
        assert terminal.delivery.problem == ""

    run(sandbox, outbox, story, keys=["wrong", sandbox.api_key])
    assert len(arrived(sandbox)) == 8


@pytest.mark.parametrize("error", [CredentialsMissing("no key"), InvalidInput("api-key", "is odd"), OSError("odd")])
def test_without_a_key_events_wait_and_none_is_buried(sandbox: RunningSandbox, outbox: Outbox, error: Exception):
    outbox.append(event(1))

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.problem != "")
        assert outbox.status().pending == 1
        await terminal.until_empty(step=1.0)

    run(sandbox, outbox, story, keys=[error, error, sandbox.api_key])


def test_retry_after_is_obeyed_whatever_wakes_delivery(sandbox: RunningSandbox, outbox: Outbox):
    outbox.append(event(1))
    outbox.append(event(2))
    sandbox.state.faults = Faults(fail=(Failure(429, 1.0, 100),), times=1)

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.problem == "api.rate-limited")
        before = len(sandbox.state.log.entries())
        terminal.now = 99.0
        for _ in range(10):
            terminal.delivery.wake(network_back=True)
            await asyncio.sleep(0.01)
        assert len(sandbox.state.log.entries()) == before
        terminal.now = 100.5
        await terminal.until_empty()

    run(sandbox, outbox, story)


def test_when_the_network_is_back_it_goes_on_at_once(outbox: Outbox):
    outbox.append(event(1))
    with run_sandbox() as gone:
        pass

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.problem == "api.unreachable")
        with run_sandbox(type(gone.state._options)(port=int(gone.base_url.rpartition(":")[2]))) as back:
            terminal.delivery.wake(network_back=True)
            outbox.hurry()
            for _ in range(500):
                if back.state.store.events:
                    break
                await asyncio.sleep(0.01)
            assert arrived(back) == {"visitor-1": [1]}

    run(gone, outbox, story)


def test_one_event_that_breaks_every_connection_does_not_hold_up_the_others(sandbox: RunningSandbox, outbox: Outbox):
    """A server that fails for one visitor alone, for ever."""
    for user in ("a", "poison", "b", "c"):
        for number in range(3):
            outbox.append(event(number, user))

    class Fussy(Enable3):
        async def send_event(self, event: Any) -> None:
            if event.user.reveal() == "poison":
                raise OSError("odd")
            await super().send_event(event)

    async def main() -> None:
        api = Connection(
            read_key=lambda: Secret(sandbox.api_key),
            open_api=lambda key: Fussy(ApiSettings(base_url=sandbox.base_url), key),
        )
        async with started(outbox, api) as terminal:
            await terminal.until(lambda: outbox.status().pending == 3, step=1.0)

    loop.run(main())
    assert arrived(sandbox) == {user: [0, 1, 2] for user in "abc"}


def test_it_says_once_what_is_wrong(sandbox: RunningSandbox, outbox: Outbox, caplog: pytest.LogCaptureFixture):
    outbox.append(event(1))
    sandbox.state.faults = Faults(fail=(Failure(503, 1.0),))

    async def story(terminal: Terminal) -> None:
        def ten() -> bool:
            outbox.hurry()
            return len(sandbox.state.log.entries()) >= 10

        await terminal.until(ten, step=20.0)

    caplog.set_level("WARNING")
    run(sandbox, outbox, story)
    assert len([line for line in caplog.messages if "api.server-failed" in line]) <= 2
    assert "visitor-1" not in caplog.text


def test_a_server_that_fails_is_not_asked_for_every_event(sandbox: RunningSandbox, outbox: Outbox):
    for number in range(200):
        outbox.append(event(1, f"user-{number}"))
    sandbox.state.faults = Faults(fail=(Failure(500, 1.0),))

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: terminal.delivery.problem == "api.server-failed")
        await asyncio.sleep(0.1)

    run(sandbox, outbox, story)
    assert len(sandbox.state.log.entries()) < 12


def test_a_broken_disk_does_not_end_it(sandbox: RunningSandbox, outbox: Outbox):
    class Failing:
        def __init__(self) -> None:
            self._failing = ["pending", "settle", "status"]

        def __getattr__(self, name: str) -> Any:
            if name in self._failing:
                self._failing.remove(name)
                raise StoreError("the disk is full")
            return getattr(outbox, name)

    async def main() -> None:
        api = Connection(
            read_key=lambda: Secret(sandbox.api_key),
            open_api=lambda key: Enable3(ApiSettings(base_url=sandbox.base_url), key),
        )
        delivery = Delivery(Failing(), api.get)  # type: ignore[arg-type]
        delivery.start()
        outbox.append(event(1))
        for _ in range(1000):
            delivery.wake()
            if outbox.status().pending == 0:
                break
            await asyncio.sleep(0.01)
        await delivery.close()
        await api.drop()

    loop.run(main())
    assert arrived(sandbox) == {"visitor-1": [1]}
    assert len(sandbox.state.log.entries()) == 1, "what was sent is not sent again while that cannot be noted"


def test_it_ends_at_once_in_the_middle_of_a_request_and_the_event_stays(outbox: Outbox):
    outbox.append(event(1))

    async def story(terminal: Terminal) -> None:
        await terminal.until(lambda: bool(slow.state.log.entries()))
        before = asyncio.get_running_loop().time()
        await terminal.delivery.close()
        assert asyncio.get_running_loop().time() - before < 1.0

    with run_sandbox() as slow:  # of its own: it still answers when the test is over
        slow.state.faults = Faults(drip=True, drip_seconds=1.0, fail=(), latency_ms=500)
        run(slow, outbox, story)
    assert outbox.status().pending == 1


def test_what_is_too_old_is_not_sent_any_more(
    sandbox: RunningSandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    now = 1_790_000_000.0
    outbox = Outbox(tmp_path / "data" / "outbox.db", days=30, clock=lambda: now)
    outbox.append(event(1))
    now += 31 * 86_400

    run(sandbox, outbox, Terminal.until_empty)

    assert not sandbox.state.store.events
    assert [stored.reason for stored in outbox.items("dead")] == ["not sent within 30 days"]
    assert "1 events were not sent in time" in caplog.text
    outbox.close()


def test_what_each_error_means():
    every = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.KioskError)]
    made = {kind: InvalidInput("a", "b") if kind is InvalidInput else kind("why") for kind in every}
    found = {verdict: {kind for kind, error in made.items() if judge(error) is verdict} for verdict in Verdict}

    assert found[Verdict.SENT] == {errors.Conflict}
    assert found[Verdict.DEAD] == {InvalidInput, errors.Rejected, errors.NotFound}
    assert found[Verdict.LATER] == {errors.ServerFailed, errors.TimedOut}
    assert {errors.RateLimited, errors.Unauthorized, errors.Forbidden, errors.Unreachable} < found[Verdict.PAUSE]
    assert judge(errors.BadResponse("", status=302)) is Verdict.PAUSE
    assert judge(errors.BadResponse("", status=418)) is Verdict.LATER
    assert judge(OSError()) is Verdict.LATER


def test_waits_grow_to_ten_minutes_and_no_two_are_alike():
    pace = Pace(lambda: 0.0, Random(1))  # noqa: S311 - not a secret
    waits = [pace.backoff(failures) for failures in range(30)]

    assert FIRST_WAIT / 2 <= waits[0] <= FIRST_WAIT
    assert all(LONGEST_WAIT / 2 <= wait <= LONGEST_WAIT for wait in waits[10:])
    assert len(set(waits)) == 30


def test_draining_says_what_came_of_it(sandbox: RunningSandbox, outbox: Outbox):
    for number in range(20):
        outbox.append(event(number, f"user-{number % 3}"))
    outbox.append(revenue(1, "-1"))

    async def main() -> None:
        async with Enable3(ApiSettings(base_url=sandbox.base_url), Secret(sandbox.api_key)) as api:

            async def get() -> Enable3:
                return api

            drained = await Delivery(outbox, get).drain()
        assert (drained.sent, drained.buried, drained.left) == (20, 1, 0)
        assert drained.error is not None
        assert drained.error.code == "api.rejected"

    loop.run(main())


def test_memory_stays_flat_with_many_waiting(sandbox: RunningSandbox, outbox: Outbox):
    held: list[int] = []
    read = outbox.pending

    class Counting:
        def pending(self, **given: Any) -> Any:
            groups = read(**given)
            held.append(sum(map(len, groups)))
            return groups

        def __getattr__(self, name: str) -> Any:
            return getattr(outbox, name)

    for number in range(400):
        outbox.append(event(number, f"user-{number % 5}"))

    async def main() -> None:
        async with Enable3(ApiSettings(base_url=sandbox.base_url), Secret(sandbox.api_key)) as api:

            async def get() -> Enable3:
                return api

            await Delivery(Counting(), get).drain()  # type: ignore[arg-type]

    loop.run(main())
    assert len(arrived(sandbox)) == 5
    assert max(held) <= 32 * 8
