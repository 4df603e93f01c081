"""Sends what is in the outbox, in the background, for as long as it takes."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from kiosk.errors import CredentialError, Forbidden, KioskError, Unauthorized
from kiosk.outbox.complaints import Complaints, code_of
from kiosk.outbox.pace import Pace, Verdict, judge, may_be_its_fault
from kiosk.outbox.posting import post
from kiosk.outbox.settling import Settling
from kiosk.store.item import OutboxStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.api import Enable3
    from kiosk.store.item import Stored
    from kiosk.store.outbox import Outbox

    T = TypeVar("T")

log = logging.getLogger(__name__)

LANES = 4
"""Requests under way at once: the API shares its patience between all terminals of a venue."""

_READ_LANES, _READ_DEPTH = 32, 8  # items in memory at once: their product
_LOOK = 10.0  # seconds after which what another process queued is found
_STORE_PAUSE = 30.0  # seconds, after the outbox could not be read
_EXPIRE_EVERY = 3600.0  # seconds
_CLOSE_WITHIN = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Drained:
    """What one run through the outbox came to; `error` is the first that kept something from being sent."""

    sent: int
    buried: int
    left: int
    error: KioskError | None


class Delivery:
    """Sends the outbox: each event at least once, a visitor's in order, no two of a visitor at once."""

    def __init__(
        self,
        outbox: Outbox,
        get_api: Callable[[], Awaitable[Enable3]],
        *,
        drop_api: Callable[[], Awaitable[None]] | None = None,
        clock: Callable[[], float] | None = None,
        lanes: int = LANES,
    ) -> None:
        """Send nothing yet.

        `get_api` is asked before every request, by several at once, for a client that is open, and that had better not
        repeat a request by itself (`attempts=1`): the repetitions are ours. What it raises pauses delivery. `drop_api`
        is told that the key was refused, so that the next client reads it anew. `clock`: seconds that only grow; the
        loop's by default.
        """
        self._outbox = outbox
        self._get_api = get_api
        self._drop_api = drop_api
        self._clock = clock
        self._lanes = lanes
        self._pace = Pace(self._now)
        self._settling = Settling(outbox)
        self._refused = False
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._status = OutboxStatus()
        self._waiting = Complaints(log, "events wait", self._now)
        self._dead = Complaints(log, "events cannot be sent and are dead letters", self._now)
        self._expired = self._looked = float("-inf")
        self._sent = self._buried = 0
        self._error: KioskError | None = None

    def start(self) -> None:
        """Begin, and go on until `close`."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def wake(self, *, network_back: bool = False) -> None:
        """Look into the outbox now: something was appended or, with `network_back`, it is worth another try."""
        if network_back:
            self._pace.hurry()
        self._woken.set()

    async def close(self) -> None:
        """End within seconds. What is under way is sent again next time, under the same id."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task], timeout=_CLOSE_WITHIN)
        await self._settling.close(_CLOSE_WITHIN)

    def status(self) -> OutboxStatus:
        """Return how much there was when delivery last looked, which is seconds ago at most."""
        return self._status

    @property
    def problem(self) -> str:
        """The code of what keeps delivery up, or nothing."""
        return self._pace.problem

    async def drain(self) -> Drained:
        """Send everything that can be sent now, each once, and return what came of it. Instead of `start`.

        Raises StoreError.
        """
        await asyncio.to_thread(self._outbox.hurry)
        await self._pass()
        await self._settling.close(_CLOSE_WITHIN)
        await self._look()
        return Drained(self._sent, self._buried, self._status.pending, self._error)

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._expire()
                await self._pass()
                await self._look()
                wait = await self._next_look()
            except Exception as error:  # noqa: BLE001 - delivery outlives whatever goes wrong, and says it
                self._waiting.say(error)
                wait = _STORE_PAUSE
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    async def _next_look(self) -> float:
        due = await asyncio.to_thread(self._outbox.next_due)
        wait = _LOOK if due is None else max(due, self._pace.wait())
        return max(min(wait, _LOOK), 0.05)

    async def _look(self, *, every: float = 0.0) -> None:
        """Count what there is, unless that was done in the last `every` seconds."""
        if self._now() - self._looked < every:
            return
        self._looked = self._now()
        self._status = await asyncio.to_thread(self._outbox.status)

    async def _expire(self) -> None:
        if self._now() - self._expired >= _EXPIRE_EVERY:
            self._expired = self._now()
            while count := await asyncio.to_thread(self._outbox.expire):
                log.error("%d events were not sent in time and are dead letters: `kiosk outbox list --dead`", count)

    async def _pass(self) -> None:
        """Send until nothing can be sent: all is sent, or waits, or delivery pauses. Raises StoreError."""
        ready: deque[list[Stored]] = deque()
        active: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                await self._look(every=_LOOK)
                if not ready and self._room(active):
                    ready.extend(group for group in await self._read() if _lane(group) not in active)
                while ready and self._room(active):
                    group = ready.popleft()
                    active[_lane(group)] = asyncio.create_task(self._send_lane(group))
                if not active:
                    break
                await asyncio.wait(active.values(), return_when=asyncio.FIRST_COMPLETED)
                for lane in [lane for lane, task in active.items() if task.done()]:
                    active.pop(lane).result()
        finally:
            for task in active.values():
                task.cancel()
            if active:
                await asyncio.wait(active.values(), timeout=_CLOSE_WITHIN)
        if self._refused and self._drop_api is not None:  # not before: requests may have been under way
            self._refused = False
            await self._drop_api()

    def _room(self, active: dict[str, asyncio.Task[None]]) -> bool:
        """Whether another lane may start: after a failure, one at a time."""
        return self._pace.wait() <= 0 and len(active) < (1 if self._pace.failures else self._lanes)

    async def _read(self) -> list[list[Stored]]:
        groups = await asyncio.to_thread(partial(self._outbox.pending, lanes=_READ_LANES, depth=_READ_DEPTH))
        # After failures in a row begin elsewhere: one event that breaks every connection must not hold up the others.
        start = self._pace.failures % len(groups) if groups else 0
        return groups[start:] + groups[:start]

    # ── one lane ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send_lane(self, group: list[Stored]) -> None:
        for stored in group:
            if self._pace.wait() > 0 or not await self._send(stored):
                return

    async def _send(self, stored: Stored) -> bool:
        """Try to send one; return whether the next one of its lane may follow."""
        try:
            api = await self._get_api()
        except Exception as error:  # noqa: BLE001 - as below; whatever it is, it is not about this event
            return await self._fail(stored, error, Verdict.PAUSE)
        try:
            await post(api, stored.item)
        except Exception as error:  # noqa: BLE001 - delivery outlives whatever a request does; _fail says it
            return await self._fail(stored, error, judge(error))
        await self._succeed(stored)
        return True

    async def _succeed(self, stored: Stored) -> None:
        if self._pace.succeeded():
            log.info("events are sent again")
        self._sent += 1
        await self._settling.settle(stored.number)

    async def _fail(self, stored: Stored, error: Exception, verdict: Verdict) -> bool:
        if verdict is Verdict.SENT:
            await self._succeed(stored)
            return True
        self._note(error)
        if verdict is Verdict.DEAD:
            self._pace.succeeded()  # an answer all the same: the API is there and takes the key
            self._buried += 1
            self._dead.say(error)
            await self._settling.settle(stored.number, reason=_reason(error))
            return True
        self._waiting.say(error)
        alone = not self._pace.failures
        self._pace.failed(error, verdict)
        self._refused = self._refused or isinstance(error, Unauthorized | Forbidden | CredentialError)
        if verdict is Verdict.LATER or (alone and may_be_its_fault(error)):
            await self._defer(stored, error)
        return False

    async def _defer(self, stored: Stored, error: Exception) -> None:
        wait = self._pace.backoff(stored.attempts)
        asked: float = getattr(error, "retry_after", None) or 0.0
        await asyncio.to_thread(partial(self._outbox.defer, {stored.number: max(wait, asked)}, reason=code_of(error)))

    # ── what is said of it ──────────────────────────────────────────────────────────────────────────────────────────

    def _note(self, error: Exception) -> None:
        if self._error is None and isinstance(error, KioskError):
            self._error = error

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._clock is None else self._clock()


def _lane(group: list[Stored]) -> str:
    return group[0].item.lane.reveal()


def _reason(error: Exception) -> str:
    """Return why a letter is dead: the status, if there was an answer, and the code."""
    status = getattr(error, "status", None)
    return code_of(error) if status is None else f"{code_of(error)} (status {status})"
