"""Qt WebEngine (Chromium), by PySide6: the default on Linux."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, qVersion
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
from kiosk.core.sub_resources import is_private
from kiosk.shell.engines import authorities, qt_settings
from kiosk.shell.engines.base import Engine
from kiosk.shell.engines.dialogs import PAGE as DIALOG
from kiosk.shell.engines.qt_input import InputGuard
from kiosk.shell.engines.qt_none import keep_none
from kiosk.shell.engines.qt_own import OwnPane
from kiosk.shell.engines.qt_people import People
from kiosk.shell.engines.qt_stage import Stage
from kiosk.shell.engines.qt_visit import VisitPage
from kiosk.shell.engines.qt_window import clear_clipboards, place_window, present_window
from kiosk.shell.engines.showing import Pane
from kiosk.shell.pages import texts_of
from kiosk.shell.protocol import Painted, ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWebEngineWidgets import QWebEngineView

    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.dialogs import Asked, DialogKind
    from kiosk.shell.engines.qt_keyboard import Keyboard
    from kiosk.shell.pages import OwnPage

_FRAME_MS = 250
"""How long a frame may take before it counts as drawn: a window that is hidden altogether draws none."""


class _Poster(QObject):
    """Carries calls to the GUI thread."""

    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, call: Callable[[], None]) -> None:
        call()


class QtWebEngine(Engine):
    """The adapter. Chromium starts in `prepare`, before pywebview could change its flags."""

    name: ClassVar[str] = "qtwebengine"
    gui: ClassVar[str] = "qt"

    _window: QMainWindow
    _stage: Stage
    _keyboard: Keyboard | None = None

    def prepare(
        self, *, folder: Path, language: str, look: Look, proxy: str, ca_file: Path | None, sandbox: bool
    ) -> None:
        keep_none()
        if ca_file is not None:
            _trust(ca_file, folder)
        self._sandbox = sandbox
        inner = any(is_private(pattern.origin.host) for pattern in self._allow)
        flags = [*qt_settings.FLAGS, qt_settings.features(inner=inner), *(() if sandbox else (qt_settings.NO_SANDBOX,))]
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(flags)
        if not qt_settings.has_gpu():
            os.environ["QT_QUICK_BACKEND"] = "software"  # bench/first_paint: a third less than an emulated GPU
        # Chromium reads the program's arguments, too: it gets none.
        self._app = cast("QApplication | None", QApplication.instance()) or QApplication(["kiosk"])
        if proxy:
            qt_settings.use_proxy(proxy)
        self._look = look
        self._poster = _Poster()
        self._guard = InputGuard(deny=self.deny, popped_up=self._popped_up)
        # Two profiles: nothing that a visit's page leaves behind is where our own pages are.
        self._profiles = [qt_settings.make_profile(folder=folder, language=language) for _ in range(2)]
        own, visit = self._profiles
        self._panes = {pane: OwnPane(pane=pane, profile=own, engine=self, background=look.primary) for pane in Pane}
        self._remote = VisitPage(profile=visit, engine=self)

    def version(self) -> str:
        return qVersion()

    def renderer(self) -> str:
        return str(qWebEngineChromiumVersion())

    def screens(self) -> list[ScreenSize]:
        return [ScreenSize(screen.size().width(), screen.size().height()) for screen in self._app.screens()]

    def attach(self, *, window: object) -> None:
        self._window = cast("QMainWindow", window)
        view = cast("QWebEngineView", self._window.takeCentralWidget())
        # The end of its load would have pywebview put its scripts into whatever page is in the view then: ours.
        view.page().blockSignals(True)
        view.setPage(self._panes[Pane.FRONT].page)  # and pywebview's page, with its channel, is deleted
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._front = view
        self._stage = Stage(self._look)
        self._stage.adopt(view)
        self._window.setCentralWidget(self._stage)

    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        del lockdown  # everything is set, whatever is required
        self._guard.watch(self._window)
        pages: list[OwnPane | VisitPage] = [*self._panes.values(), self._remote]
        ours = self._front.page() is self._panes[Pane.FRONT].page and all(
            each.page.webChannel() is None for each in pages
        )
        attributes, actions = all(each.locked for each in pages), all(each.actions_off for each in pages)
        held = {
            **dict.fromkeys(LockdownFeature, ours and attributes),
            LockdownFeature.ACCELERATOR_KEYS: ours and actions,
            LockdownFeature.DEVELOPER_TOOLS: _no_debugger(),
            LockdownFeature.STORAGE_OF_ONE_VISIT: all(profile.isOffTheRecord() for profile in self._profiles),
            LockdownFeature.ENGINE_SANDBOX: self._sandbox,
        }
        return {feature: Enforcement.ENFORCED if held[feature] else Enforcement.FAILED for feature in LockdownFeature}

    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        self._windowed = windowed
        self.hidden = not place_window(self._window, screen=screen, windowed=windowed, spare=spare)
        self._people = People(self.people, self._window.windowHandle(), call_later=self.call_later)

    def post(self, call: Callable[[], None]) -> None:
        self._poster.posted.emit(call)

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        QTimer.singleShot(round(1000 * seconds), self._poster, call)

    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        own = self._panes[pane]
        self._stage.set_page(pane, own.page)
        own.load(page)

    def load_url(self, *, url: str) -> None:
        self._stage.set_visit(self._remote.page)
        self._remote.load(url, self._visit)

    def ping(self, *, answer: Callable[[], None]) -> None:
        self._remote.ping(answer)

    def address(self) -> str:
        return self._remote.address()

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        self._remote.set_handoff(origin=origin, handoff=handoff, renew=renew)

    def use_keyboard(self, *, render: Callable[[str], OwnPage]) -> None:
        from kiosk.shell.engines.qt_keyboard import Keyboard  # noqa: PLC0415 - few terminals have it

        self._keyboard = Keyboard(
            stage=self._stage, visit=self._remote.page, show=lambda kind: self.show_keys(render(kind))
        )

    def press_key(self, *, key: str) -> None:
        if self._keyboard is not None:
            self._keyboard.press(key)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        def ended(value: str | None) -> None:
            self._stage.close_dialog()
            answer(value)

        super().ask(kind=kind, text=text, default=default, answer=ended)

    def show_dialog(self, asked: Asked) -> None:
        from kiosk.shell.engines.qt_dialog import Dialog  # noqa: PLC0415 - few pages ask

        texts, right_to_left = texts_of(DIALOG, self.notices.language)
        dialog = Dialog(
            self._stage, asked, look=self._look, texts=texts, right_to_left=right_to_left, answer=self.answered
        )
        self._stage.open_dialog(dialog)
        self.after_frame(lambda: self._emit(Painted(0, DIALOG)))

    def arrange(self, *, over: bool) -> None:
        if over:
            self._close_popup()
        self._stage.arrange(over=over)

    def after_frame(self, call: Callable[[], None]) -> None:
        waiting = [call]

        def drawn() -> None:
            if waiting:
                waiting.pop()()

        self._guard.after_next_frame(lambda: QTimer.singleShot(0, drawn))
        QTimer.singleShot(_FRAME_MS, drawn)
        self._stage.touch_up()

    def set_cover(self, *, up: bool) -> None:
        if up:
            self._close_popup()
        self._stage.set_cover(up=up)
        self._remote.page.setAudioMuted(up)
        clear_clipboards()

    def bring_to_front(self) -> None:
        clear_clipboards()
        present_window(self._window, windowed=self._windowed)

    def _popped_up(self, popup: QWidget) -> None:
        """Let a page's list hang over the page, and over nothing else: it is a window of its own."""
        if self._stage.is_over:
            QTimer.singleShot(0, popup.close)
        else:
            self._people.watch_popup(popup.windowHandle())

    def _close_popup(self) -> None:
        if popup := self._app.activePopupWidget():
            popup.close()


def _trust(ca_file: Path, folder: Path) -> None:
    """Let pages come from the authorities in `ca_file`. Linux alone: elsewhere Chromium trusts what the system does."""
    if sys.platform != "linux":
        return
    from kiosk.shell.engines import nss  # noqa: PLC0415 - few need it, and it is slow

    try:
        trusted = nss.trust(ca_file, home=folder)
    except OSError as error:
        raise authorities.unreadable(error) from None
    if not trusted:
        raise authorities.useless()


def _no_debugger() -> bool:
    """Whether no variable asks for Chromium's remote debugging; the supervisor passes none."""
    return not any(name.startswith("QTWEBENGINE_REMOTE_DEBUGGING") for name in os.environ)
