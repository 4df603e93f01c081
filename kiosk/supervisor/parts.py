"""What the supervisor works with besides the screen and the API. `kiosk.commands._parts` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.session import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kiosk.config import Config
    from kiosk.operators.pin import PinKeeper
    from kiosk.outbox.terminal_events import TerminalEvents
    from kiosk.sign_in.desk import SignInDesk
    from kiosk.supervisor.operating import Operating


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk, the operator's part, the terminal's own events, and who watches the network."""

    desk: SignInDesk
    pins: PinKeeper
    operating: Operating
    events: TerminalEvents
    network_back: Callable[[], Coroutine[None, None, None]]
    """Returns when the API's address could not be reached, and can be again."""
    start: Callable[[], None]
    """Called once, in the loop."""
    close: Callable[[], Coroutine[None, None, None]]
    let_go: Callable[[], Coroutine[None, None, None]]
    """Closes what is opened again when it is needed, and whose buffers hold what was last in them."""


def settings_of(config: Config) -> Settings:
    """Return what the session needs of the configuration."""
    return Settings(
        idle_timeout=config.idle_timeout,
        idle_warning=config.idle_warning,
        visit_limit=config.visit_limit,
        operator_timeout=config.operator_timeout,
        media_counts=config.idle_media,
        cool_down_after=config.cool_down_after,
        cool_down=config.cool_down,
        reopen=config.after_crash == "reopen",
    )
