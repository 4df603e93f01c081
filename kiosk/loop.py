"""The event loop of the supervisor and of commands that call the API."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.deadline import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end, like asyncio.run, but wait for no thread that hangs in a name look-up or a keyring."""

    async def with_daemons() -> T:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        return await main

    return asyncio.run(with_daemons())


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own, so that one that never returns does not keep the process alive.

    It has to be a ThreadPoolExecutor, because set_default_executor takes nothing else.
    """

    def submit(self, call: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - as inherited
        """Start `call` at once."""
        return in_daemon_thread(partial(call, *args, **kwargs), name=getattr(call, "__name__", "call"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - inherited
        """Return at once: the threads end with the process."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
