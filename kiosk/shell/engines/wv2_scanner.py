"""Keys of a window of Windows, sorted into a reader's and a person's before any page hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.core.scanner import Scanner, Stroke
from kiosk.shell.engines.reader import Reader
from kiosk.shell.engines.wv2_keys import SCANNER_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wv2_people import Message

_DOWN: Final = frozenset({0x100, 0x104})


class Wv2Scanner:
    """Asked about every key for a page; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        hand_on: Callable[[Message], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and have `hand_on` give a page the keys that were none."""
        self._reader = Reader(
            scanner,
            report=report,
            hand_on=lambda stroke: hand_on(stroke.native),  # type: ignore[arg-type] # a Message: see passes
            call_later=call_later,
            in_order=True,  # timers come when the queue is empty (WM_TIMER)
        )

    def passes(self, message: Message) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        stroke = Stroke(
            code=message.code,
            text=message.text if message.text.isprintable() else "",
            name=SCANNER_NAMES.get(message.key, ""),
            down=message.kind in _DOWN,
            repeat=message.repeat,
            native=message,
        )
        return self._reader.passes(stroke, message.seconds)
