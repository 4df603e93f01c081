"""Where the window is: over the whole screen, below everything as a spare, or in front, with the clipboard empty."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wv2_desktop import Desktop
    from kiosk.shell.engines.wv2_forms import Form, Screen
    from kiosk.shell.engines.wv2_runtime import Dotnet
    from kiosk.shell.engines.wv2_stage import Stage

_CLIPBOARD_TRIES, _CLIPBOARD_PAUSE = 20, 0.05


def screens(dotnet: Dotnet) -> list[Screen]:
    """Return the screens, the primary one first."""
    return sorted(dotnet.forms.Screen.AllScreens, key=lambda screen: not screen.Primary)


class Window:
    """The window that pywebview made."""

    def __init__(
        self,
        dotnet: Dotnet,
        desktop: Desktop,
        form: Form,
        stage: Stage,
        *,
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Take over `form`; `stage` is what is in it."""
        self._dotnet = dotnet
        self._desktop = desktop
        self._form = form
        self._stage = stage
        self._call_later = call_later
        self._windowed = False
        self.handle = form.Handle.ToInt64()
        stage.scale = desktop.scale(self.handle)

    def size(self) -> tuple[int, int]:
        """Return width and height, in the pixels in which Windows tells of presses."""
        whole = self._form.ClientRectangle
        return whole.Width, whole.Height

    def place(self, *, screen: int, windowed: bool) -> None:
        """Cover a screen, or stay a window with a frame."""
        self._windowed = windowed
        if not windowed:
            self._cover_screen(screen)

    def put_below(self) -> None:
        """Be below all others, and without the focus."""
        self._desktop.show_below(self.handle)

    def present(self) -> None:
        """Be in front, with the focus."""
        if self._windowed:
            self._form.Show()
            self._form.Activate()
            return
        self._desktop.show_above(self.handle)
        self._desktop.let_others_forward()
        self._stage.focus()

    def clear_clipboard(self, tries: int = _CLIPBOARD_TRIES) -> None:
        """Empty the clipboard, however often another program holds it right now."""
        if not self._desktop.clear_clipboard(self.handle) and tries > 1:
            self._call_later(_CLIPBOARD_PAUSE, lambda: self.clear_clipboard(tries - 1))

    def _cover_screen(self, screen: int) -> None:
        drawing, form = self._dotnet.drawing, self._form
        every = screens(self._dotnet)
        bounds = every[screen if 0 <= screen < len(every) else 0].Bounds
        form.ControlBox = False  # not ShowInTaskbar: it would make another window, and the pages would be gone
        form.MinimumSize = drawing.Size(1, 1)
        form.WindowState = self._dotnet.forms.FormWindowState.Normal
        form.Bounds = drawing.Rectangle(bounds.X, bounds.Y, bounds.Width, bounds.Height)
        self._stage.scale = self._desktop.scale(self.handle)
        self._stage.lay_out()
        self._desktop.hold_shortcuts()
        if not self._desktop.no_edge_gestures(self.handle):
            sys.stderr.write("swipes from the screen's edges could not be switched off for the window\n")
