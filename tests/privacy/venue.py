"""A kiosk whose widget is the hostile page, visitors who come and go, and a search of what they left."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil

from kiosk.core.user_id import UserId
from kiosk.errors import NotRunning
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import Begin, End
from tests.e2e.conftest import PATIENCE, Kiosk
from tests.e2e.searching import record_tokens
from tests.privacy.scanning import Needle, Spot, search_files, search_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kiosk.sandbox.server import RunningSandbox
    from tests.privacy.hostile_site import HostileSite

OF_THE_OUTBOX = "/data/outbox"
"""Files whose paths have this hold, by design, the ids of visitors whom the API was not told of yet."""


@dataclass
class Visitor:
    """Somebody whose page plants `canary` everywhere. Afterwards, `planted` says what the engine offered."""

    canary: str = field(default_factory=lambda: f"cnry{secrets.token_hex(6)}")
    tokens: list[str] = field(default_factory=list)
    planted: dict[str, Any] = field(default_factory=dict)

    @property
    def user(self) -> str:
        return f"{self.canary}-visitor"

    def texts(self) -> dict[str, str]:
        """Return what nobody may find of them, by name. The canary begins the id, and the URL has the token in it."""
        return {"canary": self.canary} | {f"token {number}": token for number, token in enumerate(self.tokens)}


class Venue:
    """A terminal, what it talks to, and the folders that it may write to."""

    def __init__(
        self, kiosk_of: Callable[[], Kiosk], *, sandbox: RunningSandbox, site: HostileSite, folders: Iterable[Path]
    ) -> None:
        """`kiosk_of` starts the terminal, and starts it again after a power cut."""
        self._kiosk_of = kiosk_of
        self.sandbox, self.site, self.folders = sandbox, site, list(folders)
        self._issued = record_tokens(sandbox.state.tokens)
        sandbox.state.base_url = site.origin  # the API's widget URL leads to the hostile page
        self.start()

    def start(self) -> None:
        """Switch the terminal on."""
        self.kiosk = self._kiosk_of()
        self.kiosk.wait_for("page painted page=attract")

    @property
    def control(self) -> Path:
        return self.kiosk.home / ".local/state/enable3-kiosk/control"

    def sign_in(self, visitor: Visitor) -> None:
        """Have a visitor's page on the glass."""
        before = len(self._issued)
        until(lambda: ask_begin(self.control, visitor.user))
        self.kiosk.wait_for("widget painted visit=")
        visitor.tokens = self._issued[before:]

    def plant(self, **how: bool) -> Visitor:
        """Have somebody come whose page plants its canary; `how`: it may `hang` or `reload` then."""
        visitor = Visitor()
        self.site.orders.appendleft(self.site.made("plant", visitor.canary, **how))
        self.sign_in(visitor)
        visitor.planted = self.site.report()
        return visitor

    def probe(self) -> dict[str, Any]:
        """Have somebody else come whose page looks for traces, and go; return what it found."""
        self.site.order("probe")
        self.sign_in(Visitor())
        found = self.site.report()
        self.end()
        return found

    def end(self) -> None:
        """End the visit from outside, and wait for the fresh window."""
        ask(self.control, End())
        self.wait_for_the_next()

    def wait_for_the_next(self) -> None:
        """Wait until the next visitor has a window that nobody used, and the one before is gone with all that it had.

        The spare starts when somebody is there.
        """
        self.kiosk.wait_for("fresh window in front")
        until(lambda: len(self.kiosk.children()) == 1)

    def search(self, visitor: Visitor) -> list[tuple[str, str]]:
        """Return where in files, and in what `ps` shows of any process, something of a visitor is to be found."""
        needle = Needle(visitor.texts())
        found = [spot for spot in search_files(needle, *self.folders) if OF_THE_OUTBOX not in spot[0]]
        lines = "\n".join(self.kiosk.lines).encode()
        return found + [("standard error", what) for what in needle.in_bytes(lines)]

    def processes(self) -> list[psutil.Process]:
        """Return the supervisor and everything below it."""
        return [psutil.Process(self.kiosk.process.pid), *self.kiosk.family()]

    def memory(self, visitor: Visitor) -> dict[int, list[Spot] | None]:
        """Return what the terminal's processes still have in memory of a visitor, by process id."""
        return {process.pid: search_memory(process.pid, visitor.texts()) for process in self.processes()}


def ask_begin(control: Path, user: str) -> bool:
    """Have the venue's own system sign somebody in; return whether the kiosk took it."""
    try:
        return ask(control, Begin(UserId.parse(user))).ok
    except NotRunning:  # it is just starting
        return False


def until(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Wait for what another process does, and has no way to tell us of."""
    limit = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.05)
