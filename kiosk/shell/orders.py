"""What each command of the supervisor has an engine do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import InvalidInput
from kiosk.shell.pages import render_page
from kiosk.shell.protocol import (
    Command,
    Cover,
    HandOver,
    HidePage,
    LoadFailed,
    OpenWidget,
    Present,
    ShowBar,
    ShowPage,
    Start,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.pages import OwnPage
    from kiosk.shell.protocol import Event


class Orders:
    """Carries commands out, on the GUI thread."""

    def __init__(self, engine: Engine, *, start: Start, emit: Callable[[Event], None]) -> None:
        """Pages of our own look as `start` says."""
        self._engine = engine
        self._look = start.look
        self._language = start.language
        self._emit = emit
        self._bar: ShowBar | None = None

    def obey(self, command: Command) -> None:
        """Do what `command` says. Start and Quit are not for here."""
        if isinstance(command, ShowPage | ShowBar):
            self._engine.notices.language = command.language
        match command:
            case ShowPage(page=name, language=language, code=code, data=data):
                page = render_page(name, language=language, look=self._look, code=code, data=data)
                self._engine.show_page(page)
            case HidePage():
                self._engine.hide_page()
            case ShowBar():
                self._show_bar(command)
            case OpenWidget():
                self._open(command)
            case HandOver(visit=visit, handoff=handoff):
                self._engine.hand_over(visit=visit, handoff=handoff)
            case Cover():
                self._engine.cover()
            case Present():
                self._engine.present()
            case _:
                pass

    def keyboard_page(self, kind: str) -> OwnPage:
        """Return the keyboard for a kind of field, in the visitor's language."""
        language = self._bar.language if self._bar is not None else self._language
        return render_page("keyboard", language=language, look=self._look, data={"layout": kind})

    def _open(self, command: OpenWidget) -> None:
        try:
            self._engine.open_widget(
                visit=command.visit, url=command.url, handoff=command.handoff, resume=command.resume
            )
        except InvalidInput:
            self._emit(LoadFailed(command.visit, "refused"))
        if self._bar is None:
            self._show_bar(ShowBar(self._language, ""))

    def _show_bar(self, bar: ShowBar) -> None:
        """Draw the session bar if it says something new: drawn again, it blinks."""
        if bar == self._bar:
            return
        self._bar = bar
        data = {"account": bar.account, "balance": bar.balance, "left": bar.left}
        self._engine.show_bar(render_page("bar", language=bar.language, look=self._look, data=data))
