"""What lies where in the window, and over what: the front pane, the visit's page between two strips, and the cover.

Each page is in a panel of ours. Panels, unlike pages, can be put over each other at once and for certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from kiosk.core.look import Look
    from kiosk.shell.engines.wv2_core import CoreWebView2Controller
    from kiosk.shell.engines.wv2_forms import EventArgs, Form, Panel
    from kiosk.shell.engines.wv2_runtime import Dotnet

Place = Pane | None
"""A pane, or None for the visit's page."""

_FONT: Final = "Segoe UI"


class Stage:
    """The window's contents."""

    def __init__(self, dotnet: Dotnet, form: Form, look: Look) -> None:
        """Have a panel for each place, and the cover, hidden."""
        self._dotnet = dotnet
        self._form = form
        self._look = look
        self._colour = dotnet.drawing.ColorTranslator.FromHtml(look.primary)
        self._controllers: dict[Place, CoreWebView2Controller] = {}
        self._shown: set[Place] = {Pane.FRONT}
        self._over = True
        self._covered = False
        self._keyboard = 0
        self.scale = 1.0
        form.BackColor = self._colour
        self.panels = {place: self._new_panel() for place in (*Pane, None)}
        self._cover = self._new_cover()
        form.Resize += self._resized
        self.lay_out()

    def adopt(self, place: Place, controller: CoreWebView2Controller) -> None:
        """Have a page in its panel."""
        self._controllers[place] = controller
        controller.IsVisible = True
        self.lay_out()

    def show(self, place: Place) -> None:
        """Have a strip, or the visit's page, there from now on."""
        if place not in self._shown:
            self._shown.add(place)
            self.lay_out()

    def arrange(self, *, over: bool) -> None:
        """Have the front pane over the rest, or below it."""
        self._over = over
        self.lay_out()
        self.focus()

    @property
    def is_over(self) -> bool:
        """Whether the front pane or the cover is over the visit's page."""
        return self._over or self._covered

    @property
    def height(self) -> int:
        """The window's height in pixels of pages."""
        return round(self._form.ClientRectangle.Height / self.scale)

    def set_keyboard(self, height: int) -> None:
        """Leave `height` pixels of pages at the bottom for the keyboard: none hides it."""
        self._keyboard = height
        (self._shown.add if height else self._shown.discard)(Pane.KEYBOARD)
        self.lay_out()

    def set_cover(self, *, up: bool) -> None:
        """Show or hide the cover."""
        self._covered = up
        self._cover.Visible = up
        if up:
            self._cover.BringToFront()
            self._cover.Focus()
            self._cover.Refresh()

    def focus(self) -> None:
        """Give the focus to what is on top."""
        if self._covered:
            self._cover.Focus()
            return
        top: Place = Pane.FRONT if self._over else None
        if (controller := self._controllers.get(top)) is not None:
            controller.MoveFocus(self._dotnet.core.CoreWebView2MoveFocusReason.Programmatic)

    def move_focus(self, place: Place, *, forward: bool) -> None:
        """Go round what is on the glass, where Tab leaves a page: never into a page that another lies over."""
        ring: list[Place] = [Pane.FRONT] if self._over else [Pane.BAR, None]
        ring = [each for each in ring if each in self._controllers and each in self._shown]
        if self._covered or place not in ring:
            return
        reasons = self._dotnet.core.CoreWebView2MoveFocusReason
        following = ring[(ring.index(place) + (1 if forward else -1)) % len(ring)]
        self._controllers[following].MoveFocus(reasons.Next if forward else reasons.Previous)

    def lay_out(self) -> None:
        """Put everything where it is."""
        whole = self._form.ClientRectangle
        width, height = whole.Width, whole.Height
        bar, keyboard = round(BAR_HEIGHT * self.scale), round(self._keyboard * self.scale)
        below = height - keyboard
        places: dict[Place, tuple[int, int, int, int]] = {
            Pane.FRONT: (0, 0, width, height),
            Pane.BAR: (0, 0, width, bar),
            Pane.KEYBOARD: (0, below, width, keyboard),
            None: (0, bar, width, max(0, below - bar)),
        }
        for place, panel in self.panels.items():
            self._place(place, panel, places[place])
        front = self.panels[Pane.FRONT]
        front.BringToFront() if self._over else front.SendToBack()
        self._cover.Bounds = self._dotnet.drawing.Rectangle(0, 0, width, height)
        if self._covered:
            self._cover.BringToFront()

    def _place(self, place: Place, panel: Panel, at: tuple[int, int, int, int]) -> None:
        rectangle = self._dotnet.drawing.Rectangle
        panel.Bounds = rectangle(*at)
        panel.Visible = place in self._shown
        if (controller := self._controllers.get(place)) is not None:
            # Of no size, a page would draw nothing, and the first frame of the next would be late.
            controller.Bounds = rectangle(0, 0, max(1, at[2]), max(1, at[3]))

    def _new_panel(self) -> Panel:
        panel = self._dotnet.forms.Panel()
        panel.TabStop = False
        panel.BackColor = self._colour
        self._form.Controls.Add(panel)
        return panel

    def _new_cover(self) -> Panel:
        forms, drawing = self._dotnet.forms, self._dotnet.drawing
        cover, label = self._new_panel(), forms.Label()
        cover.Visible = False
        label.Text = self._look.brand
        label.UseMnemonic = False
        label.Dock = forms.DockStyle.Fill
        label.TextAlign = drawing.ContentAlignment.MiddleCenter
        label.ForeColor = drawing.ColorTranslator.FromHtml(self._look.accent)
        label.Font = drawing.Font(_FONT, 48.0, drawing.FontStyle.Bold, drawing.GraphicsUnit.Pixel)
        cover.Controls.Add(label)
        return cover

    def _resized(self, _sender: object, _args: EventArgs) -> None:
        self.lay_out()
