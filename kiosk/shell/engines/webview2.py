"""WebView2 (Chromium, as Edge brings it), by pywebview's .NET assemblies: the engine of Windows.

pywebview opens the window and runs the loop; its own page is never made (wv2_runtime.NoPage). Every page is a
controller of ours in a panel of ours, in one browser whose data is in the visit's folder and in memory.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, Final, cast

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
from kiosk.errors import LockdownFailed
from kiosk.shell.engines import scripts, wv2_runtime, wv2_settings
from kiosk.shell.engines.base import Engine
from kiosk.shell.engines.showing import Pane
from kiosk.shell.engines.wv2_desktop import Desktop
from kiosk.shell.engines.wv2_hook import Hooks
from kiosk.shell.engines.wv2_own import OwnPane
from kiosk.shell.engines.wv2_people import People
from kiosk.shell.engines.wv2_proxy import Proxy
from kiosk.shell.engines.wv2_scanner import Wv2Scanner
from kiosk.shell.engines.wv2_stage import Stage
from kiosk.shell.engines.wv2_tasks import Later, finish, guarded
from kiosk.shell.engines.wv2_visit import VisitPage
from kiosk.shell.engines.wv2_window import Window, screens
from kiosk.shell.protocol import ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.wv2_args import CoreWebView2MoveFocusRequestedEventArgs
    from kiosk.shell.engines.wv2_core import CoreWebView2Controller, CoreWebView2Environment
    from kiosk.shell.engines.wv2_forms import Form
    from kiosk.shell.engines.wv2_keyboard import Keyboard
    from kiosk.shell.engines.wv2_page import Page
    from kiosk.shell.engines.wv2_runtime import Dotnet
    from kiosk.shell.engines.wv2_stage import Place
    from kiosk.shell.pages import OwnPage

_OWN, _VISIT = "kiosk", "visit"
"""Two profiles: nothing that a visit's page leaves behind is where our own pages are."""

_TOOLS: Final = (
    "Page.setInterceptFileChooserDialog",
    "Input.setInterceptDrags",
    "Page.addScriptToEvaluateOnNewDocument",
    "Runtime.addBinding",
    "Target.setAutoAttach",
)
"""What the DevTools protocol has to do for us."""


