"""WebKitGTK, by PyGObject: the other engine on Linux, from the distribution's packages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
from kiosk.errors import ConfigError, EngineUnavailable
from kiosk.shell.engines import authorities
from kiosk.shell.engines.base import Engine
from kiosk.shell.engines.gtk_environment import has_debugger
from kiosk.shell.engines.showing import Pane
from kiosk.shell.protocol import ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.gtk_keyboard import Keyboard
    from kiosk.shell.engines.gtk_own import OwnPane
    from kiosk.shell.engines.gtk_people import People
    from kiosk.shell.engines.gtk_stage import Stage
    from kiosk.shell.engines.gtk_visit import VisitPage
    from kiosk.shell.pages import OwnPage

_FRAME_MS = 250
"""How long a frame may take before it counts as drawn: a window that is hidden altogether draws none."""


class WebKitGtk(Engine):
    """The adapter."""

    name: ClassVar[str] = "webkitgtk"
    gui: ClassVar[str] = "gtk"

    _gtk: Any
    """kiosk.shell.engines.gtk_parts."""
    _window: Any
    _keyboard: Keyboard | None = None
    _windowed = False
    _screen = 0

    def prepare(
        self, *, folder: Path, language: str, look: Look, proxy: str, ca_file: Path | None, sandbox: bool
    ) -> None:
        if ca_file is not None:
            _trust(ca_file, folder)
        gtk = self._gtk = _import_parts()
        if not gtk.Gtk.init_check(None)[0]:
            raise EngineUnavailable("the display cannot be reached", hint=_NO_DISPLAY)
        self._sandbox = sandbox
        # Two contexts: nothing that a visit's page leaves behind is where our own pages are.
        self._contexts = [gtk.make_context(language=language, proxy=proxy, sandbox=sandbox) for _ in range(2)]
        own, visit = self._contexts
        self._panes: dict[Pane, OwnPane] = {}
        for pane in Pane:
            front = self._panes.get(Pane.FRONT)
            self._panes[pane] = gtk.OwnPane(
                pane=pane,
                context=own,
                engine=self,
                background=look.primary,
                related=front.page.view if front is not None else None,
            )
        self._panes[Pane.FRONT].warm_up()
        self._stage: Stage = gtk.Stage(look)
        self._remote: VisitPage = gtk.VisitPage(
            context=visit, folder=folder, engine=self, may_pop_up=lambda: not self._stage.is_over
        )

    def version(self) -> str:
        kit = self._gtk.WebKit2
        return f"{kit.get_major_version()}.{kit.get_minor_version()}.{kit.get_micro_version()}"

    def renderer(self) -> str:
        return self.version()

    def screens(self) -> list[ScreenSize]:
        places = [monitor.get_geometry() for monitor in self._gtk.monitors()]
        return [ScreenSize(place.width, place.height) for place in places]

    def attach(self, *, window: object) -> None:
        self._window = window
        self._stage.set_view(Pane.FRONT, self._panes[Pane.FRONT].page.view)
        self._gtk.take_over(self._window, self._stage.widget)
        self._gtk.WayBack(self._window)

    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        del lockdown  # everything is set, whatever is required
        pages: list[OwnPane | VisitPage] = [*self._panes.values(), self._remote]
        held = {
            **dict.fromkeys(LockdownFeature, all(each.page.locked for each in pages)),
            LockdownFeature.DEVELOPER_TOOLS: not has_debugger(os.environ),
            LockdownFeature.STORAGE_OF_ONE_VISIT: all(map(self._gtk.is_in_memory, self._contexts)),
            LockdownFeature.ENGINE_SANDBOX: self._sandbox
            and all(context.get_sandbox_enabled() for context in self._contexts),
        }
        return {feature: Enforcement.ENFORCED if held[feature] else Enforcement.FAILED for feature in LockdownFeature}

    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        self._screen, self._windowed = screen, windowed
        self.hidden = not self._gtk.place_window(self._window, screen=screen, windowed=windowed, spare=spare)
        self._people: People = self._gtk.People(
            self.people, window=self._window, deny=self.deny, touched=self._touched, call_later=self.call_later
        )

    def post(self, call: Callable[[], None]) -> None:
        self._gtk.GLib.idle_add(_once(call), priority=self._gtk.GLib.PRIORITY_DEFAULT)

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self._gtk.GLib.timeout_add(round(1000 * seconds), _once(call))

    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        own = self._panes[pane]
        self._stage.set_view(pane, own.page.view)
        own.load(page)

    def load_url(self, *, url: str) -> None:
        self._stage.set_visit(self._remote.page.view)
        self._remote.load(url, self._visit)

    def ping(self, *, answer: Callable[[], None]) -> None:
        self._remote.page.run("0", answer)

    def address(self) -> str:
        return self._remote.address()

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        self._remote.set_handoff(origin=origin, handoff=handoff, renew=renew)

    def use_keyboard(self, *, render: Callable[[str], OwnPage]) -> None:
        from kiosk.shell.engines.gtk_keyboard import Keyboard  # noqa: PLC0415 - few terminals have it

        self._keyboard = Keyboard(
            stage=self._stage, visit=self._remote.page, show=lambda kind: self.show_keys(render(kind))
        )

    def press_key(self, *, key: str) -> None:
        if self._keyboard is not None:
            self._keyboard.press(key)

    def arrange(self, *, over: bool) -> None:
        if over:
            self._gtk.close_popups(self._window)
        self._stage.arrange(over=over)

    def after_frame(self, call: Callable[[], None]) -> None:
        waiting = [call]

        def drawn(*_arguments: object) -> None:
            clock.disconnect(heard)
            run()

        def run() -> None:
            if waiting:
                self._window.get_display().flush()
                waiting.pop()()

        clock = self._window.get_frame_clock()
        heard = clock.connect("after-paint", drawn)
        self.call_later(_FRAME_MS / 1000, run)
        self._stage.widget.queue_draw()

    def set_cover(self, *, up: bool) -> None:
        if up:
            self._gtk.close_popups(self._window)
        self._stage.set_cover(up=up)
        self._remote.page.view.set_is_muted(up)
        self._gtk.clear_clipboards(self._window)

    def bring_to_front(self) -> None:
        self._gtk.clear_clipboards(self._window)
        self._gtk.present_window(self._window, screen=self._screen, windowed=self._windowed)

    def _touched(self, widget: Any) -> None:  # noqa: ANN401 - a Gtk.Widget
        if self._keyboard is not None:
            self._keyboard.touched(widget)


def _import_parts() -> Any:  # noqa: ANN401 - a module
    """Import what needs the engine. Raises EngineUnavailable."""
    try:
        from kiosk.shell.engines import gtk_parts  # noqa: PLC0415 - see there
    except ImportError as error:
        raise EngineUnavailable(f"the engine webkitgtk is not installed: {error.name or error} is missing") from None
    return gtk_parts


_NO_DISPLAY = "start the kiosk inside the graphical session of the terminal's account"


def _trust(ca_file: Path, folder: Path) -> None:
    """Let pages come from the authorities in `ca_file`, too: before WebKit is there, for its threads are in the way."""
    from kiosk.shell.engines import gtk_trust  # noqa: PLC0415 - few need it

    try:
        found = gtk_trust.authorities(ca_file)
    except OSError as error:
        raise authorities.unreadable(error) from None
    if not found:
        raise authorities.useless()
    try:
        added = gtk_trust.trust(found, folder=folder)
    except OSError as error:
        raise ConfigError(f"ca_file cannot be used with webkitgtk here: {error.strerror}", hint=_CA_ELSE) from None
    if not added:
        raise ConfigError("ca_file cannot be used with webkitgtk here: no list to add to was found", hint=_CA_ELSE)


_CA_ELSE = "add the authority to the system's own list, for instance by update-ca-certificates"


def _once(call: Callable[[], None]) -> Callable[[], bool]:
    """Return `call` as GLib wants it: one that is not called again."""

    def run() -> bool:
        call()
        return False

    return run
