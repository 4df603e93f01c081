"""Keys on their way back from WebKitGTK, when the focus has gone elsewhere meanwhile."""

from __future__ import annotations

from typing import Any

_Seen = tuple[int, int]


class WayBack:
    """Takes a key that a page did nothing with to the view that sent it back, and to no other.

    WebKit asks its page first and hands such a key to GTK once more, and that time its view passes it on. If it was Tab
    and the focus went with it, GTK would give it to the next view as a second Tab, and the view that it left would pass
    on the first key that it gets later, which its page would never see.
    """

    def __init__(self, window: Any) -> None:  # noqa: ANN401 - a Gtk.Window
        """Hear of every key before the widget that has the focus does."""
        self._seen: _Seen | None = None
        self._view: Any = None
        window.connect("key-press-event", self._pressed)

    def _pressed(self, window: Any, event: Any) -> bool:  # noqa: ANN401
        """Return whether the key goes no further."""
        seen, focus = (event.time, event.hardware_keycode), window.get_focus()
        if seen == self._seen and self._view is not None and focus is not self._view:
            self._view.event(event)
            return True
        self._seen, self._view = seen, focus
        return False
