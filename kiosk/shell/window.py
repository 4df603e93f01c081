"""The window of a shell: pywebview opens it and runs the loop, the engine adapter locks it down, commands drive it.

This module and kiosk.shell.engines are the only homes of pywebview.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature, missing
from kiosk.errors import EngineUnavailable, ExitStatus, KioskError, LockdownFailed
from kiosk.shell.engines.choice import make_engine
from kiosk.shell.engines.switches import import_webview
from kiosk.shell.orders import Orders
from kiosk.shell.protocol import Closed, ProtocolError, Quit, Ready, Refused, Start
from kiosk.shell.sandbox import Sandbox, engine_sandbox, is_development_build

if TYPE_CHECKING:
    from kiosk.shell.link import Link


def run(link: Link, *, folder: Path, root_allowed: bool) -> int:
    """Open the window and serve it until the end; return the exit status. On the main thread."""
    try:
        start = link.read()
        if not isinstance(start, Start):
            return ExitStatus.USAGE
        return _Shell(link, start, folder=folder, sandbox=engine_sandbox(root_allowed=root_allowed)).run()
    except ProtocolError:
        return ExitStatus.USAGE
    except KioskError as error:
        link.emit(Refused(error.code, error.message, error.hint))
        return error.exit_status


class _Shell:
    """The window, its engine and the commands for it."""

    def __init__(self, link: Link, start: Start, *, folder: Path, sandbox: Sandbox) -> None:
        self._link = link
        self._start = start
        self._folder = folder
        self._sandbox = sandbox
        self._engine = make_engine(start, link.emit)
        self._orders = Orders(self._engine, start=start, emit=link.emit)

    def run(self) -> int:
        """Open the window; return when it is closed."""
        # The engine first: its processes start while pywebview is imported.
        _check_display()
        self._engine.prepare(
            folder=self._folder,
            language=self._start.language,
            look=self._start.look,
            proxy=self._start.proxy,
            ca_file=Path(self._start.ca_file) if self._start.ca_file else None,
            sandbox=self._sandbox is not Sandbox.OFF,
        )
        webview = import_webview()
        window = webview.create_window(
            self._start.look.brand,
            html="",
            js_api=None,
            frameless=not self._start.windowed,
            easy_drag=False,  # with it, Qt crashes on a frameless window
            fullscreen=False,  # the engine places the window: pywebview needs a window manager for it
            width=1280,
            height=800,
            hidden=True,
            confirm_close=False,
            background_color=self._start.look.primary,
            text_select=False,
            zoomable=False,
            draggable=False,
        )
        window.events.before_show += self._take_over
        window.events.closing += self._closing
        webview.start(
            gui=self._engine.gui, debug=False, http_server=False, private_mode=True, menu=[], ssl=False, icon=None
        )
        return ExitStatus.OK

    def _take_over(self, window: Any) -> None:  # noqa: ANN401 - pywebview's window, named so by its events
        """Lock the window down, show it and begin to listen. pywebview calls this before anything is shown."""
        try:
            self._engine.attach(window=window.native)
            lockdown = self._lockdown()
            report = self._engine.apply(lockdown=lockdown)
            if self._sandbox is not Sandbox.FULL:
                report[_SANDBOX] = Enforcement.FAILED
            if not self._start.probe:  # nothing is shown then, and the doctor has a row for each that falls short
                require(lockdown, report, engine=self._engine.name)
                start = self._start
                self._engine.place(screen=start.screen, windowed=start.windowed, spare=start.spare)
                if start.keyboard:
                    self._engine.use_keyboard(render=self._orders.keyboard_page)
            self._ready(report)
        except KioskError as error:
            self._refuse(error)
        except Exception as error:  # noqa: BLE001 - pywebview would log it and open the window all the same
            sys.excepthook(type(error), error, error.__traceback__)
            self._refuse(EngineUnavailable(f"{self._engine.name} does not start: {type(error).__name__}"))
        else:
            threading.Thread(target=self._listen, name="commands", daemon=True).start()

    def _lockdown(self) -> Lockdown:
        """Return what is required: all, but a development build goes on, and says so, with less of the sandbox."""
        spared = {_SANDBOX} if is_development_build() and self._sandbox is not Sandbox.FULL else set()
        return Lockdown(frozenset(LockdownFeature) - spared)

    def _ready(self, report: dict[LockdownFeature, Enforcement]) -> None:
        engine, enforcement = self._engine, {feature.value: held.value for feature, held in report.items()}
        self._link.emit(Ready(engine.name, engine.version(), enforcement, engine.renderer(), engine.screens()))

    def _refuse(self, error: KioskError) -> None:
        self._link.emit(Refused(error.code, error.message, error.hint))
        os._exit(error.exit_status)  # before pywebview can show the window

    def _closing(self) -> bool:
        """Tell that somebody closed the window. In a kiosk there is no button for it: a request is refused."""
        if self._start.windowed:
            self._link.emit(Closed())
        return self._start.windowed

    def _listen(self) -> None:
        status = ExitStatus.OK
        try:
            while (command := self._link.read()) is not None and not isinstance(command, Quit | Start):
                self._engine.post(partial(self._orders.obey, command))
        except ProtocolError as error:
            sys.stderr.write(f"the supervisor does not keep to the protocol: {error}\n")
            status = ExitStatus.USAGE
        os._exit(status)


_SANDBOX = LockdownFeature.ENGINE_SANDBOX


def require(lockdown: Lockdown, report: dict[LockdownFeature, Enforcement], *, engine: str) -> None:
    """Raise LockdownFailed if `report` falls short of `lockdown`."""
    if failed := missing(lockdown, report):
        raise LockdownFailed(
            f"{engine} does not enforce {', '.join(failed)}, so no window is shown",
            hint="install the versions that this program was tested with; `kiosk doctor` shows the whole table",
        )


def _check_display() -> None:
    """Raise EngineUnavailable if there is no display: Qt would abort without a word."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise EngineUnavailable(
            "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set",
            hint="start the kiosk inside the graphical session of the terminal's account",
        )
