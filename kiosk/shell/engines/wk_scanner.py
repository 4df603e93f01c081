"""Keys of a Mac's window, sorted into a reader's and a person's before any view hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from kiosk.core.scanner import Scanner, Stroke
from kiosk.shell.engines.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wk_cocoa import ObjC
    from kiosk.shell.engines.wk_keys import Key

_NAMES: Final = {"Enter": "enter", "Tab": "tab"}


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: ObjC
    responder: ObjC


class WkScanner:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        focused: Callable[[], ObjC],
        hand_on: Callable[[ObjC], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and give to `hand_on` what goes to what is `focused` still."""
        self._focused = focused
        self._hand_on = hand_on
        self._reader = Reader(scanner, report=report, hand_on=self._late, call_later=call_later, in_order=False)

    def passes(self, event: ObjC, key: Key, *, down: bool) -> bool:
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        stroke = Stroke(
            code=key.code,
            text=key.text,
            name=_NAMES.get(key.name, ""),
            down=down,
            repeat=down and bool(event.isARepeat()),
            native=_Native(event, self._focused()),
        )
        return self._reader.passes(stroke, float(event.timestamp()))

    def _late(self, stroke: Stroke) -> None:
        """Hand a key on, but not to another than it was meant for: what ends a warning is no key for the page below."""
        native = cast("_Native", stroke.native)
        if native.responder is not None and native.responder == self._focused():
            self._hand_on(native.event)
