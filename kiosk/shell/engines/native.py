"""What each engine does in its own way, on the GUI thread.

A window has a pane in front for pages of our own, and below it a visit's page between two strips of our own: the
session bar and the keyboard. Over all of it there can be a cover.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.showing import Pane
    from kiosk.shell.pages import OwnPage
    from kiosk.shell.protocol import ScreenSize

BAR_HEIGHT = 52
"""Pixels of the session bar: a target for a finger (44), and little of the page."""


class Native(ABC):
    """What each engine does in its own way, in the order in which it is called."""

    name: ClassVar[str]
    gui: ClassVar[str]
    """pywebview's name of the toolkit."""

    @abstractmethod
    def prepare(
        self, *, folder: Path, language: str, look: Look, proxy: str, ca_file: Path | None, sandbox: bool
    ) -> None:
        """Start the engine, with nothing on the screen yet. Called before pywebview is imported.

        Raises ConfigError for a `ca_file` that the engine cannot use.
        """

    @abstractmethod
    def version(self) -> str:
        """Return the engine's version."""

    @abstractmethod
    def renderer(self) -> str:
        """Return the version of what draws the pages: for Qt WebEngine, Chromium's."""

    @abstractmethod
    def screens(self) -> list[ScreenSize]:
        """Return the screens, the primary one first."""

    @abstractmethod
    def attach(self, *, window: object) -> None:
        """Take over the native window: our own panes in place of pywebview's page."""

    @abstractmethod
    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        """Set every switch, and return what became of each feature. Called once, before anything is loaded."""

    @abstractmethod
    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        """Cover screen number `screen` (the primary one if there are fewer), or be a window with a frame.

        A `spare` does so below all other windows and without the focus, or stays hidden where that cannot be had.
        """

    @abstractmethod
    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread, in order. From any thread."""

    @abstractmethod
    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread, not before `seconds` are over."""

    @abstractmethod
    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        """Load a page of our own into a pane, which is not on the glass for that."""

    @abstractmethod
    def load_url(self, *, url: str) -> None:
        """Load the page of a visit, below what is on the glass."""

    @abstractmethod
    def ping(self, *, answer: Callable[[], None]) -> None:
        """Have the visit's page run an empty script, and call `answer` on the GUI thread when it did."""

    @abstractmethod
    def address(self) -> str:
        """Return the address that the visit's page is at."""

    @abstractmethod
    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """Give `handoff` to the scripts of pages of `origin` alone: before they run, and now too if `renew`."""

    @abstractmethod
    def use_keyboard(self, *, render: Callable[[str], OwnPage]) -> None:
        """Show `render(kind)` in the keyboard's pane whenever a text field of that kind has the focus in a visit."""

    @abstractmethod
    def press_key(self, *, key: str) -> None:
        """Have the visit's page get what a key of the keyboard's page stands for. It may be no such key."""

    @abstractmethod
    def arrange(self, *, over: bool) -> None:
        """Have the front pane on the glass (`over`), or the visit's page and its strips; and give it the focus."""

    @abstractmethod
    def after_frame(self, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread when what is arranged now is on the glass."""

    @abstractmethod
    def set_cover(self, *, up: bool) -> None:
        """Put a native cover over everything, silence the visit's page and empty the clipboards; or take it away."""

    @abstractmethod
    def bring_to_front(self) -> None:
        """Be a spare no longer: the window in front, with the focus. Empties the clipboards."""
