"""A visit, as the window in front and the outbox are told of it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kiosk.core.widget import Token, Widget
from kiosk.shell.protocol import HandOver, OpenWidget
from kiosk.supervisor.bar import SessionBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config import Config
    from kiosk.core import effects
    from kiosk.core.session import Visit
    from kiosk.outbox.terminal_events import TerminalEvents
    from kiosk.shell.protocol import Command
    from kiosk.supervisor.connection import Connection

log = logging.getLogger(__name__)


class Visiting:
    """Opens pages, gives them what they need, keeps the bar, and tells when somebody came and went."""

    def __init__(
        self,
        config: Config,
        connection: Connection,
        events: Callable[[], TerminalEvents],
        send: Callable[[Command], None],
    ) -> None:
        """`send` gives a command to the window in front; `events` is called when there is something to tell."""
        self._config = config
        self._events = events
        self._send = send
        self._bar = SessionBar(connection, send)
        self._began: float | None = None

    def open(self, effect: effects.Open, *, language: str, ends_at: float) -> None:
        """Show the visit's page; the bar is in `language`, and counts down to `ends_at` by the loop's clock."""
        visit, grant = effect.visit, effect.grant
        if not effect.resume:
            self._bar.begin(visit, language=language, ends_at=ends_at)
        if isinstance(grant, Widget):
            self._send(OpenWidget(visit.number, grant.url.reveal(), resume=effect.resume))
        elif self._config.sdk_url is None:
            raise AssertionError("the configuration is checked: jwt has an sdk_url")
        else:
            self._send(OpenWidget(visit.number, self._config.sdk_url, self._handoff(visit, grant)))

    def hand_over(self, effect: effects.HandOver) -> None:
        """Give the open page its renewed token."""
        self._send(HandOver(effect.visit.number, self._handoff(effect.visit, effect.grant)))

    def check_in(self, effect: effects.CheckIn) -> None:
        """Tell that the visitor is signed in, once: the page may come again after an outage."""
        self._bar.follow()
        if self._began is None:
            self._began = _now()
            self._events().checked_in(effect.visit.user)

    def end(self, effect: effects.EndVisit) -> None:
        """Tell that the visit is over, if it had begun for who counts."""
        log.info("visit ended visit=%d reason=%s", effect.visit.number, effect.reason)
        self._bar.end()
        began, self._began = self._began, None
        if began is not None:
            self._events().ended(effect.visit.user, _now() - began)

    def close(self) -> None:
        """Keep no bar any more."""
        self._bar.end()

    def _handoff(self, visit: Visit, token: Token) -> dict[str, str | None]:
        """Return what the operator's page gets as `window.enable3Kiosk`. The contract is docs/sdk-page.md."""
        item = visit.link.item_id
        return {
            "token": token.jwt.reveal(),
            "userId": visit.user.reveal(),
            "language": visit.language or self._config.language or None,
            "feature": visit.link.feature,
            "itemId": None if item is None else str(item),
        }


def _now() -> float:
    return asyncio.get_running_loop().time()
