"""A deadline for blocking calls that have none of their own."""

from __future__ import annotations

from concurrent import futures
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
    """Start `work`, and return a function that waits for it: `wait(seconds)`.

    It runs as `in_daemon_thread` says, so a call that hangs is left behind, and what it returns later is dropped.
    Waiting raises what `work` raises, or DeadlineExceeded.
    """
    outcome = in_daemon_thread(work, name=name)

    def wait(seconds: float) -> T:
        if not futures.wait([outcome], timeout=max(seconds, 0.0)).done:
            raise DeadlineExceeded(name)
        return outcome.result()

    return wait


def in_daemon_thread(work: Callable[[], T], *, name: str) -> futures.Future[T]:
    """Start `work` in a thread of its own called `name`, which does not keep the process alive: none can be stopped."""
    outcome: futures.Future[T] = futures.Future()
    Thread(target=_settle, args=(work, outcome), name=name, daemon=True).start()
    return outcome


def _settle(work: Callable[[], T], outcome: futures.Future[T]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - a thread's boundary: it goes on in the one who waits
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