class WebView2(Engine):
    """The adapter."""

    name: ClassVar[str] = "webview2"
    gui: ClassVar[str] = "edgechromium"

    _dotnet: Dotnet
    _desktop: Desktop
    _form: Form
    _window: Window
    _stage: Stage
    _environment: CoreWebView2Environment
    _remote: VisitPage
    _hooks: Hooks | None = None
    _keyboard: Keyboard | None = None

    def prepare(
        self, *, folder: Path, language: str, look: Look, proxy: str, ca_file: Path | None, sandbox: bool
    ) -> None:
        del ca_file  # pages come from whom Windows trusts: the operator adds an authority to its own list
        self._sandbox = sandbox
        self._folder = folder
        self._language = language
        self._look = look
        self._proxy = Proxy(proxy)
        self._dotnet = wv2_runtime.load()
        self._desktop = Desktop()
        forms = self._dotnet.forms
        forms.Application.SetUnhandledExceptionMode(forms.UnhandledExceptionMode.ThrowException)
        self._later = Later(self._dotnet)
        self._panes: dict[Pane, OwnPane] = {}
        self._held: dict[str, bool] = {}

    def version(self) -> str:
        return self._environment.BrowserVersionString

    def renderer(self) -> str:
        return self._environment.BrowserVersionString.partition(" ")[0]

    def screens(self) -> list[ScreenSize]:
        return [ScreenSize(screen.Bounds.Width, screen.Bounds.Height) for screen in screens(self._dotnet)]

    def attach(self, *, window: object) -> None:
        self._form = cast("Form", window)
        self._form.AutoScaleMode = self._dotnet.forms.AutoScaleMode.Inherit  # the stage knows the scale itself
        self._form.Handle.ToInt64()  # made now: the stage's panels are made in it
        self._stage = Stage(self._dotnet, self._form, self._look)
        self._window = Window(self._dotnet, self._desktop, self._form, self._stage, call_later=self.call_later)
        self._environment = self._start()
        for pane in (Pane.FRONT, Pane.BAR):
            self._make_pane(pane)
        self._remote = VisitPage(
            self._dotnet,
            self._environment,
            self._new_page(None, profile=_VISIT),
            engine=self,
            proxy=self._proxy,
        )

    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        del lockdown  # everything is set, whatever is required
        held = self._lock(self._all_pages())
        hooks, clean = self._watch_people(), self._is_clean()
        settings, tools = all(held.values()), {method: held[method] for method in _TOOLS}
        features = {
            **dict.fromkeys(LockdownFeature, settings and clean),
            LockdownFeature.ACCELERATOR_KEYS: settings and hooks,
            LockdownFeature.FILE_CHOOSERS: tools["Page.setInterceptFileChooserDialog"],
            LockdownFeature.DRAG_AND_DROP: held["AllowExternalDrop"] and tools["Input.setInterceptDrags"],
            LockdownFeature.DEVELOPER_TOOLS: held["AreDevToolsEnabled"] and clean,
            LockdownFeature.STORAGE_OF_ONE_VISIT: held["InPrivate"] and self._is_in_folder(),
            LockdownFeature.ENGINE_SANDBOX: self._sandbox and clean,
        }
        return {each: Enforcement.ENFORCED if features[each] else Enforcement.FAILED for each in LockdownFeature}

    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        self._window.place(screen=screen, windowed=windowed)
        # Later: pywebview hides the window once more after this.
        self.post(self._window.put_below if spare else self._window.present)

    def post(self, call: Callable[[], None]) -> None:
        self._form.BeginInvoke(self._dotnet.system.Action(guarded(call)))

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self._later.call(seconds, call)

    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        self._stage.show(pane)
        self._panes[pane].load(page)

    def load_url(self, *, url: str) -> None:
        if self._keyboard is not None:
            self._keyboard.hide()
        self._stage.show(None)
        self._remote.load(url, self._visit)

    def ping(self, *, answer: Callable[[], None]) -> None:
        self._remote.ping(answer)

    def address(self) -> str:
        return self._remote.address()

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        self._remote.set_handoff(origin=origin, handoff=handoff, renew=renew)

    def use_keyboard(self, *, render: Callable[[str], OwnPage]) -> None:
        from kiosk.shell.engines import wv2_keyboard  # noqa: PLC0415 - few terminals have it

        self._make_pane(Pane.KEYBOARD)
        if not all(self._lock([self._panes[Pane.KEYBOARD].page]).values()):
            raise LockdownFailed("webview2 does not lock the keyboard's page down, so no window is shown")

        def show(kind: str) -> None:
            self.show_keys(render(kind))
            self._remote.page.devtools.run(scripts.REVEAL)

        devtools = self._remote.page.devtools
        self._keyboard = wv2_keyboard.Keyboard(stage=self._stage, devtools=devtools, show=show)
        self._remote.on_focus(self._keyboard.focused)

    def press_key(self, *, key: str) -> None:
        if self._keyboard is not None:
            self._keyboard.press(key)

    def arrange(self, *, over: bool) -> None:
        self._stage.arrange(over=over)

    def after_frame(self, call: Callable[[], None]) -> None:
        # Panels are put over each other by Windows, at once; what is in them was drawn before they were.
        def drawn() -> None:
            self._desktop.flush()
            call()

        self.post(drawn)

    def set_cover(self, *, up: bool) -> None:
        self._stage.set_cover(up=up)
        self._remote.page.core.IsMuted = up
        self._window.clear_clipboard()

    def bring_to_front(self) -> None:
        self._window.clear_clipboard()
        self._window.present()

    # ── the browser ──

    def _start(self) -> CoreWebView2Environment:
        kinds = self._dotnet.core
        switches = wv2_settings.arguments(proxy_server=self._proxy.server)
        options = kinds.CoreWebView2EnvironmentOptions(switches, self._language, None, False, None)
        wv2_settings.set_environment(options)
        data = str(self._folder / "webview2")
        starting = kinds.CoreWebView2Environment.CreateAsync(None, data, options)
        return finish(self._dotnet, starting, what="browser")

    def _new_page(self, place: Place, *, profile: str) -> CoreWebView2Controller:
        options = self._environment.CreateCoreWebView2ControllerOptions()
        background = "#ffffff" if place is None else self._look.primary
        self._held[f"options of {place}"] = wv2_settings.set_options(
            options,
            profile=profile,
            language=self._language,
            background=self._dotnet.drawing.ColorTranslator.FromHtml(background),
        )
        panel = self._stage.panels[place]
        making = self._environment.CreateCoreWebView2ControllerAsync(panel.Handle, options)
        controller = finish(self._dotnet, making, what="page")
        forward = self._dotnet.core.CoreWebView2MoveFocusReason.Next

        def leave(_sender: object, event: CoreWebView2MoveFocusRequestedEventArgs) -> None:
            event.Handled = True
            self._stage.move_focus(place, forward=event.Reason == forward)

        controller.MoveFocusRequested += leave
        self._stage.adopt(place, controller)
        return controller

    def _make_pane(self, pane: Pane) -> None:
        controller = self._new_page(pane, profile=_OWN)
        self._panes[pane] = OwnPane(self._dotnet, self._environment, controller, pane=pane, engine=self)

    def _all_pages(self) -> list[Page]:
        return [*(own.page for own in self._panes.values()), self._remote.page]

    def _lock(self, pages: list[Page]) -> dict[str, bool]:
        """Set every switch of each page; return for each whether it is so on all."""
        for page in pages:
            read = wv2_settings.set_all(self._dotnet.core, page.core, page.controller, folder=self._folder)
            page.devtools.lock()
            last = page.core.CallDevToolsProtocolMethodAsync("Page.getFrameTree", "{}")
            finish(self._dotnet, last, what="answer")
            self._dotnet.forms.Application.DoEvents()  # who the answers before it are for
            read.update({method: page.devtools.answered.get(method, False) for method in _TOOLS})
            for name, so in read.items():
                self._held[name] = self._held.get(name, True) and so
        return self._held

    def _is_clean(self) -> bool:
        """Whether the browser was started with nothing that opens it: what it was really started with, not our wish."""
        line = self._desktop.command_line(int(self._remote.page.core.BrowserProcessId))
        no_variable = not any(name.startswith("WEBVIEW2_") for name in os.environ)
        return line != "" and no_variable and not wv2_settings.forbidden_in(line)

    def _is_in_folder(self) -> bool:
        return self._environment.UserDataFolder.lower().startswith(str(self._folder).lower())

    # ── people ──

    def _watch_people(self) -> bool:
        people = People(self.people, deny=self.deny, size=self._window.size, scanner=None)
        hooks = self._hooks = Hooks(
            window=self._window.handle,
            passes=people.passes,
            deny=lambda name: self.deny(LockdownFeature.ACCELERATOR_KEYS, name),
        )
        if self.people.scanner is not None:
            people.scanner = Wv2Scanner(
                self.people.scanner,
                report=self.people.scanned,
                hand_on=hooks.hand_on,
                call_later=self.call_later,
            )
        watched = self._desktop.watch_dialogs(
            self._window.handle, lambda: self.deny(LockdownFeature.BUILT_IN_PAGES, "a dialog of the browser's")
        )
        return hooks.install() and watched
