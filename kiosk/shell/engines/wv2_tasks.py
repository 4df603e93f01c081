"""Waiting for .NET: for a task while messages go on, and for a moment."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, TypeVar

from kiosk.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    Post = Callable[[Callable[[], None]], None]
    """Engine.post."""

    from kiosk.shell.engines.wv2_core import Task
    from kiosk.shell.engines.wv2_forms import EventArgs, Timer
    from kiosk.shell.engines.wv2_runtime import Dotnet

R = TypeVar("R")

_PATIENCE: Final = 60.0
"""Seconds that a browser's process may take to start, on a machine that was just switched on."""

_STEP: Final = 0.005


def finish(dotnet: Dotnet, task: Task[R], *, what: str) -> R:
    """Return the result of `task`, letting messages through meanwhile: it needs them. Raises EngineUnavailable."""
    until = time.monotonic() + _PATIENCE
    while not task.IsCompleted:
        if time.monotonic() > until:
            raise EngineUnavailable(f"WebView2 does not start: no {what} after {_PATIENCE:.0f} s")
        dotnet.forms.Application.DoEvents()
        time.sleep(_STEP)
    if task.IsFaulted:
        raise EngineUnavailable(f"WebView2 does not start: no {what}")
    return task.Result


def then(dotnet: Dotnet, task: Task[R], call: Callable[[R | None], None], *, post: Post) -> None:
    """Have `call` run on the GUI thread with the result of `task`, or with None if it failed.

    By `post`, for .NET forgets what the GUI thread is as long as pywebview's loop does not run yet (`finish`).
    """

    def completed() -> None:
        call(None if task.IsFaulted else task.Result)

    task.GetAwaiter().OnCompleted(dotnet.system.Action(guarded(lambda: post(completed))))


class Later:
    """Calls on the GUI thread, after a time."""

    def __init__(self, dotnet: Dotnet) -> None:
        """Have none."""
        self._dotnet = dotnet
        self._timers: set[Timer] = set()  # or .NET would take one away before its time

    def call(self, seconds: float, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread, not before `seconds` are over."""
        timer = self._dotnet.forms.Timer()
        self._timers.add(timer)

        def tick(_sender: object, _args: EventArgs) -> None:
            timer.Stop()
            timer.Dispose()
            self._timers.discard(timer)
            guarded(call)()

        timer.Interval = max(1, round(1000 * seconds))
        timer.Tick += tick
        timer.Start()


def guarded(call: Callable[[], None]) -> Callable[[], None]:
    """Return `call` for .NET, which would end the process for an exception, without saying where it came from."""

    def guard() -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the boundary to .NET
            sys.excepthook(type(error), error, error.__traceback__)

    return guard
