"""The events of the terminal itself: a visitor signed in, a visit ended."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from kiosk.outbox.complaints import Complaints

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.core.user_id import UserId
    from kiosk.store.item import Item
    from kiosk.store.outbox import Outbox

log = logging.getLogger(__name__)

KEPT = 1000
"""Events in memory while the disk takes none; further ones are lost, and that is logged."""

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds between two tries of the disk
_LINGERS = 0.5
"""Seconds that the thread waits for another event. With it ends what its stack, and the allocator for it, kept."""


class TerminalEvents:
    """Puts events into the outbox, from a thread of its own: no method waits for the disk, and none raises."""

    def __init__(
        self,
        outbox: Outbox,
        terminal: str,
        check_in: str,
        visit_ended: str,
        *,
        on_queued: Callable[[], None] = lambda: None,
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        """`terminal` is a tag of every event, `check_in` and `visit_ended` are event ids; an empty one means none.

        `on_queued` is called in that thread when an event is in the outbox. The thread lasts while there are any.
        """
        self._outbox = outbox
        self._tags = (terminal,) if terminal else ()
        self._check_in = check_in
        self._visit_ended = visit_ended
        self._on_queued = on_queued
        self._first_pause = first_pause
        self._waiting: deque[Callable[[], Item]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._complaints = Complaints(log, "an event waits in memory", time.monotonic)

    def checked_in(self, user: UserId) -> None:
        """Note that `user` has signed in."""
        self._queue(self._check_in, user, 1)

    def ended(self, user: UserId, seconds: float) -> None:
        """Note that the visit of `user` ended, after so many seconds: whole ones are sent."""
        self._queue(self._visit_ended, user, max(int(seconds), 0))

    def close(self, seconds: float = 2.0) -> None:
        """Wait for so long until all is on the disk; what is not then is lost, and that is logged. Blocks."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        if self._waiting:
            log.error("%d events are lost: the disk did not take them", len(self._waiting))

    def _queue(self, event_id: str, user: UserId, value: int) -> None:
        if not event_id:
            return
        name, now = str(uuid4()), datetime.now(UTC).replace(microsecond=0)  # the API's times have seconds

        def build() -> Item:
            from kiosk.outbox.posting import event_item  # noqa: PLC0415 - not on the way to the first paint

            return event_item(
                name=name, user=user, event_id=event_id, value=Decimal(value), created_at=now, tags=self._tags
            )

        with self._changed:
            if len(self._waiting) >= KEPT:
                log.error("an event is lost: %d wait in memory, for the disk takes none", KEPT)
                return
            self._waiting.append(build)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="terminal events", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        pause = self._first_pause
        while build := self._next():
            try:
                self._outbox.append(build())
            except Exception as error:  # noqa: BLE001 - the boundary of a thread: the event stays, and is tried again
                self._complaints.say(error)
                if not self._rest(pause):
                    return
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self._waiting.popleft()
            del build  # whose event it was is not remembered until the next one
            pause = self._first_pause
            with suppress(RuntimeError):  # the loop to be told has ended
                self._on_queued()

    def _next(self) -> Callable[[], Item] | None:
        """Wait for an event, and return it; None when there is none for a while: the thread ends, and forgets."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing, _LINGERS)
            if not self._waiting:
                self._thread = None
                return None
            return self._waiting[0]

    def _rest(self, seconds: float) -> bool:
        """Wait; return whether to go on: the end of the program comes first."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._closing, seconds)
