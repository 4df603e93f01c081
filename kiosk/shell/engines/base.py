"""What every engine can do, and what they have in common: which pages are shown where, and what they may.

A window has a pane in front for pages of our own, and below it a visit's page between two strips of our own: the
session bar and the keyboard. Over all of it there can be a cover. An engine translates native questions into ours at
its edge, asks `may_visit`, `said` or `deny`, and obeys. All methods run on the GUI thread, but for `post`. A kind of
question that an engine does not know is logged and denied.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from kiosk.core.navigation import NavigationRequest, OriginPattern, Policy, Verdict
from kiosk.core.origin import parse_origin
from kiosk.core.renewal import renewed_url
from kiosk.shell.engines.showing import Pane, Showing
from kiosk.shell.notices import PAGE as NOTICE
from kiosk.shell.protocol import (
    Blocked,
    Covered,
    Event,
    LoadFailed,
    Painted,
    Playing,
    Presented,
    RendererGone,
    Said,
    ScreenSize,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.input import Input
    from kiosk.shell.notices import Notices
    from kiosk.shell.pages import OwnPage

BLOCKED_PER_SECOND = 5
"""Blocked events of one kind that are reported in a second; the rest is refused in silence."""

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
    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        """Load a page of our own into a pane, which is not on the glass for that."""

    @abstractmethod
    def load_url(self, *, url: str) -> None:
        """Load the page of a visit, below what is on the glass."""

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


class Engine(Native):
    """A native webview inside the window that pywebview made: what all of them have in common."""

    def __init__(
        self, *, emit: Callable[[Event], None], allow: Sequence[OriginPattern], people: Input, notices: Notices
    ) -> None:
        """Report by `emit`; `allow` is the operator's part of the allow-list, `people` takes what they do."""
        self.people = people
        self.notices = notices
        self._emit = emit
        self._allow = tuple(allow)
        self._visit = Showing()
        self._pages: dict[Pane, OwnPage] = {}
        self._over = True
        self._covered = False
        self._reported: dict[str, tuple[int, int]] = {}

    # ── what the host calls ──

    def show_page(self, page: OwnPage) -> None:
        """Show a page of our own over everything else."""
        self._pages[Pane.FRONT] = page
        self._over = True
        self.load_page(page=page, pane=Pane.FRONT)

    def hide_page(self) -> None:
        """Show the visit's page again, if there is one that was painted."""
        self._over = False
        if self._visit.painted:
            self._arrange(over=False)

    def show_bar(self, page: OwnPage) -> None:
        """Show `page` as the session bar whenever a visit's page is there."""
        self._pages[Pane.BAR] = page
        if self._visit.painted:
            self.load_page(page=page, pane=Pane.BAR)

    def open_widget(
        self, *, visit: int, url: str, handoff: Mapping[str, str | None] | None, resume: bool = False
    ) -> None:
        """Show a visit's page, by a renewed URL with `resume`. Raises InvalidInput if no page may have that URL."""
        origin = parse_origin(url)
        before, self._visit = self._visit, Showing(visit, url, origin, Policy((OriginPattern(origin), *self._allow)))
        self.notices.guard(url=url, handoff=handoff)
        self.set_handoff(origin=origin, handoff=handoff, renew=False)
        if resume and before.painted and before.visit == visit:
            self._visit.painted = True  # what is on the glass stays there until the page has come again
            url = renewed_url(current=self.address(), old=before.url, new=url)
        else:
            self._over = False
        self.load_url(url=url)

    def hand_over(self, *, visit: int, handoff: Mapping[str, str | None]) -> None:
        """Give the page of `visit` a renewed token; nothing happens if another page is shown by now."""
        if self._visit.origin is not None and visit == self._visit.visit:
            self.notices.guard(url="", handoff=handoff)
            self.set_handoff(origin=self._visit.origin, handoff=handoff, renew=True)

    def cover(self) -> None:
        """Raise the cover, and report when it is on the glass."""
        self._raise_cover()
        self.after_frame(lambda: self._emit(Covered()))

    def present(self) -> None:
        """Come to the front, take no input for a moment, and report when a page is on the glass."""
        self.people.settle()
        self.bring_to_front()
        self.after_frame(lambda: self._emit(Presented()))

    # ── what the engines call ──

    def may_visit(self, *, url: str, main_frame: bool) -> bool:
        """Whether a frame of the visit's page may go to `url`."""
        decision = self._visit.policy.decide(NavigationRequest(url=url, main_frame=main_frame))
        if decision.verdict is not Verdict.ALLOW:
            self.deny("navigation", decision.reason)
            if main_frame:
                self.no_window(url=url)
        return decision.verdict is Verdict.ALLOW

    def no_window(self, *, url: str) -> None:
        """Tell whoever asked that `url` opens neither here nor in a window of its own."""
        self._notify(lambda: self.notices.of_address(url, here=self.address()))

    def said(self, *, pane: Pane, url: str) -> None:
        """Take what the page in `pane` says by going to `url`: an event if it is one of its words."""
        page = self._pages.get(pane)
        if page is None or (said := page.said(url)) is None:
            self.deny("navigation", "a page of our own goes nowhere")
            return
        word, value = said
        if page.name == NOTICE:
            self.notices.closed()
            self.people.settle()  # a second tap is not for the visit's page
            self.hide_page()
            return
        if pane is Pane.KEYBOARD:
            self.press_key(key=value)
            return
        if word == "done":
            self._raise_cover()
        self._emit(Said(word, value))

    def deny(self, feature: str, reason: str = "") -> None:
        """Report that a page asked for something that it may not have, unless it asks all the time."""
        second = int(time.monotonic())
        since, count = self._reported.get(feature, (second, 0))
        count = count + 1 if since == second else 1
        self._reported[feature] = (second, count)
        if count <= BLOCKED_PER_SECOND:
            self._emit(Blocked(self._visit.visit, feature, reason))
        self._notify(lambda: self.notices.of_feature(feature))

    def page_ready(self, *, pane: Pane, page: OwnPage) -> None:
        """Put a page of our own on the glass: its first frame is there, and it may be wanted still."""
        if pane is not Pane.FRONT or page is not self._pages.get(pane):
            return
        if self._over or not self._visit.painted:
            self._lift_cover()
            self._arrange(over=True)
            self.after_frame(lambda: self._emit(Painted(0, page.name)))

    def visit_ready(self, showing: Showing) -> None:
        """Put the visit's page on the glass: its first frame is there, if it is still wanted and did not fail."""
        if showing is not self._visit or showing.settled:
            return
        showing.settled = showing.painted = True
        if not self._over:
            self._lift_cover()
            self._arrange(over=False)
        self.after_frame(lambda: self._emit(Painted(showing.visit)))
        if bar := self._pages.get(Pane.BAR):
            self.load_page(page=bar, pane=Pane.BAR)

    def failed(self, reason: str) -> None:
        """Report that the visit's page could not be loaded, once."""
        if not self._visit.settled:
            self._visit.settled = True
            self._emit(LoadFailed(self._visit.visit, reason))

    def renderer_gone(self, reason: str, *, own: bool = False) -> None:
        """Report that the process that draws the visit's page, or one of our `own`, ended."""
        if own:
            self._emit(RendererGone(0, f"own-{reason}"))
            return
        self._visit.settled = True
        self._emit(RendererGone(self._visit.visit, reason))

    def playing(self, *, active: bool) -> None:
        """Report that sound or a video of the visit's page began or ended."""
        self._emit(Playing(active))

    def _notify(self, make: Callable[[], OwnPage | None]) -> None:
        """Show the notice that `make` returns, over a visit's page and nothing else."""
        if self._over or self._covered or not self._visit.painted:
            return
        if (page := make()) is not None:
            self.show_page(page)

    def _arrange(self, *, over: bool) -> None:
        self.people.face(self._pages[Pane.FRONT].name if over else "")
        self.arrange(over=over)

    def _raise_cover(self) -> None:
        if not self._covered:
            self._covered = True
            self._pages.pop(Pane.FRONT, None)  # one that is still on its way must not lift the cover
            self.people.shut(shut=True)
            self.set_cover(up=True)

    def _lift_cover(self) -> None:
        if self._covered:
            self._covered = False
            self.people.shut(shut=False)
            self.set_cover(up=False)
