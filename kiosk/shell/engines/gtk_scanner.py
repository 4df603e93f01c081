"""Keys of a GTK window, sorted into a reader's and a person's before any widget hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kiosk.core.scanner import Scanner, Stroke
from kiosk.shell.engines.gtk_toolkit import Gtk
from kiosk.shell.engines.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.gtk_keys import Key


class _Native(NamedTuple):
    """A key, and what had the focus when it was pressed."""

    event: Any
    receiver: Any


class GtkScanner:
    """Asked about every key that the system sends to the window; hands on later what had to wait."""

    def __init__(
        self,
        scanner: Scanner,
        *,
        report: Callable[[str], None],
        window: Any,  # noqa: ANN401 - a Gtk.Window
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Ask `scanner`, tell `report` of scans, and hand on to what had the focus in `window` and still has it."""
        self._window = window
        self._reader = Reader(scanner, report=report, hand_on=self._late, call_later=call_later, in_order=False)
        self._down: set[int] = set()

    def passes(self, key: Key, event: Any) -> bool:  # noqa: ANN401 - a Gdk.EventKey
        """Whether a key may go on to the page now. If not, it may be handed on later."""
        return self._reader.passes(self._stroke(key, event), event.time / 1000)

    def _stroke(self, key: Key, event: Any) -> Stroke:  # noqa: ANN401
        repeat = key.down and key.code in self._down
        (self._down.add if key.down else self._down.discard)(key.code)
        text = key.text if key.plain else ""
        native = _Native(event.copy(), self._window.get_focus())
        return Stroke(key.code, text=text, name=key.scanner_name, down=key.down, repeat=repeat, native=native)

    def _late(self, stroke: Stroke) -> None:
        """Hand a key on, past our filter, and not to another than it was meant for.

        The key that ends a warning is no key for the page below.
        """
        native = cast("_Native", stroke.native)
        if native.receiver is not None and native.receiver is self._window.get_focus():
            Gtk.main_do_event(native.event)
