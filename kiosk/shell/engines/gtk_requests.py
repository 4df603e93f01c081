"""What the visit's pages may load besides themselves: rules that WebKit itself keeps to, in workers too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.shell.engines.gtk_toolkit import GLib, WebKit2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Requests:
    """The rules of one view. WebKit compiles them in a thread of its own, into a file in the visit's folder."""

    def __init__(self, content: Any, folder: Path) -> None:  # noqa: ANN401 - a WebKit2.UserContentManager
        """Have none: nothing is loaded before `use`."""
        self._content = content
        self._store = WebKit2.UserContentFilterStore.new(str(folder / "rules"))
        self._used = ""
        self._turn = 0

    def use(self, rules: str, *, then: Callable[[], None], failed: Callable[[], None]) -> None:
        """Have the view keep to `rules` (JSON) and to no others, and call `then`: at once if it does so already.

        Only the last of several calls is answered.
        """
        self._turn += 1
        turn = self._turn
        if rules == self._used:
            then()
            return
        self._used = ""

        def compiled(store: Any, result: Any) -> None:  # noqa: ANN401 - GIO's signature
            if turn != self._turn:
                return
            try:
                compiled_rules = store.save_finish(result)
            except GLib.Error:
                failed()
                return
            self._content.remove_all_filters()
            self._content.add_filter(compiled_rules)
            self._used = rules
            then()

        self._store.save(f"visit-{turn}", GLib.Bytes.new(rules.encode()), None, compiled)
