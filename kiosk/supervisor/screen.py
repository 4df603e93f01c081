"""The windows: one in front, and now and then a spare behind it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kiosk.core.session import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.protocol import Command
    from kiosk.shell.spawn import ShellProcess

log = logging.getLogger(__name__)


class Screen:
    """Which shell is in front, which is the spare, and the numbers by which they are told apart."""

    def __init__(
        self,
        first: ShellProcess,
        spawn: Callable[[int, bool], ShellProcess],
        sweep: Callable[[], object] = lambda: None,
    ) -> None:
        """Take over shell number 1, which is starting; `spawn(number, spare)` starts another.

        `sweep` is called after every end: what an earlier end could not delete of its folder is tried again.
        """
        self._spawn = spawn
        self._sweep = sweep
        self._shells: dict[Role, tuple[int, ShellProcess]] = {Role.FRONT: (1, first)}
        self._count = 1
        self._ending: set[asyncio.Future[None]] = set()

    def role_of(self, number: int) -> Role | None:
        """Return what shell `number` is for; none if its end was asked for."""
        return next((role for role, (known, _) in self._shells.items() if known == number), None)

    def spawn(self, role: Role) -> None:
        """Start a shell. Raises KioskError."""
        self._count += 1
        self._shells[role] = (self._count, self._spawn(self._count, role is Role.SPARE))

    def send(self, command: Command, role: Role = Role.FRONT) -> None:
        """Send a command, if there is a shell for it."""
        if found := self._shells.get(role):
            found[1].send(command)

    def promote(self) -> None:
        """End the shell in front, and call the spare front."""
        self.kill(Role.FRONT)
        if spare := self._shells.pop(Role.SPARE, None):
            self._shells[Role.FRONT] = spare

    def kill(self, role: Role) -> None:
        """End a shell in the background: its words count no more from now on."""
        if found := self._shells.pop(role, None):
            ending = asyncio.get_running_loop().run_in_executor(None, self._end, found[1])
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def _end(self, shell: ShellProcess) -> None:
        shell.kill()
        try:
            self._sweep()
        except OSError as error:
            log.error("the folders of past visits cannot be looked for: %s", error.strerror)  # noqa: TRY400 - operational

    async def close(self) -> None:
        """End all, and wait until they are gone."""
        for role in list(self._shells):
            self.kill(role)
        if self._ending:
            await asyncio.wait(self._ending)

    def abandon(self) -> None:
        """End all when there is no loop any more."""
        for _, shell in self._shells.values():
            shell.kill()
