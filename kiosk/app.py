"""The supervisor: what runs a kiosk, from the first shell to the exit status.

The start-up story, in order. `commands.run` has checked the arguments and started a shell, before this module and all
that it needs were imported: while the engine starts, the supervisor reads the API key and fetches the widget URL, so
that their time vanishes behind the engine's. Whatever happens arrives in one inbox. Each item becomes an event of
`core.session`, `step` says what follows from it, and `_perform` does that. The loop ends with the effect Exit.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from functools import partial
from typing import TYPE_CHECKING

from kiosk import loop
from kiosk.authentication import Authentication
from kiosk.core import session as core
from kiosk.core.widget import Token, Widget
from kiosk.errors import ExitStatus, KioskError
from kiosk.inbox import FromShell
from kiosk.shell import protocol
from kiosk.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.api import Enable3
    from kiosk.config import Config
    from kiosk.core.secret import Secret
    from kiosk.inbox import Inbox
    from kiosk.shell.spawn import ShellProcess

log = logging.getLogger(__name__)

_ENDINGS = {"SIGINT": ExitStatus.INTERRUPTED, "SIGTERM": ExitStatus.OK, "SIGHUP": ExitStatus.OK}


class Supervisor:
    """Runs one kiosk."""

    def __init__(
        self,
        *,
        config: Config,
        visit: core.Visit | None,
        inbox: Inbox,
        shell: ShellProcess,
        spawn: Callable[[int], ShellProcess],
        read_key: Callable[[], Secret],
        open_api: Callable[[Secret], Enable3],
    ) -> None:
        """Take over `shell`, number 1, which is starting; `spawn` starts another with the number that it is given."""
        self._config = config
        self._inbox = inbox
        self._shell: ShellProcess | None = shell
        self._shells = 1
        self._spawn = spawn
        self._authentication = Authentication(
            mode=config.auth, read_key=read_key, open_api=open_api, on_event=inbox.put
        )
        self._session = core.Session()
        self._timers: dict[core.Timer, asyncio.TimerHandle] = {}
        self._status: ExitStatus | None = None
        self.refusal: protocol.Refused | None = None
        """Why the shell did not open a window, if it did not."""
        if visit is not None:
            inbox.put(core.Begin(visit))

    def run(self) -> ExitStatus:
        """Run until the end, and leave nothing behind whatever the end is."""
        try:
            return loop.run(self._run())
        finally:
            if self._shell is not None:
                self._shell.kill()

    async def _run(self) -> ExitStatus:
        self._inbox.bind(asyncio.get_running_loop(), asyncio.Event())
        self._take_signals()
        try:
            while self._status is None:
                if event := self._event_of(await self._inbox.get()):
                    await self._advance(event)
        finally:
            await self._authentication.close()
        return self._status

    def _take_signals(self) -> None:
        running = asyncio.get_running_loop()
        for name, status in _ENDINGS.items():
            number = getattr(signal, name, None)
            if number is None:  # Windows has no SIGHUP
                continue
            stop = partial(self._inbox.put, core.Stop(status))
            try:
                running.add_signal_handler(number, stop)
            except NotImplementedError:  # Windows' loop cannot; there a plain handler runs in this thread
                signal.signal(number, lambda *_, stop=stop: stop())

    def _event_of(self, item: core.Event | FromShell) -> core.Event | None:
        if not isinstance(item, FromShell):
            return item
        if self._shell is None or item.shell != self._shells:
            return None
        if isinstance(item.message, protocol.Refused):
            self.refusal = item.message
        if isinstance(item.message, protocol.Ready) and self._config.screen >= len(item.message.screens):
            log.warning("no screen %d, there are %d: the primary one", self._config.screen, len(item.message.screens))
        return translate(item.message)

    async def _advance(self, event: core.Event) -> None:
        before = self._session.state
        self._session, effects = core.step(self._session, event)
        if self._session.state is not before:
            log.info("state %s -> %s %s", before, self._session.state, self._session.code)
        for effect in effects:
            await self._perform(effect)

    async def _perform(self, effect: core.Effect) -> None:
        match effect:
            case core.ShowPage(page=page, code=code):
                self._send(protocol.ShowPage(page, self._language(), code))
            case core.Authenticate(visit=visit):
                self._authentication.start(visit)
            case core.Open(visit=visit, grant=grant):
                self._send(self._opening(visit, grant))
            case core.HandOver(visit=visit, grant=token):
                self._send(protocol.HandOver(visit.number, handoff(visit, token)))
            case core.SetTimer(timer=timer, seconds=seconds):
                self._set_timer(timer, seconds)
            case core.ClearTimer(timer=timer):
                self._clear_timer(timer)
            case core.SpawnShell():
                self._spawn_shell()
            case core.KillShell():
                await self._kill_shell()
            case core.Exit(status=status):
                self._status = status

    def _send(self, command: protocol.Command) -> None:
        if self._shell is not None:
            self._shell.send(command)

    def _language(self) -> str:
        visit = self._session.visit
        return (visit.language if visit else None) or self._config.language or "en"

    def _opening(self, visit: core.Visit, grant: core.Grant) -> protocol.OpenWidget:
        if isinstance(grant, Widget):
            return protocol.OpenWidget(visit.number, grant.url.reveal())
        if self._config.sdk_url is None:
            raise AssertionError("the configuration is checked: jwt has an sdk_url")
        return protocol.OpenWidget(visit.number, self._config.sdk_url, handoff(visit, grant))

    def _set_timer(self, timer: core.Timer, seconds: float) -> None:
        self._clear_timer(timer)
        # Jitter, so that a venue's terminals do not come back from a power cut in step.
        delay = seconds * random.uniform(1.0, 1.2)  # noqa: S311 - no secret depends on it
        fire = partial(self._inbox.put, core.TimerFired(timer))
        self._timers[timer] = asyncio.get_running_loop().call_later(delay, fire)

    def _clear_timer(self, timer: core.Timer) -> None:
        if handle := self._timers.pop(timer, None):
            handle.cancel()

    def _spawn_shell(self) -> None:
        self._shells += 1
        try:
            self._shell = self._spawn(self._shells)
        except KioskError as error:
            log.error("no shell: %s; %s", error.message, error.hint)  # noqa: TRY400 - an operational error
            self._inbox.put(core.ShellGone())

    async def _kill_shell(self) -> None:
        shell, self._shell = self._shell, None
        if shell is not None:
            await asyncio.get_running_loop().run_in_executor(None, shell.kill)


def handoff(visit: core.Visit, token: Token) -> dict[str, str | None]:
    """Return what the operator's page gets as `window.enable3Kiosk`. The contract is docs/sdk-page.md."""
    item = visit.link.item_id
    return {
        "token": token.jwt.reveal(),
        "userId": visit.user.reveal(),
        "language": visit.language,
        "feature": visit.link.feature,
        "itemId": None if item is None else str(item),
    }
