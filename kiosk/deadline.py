"""A deadline for blocking calls that have none of their own."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The call did not return in time. It goes on in its thread, which does not keep the process alive."""


def call_within(seconds: float, work: Callable[[], T], *, name: str) -> T:
    """Return what `work` returns, or raise what it raises, within `seconds`. Raises DeadlineExceeded: see `start`."""
    return start(work, name=name)(seconds)


def start(work: Callable[[], T], *, name: str) -> Callable[[float], T]:
    """Start `work`, and return a function that waits for it: `wait(seconds)`, to be called once.

    It runs in a daemon thread called `name`: a thread cannot be stopped, so a call that hangs is left behind, and
    what it returns later is dropped. Waiting raises what `work` raises, or DeadlineExceeded.
    """
    outcome: SimpleQueue[Callable[[], T]] = SimpleQueue()
    Thread(target=_settle, args=(work, outcome), name=name, daemon=True).start()

    def wait(seconds: float) -> T:
        try:
            take = outcome.get(timeout=max(seconds, 0.0))
        except Empty:
            raise DeadlineExceeded(name) from None
        return take()

    return wait


def _settle(work: Callable[[], T], outcome: SimpleQueue[Callable[[], T]]) -> None:
    try:
        value = work()
    except BaseException as error:  # noqa: BLE001 - the boundary of the thread: raised again in the caller's
        failure = error

        def take() -> T:
            raise failure
    else:

        def take() -> T:
            return value

    outcome.put(take)
