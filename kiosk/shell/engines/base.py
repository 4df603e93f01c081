"""What every engine can do, and what they have in common: whose page is shown, and what it may.

An engine translates native questions into ours at its edge, asks `decide` or `deny`, and obeys. All methods run on the
GUI thread, but for `post`. A kind of question that an engine does not know is logged and denied.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from kiosk.core.navigation import Decision, NavigationRequest, OriginPattern, Policy, Verdict
from kiosk.core.origin import Origin, parse_origin
from kiosk.shell.protocol import Blocked, Event, LoadFailed, Painted, RendererGone, Said, ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
    from kiosk.shell.pages import OwnPage

log = logging.getLogger(__name__)

BLOCKED_PER_SECOND = 5
"""Blocked events of one kind that are reported in a second; the rest is refused in silence."""


@dataclass(slots=True)
class Showing:
    """What the window was last told to show, and how far that is. A new one for every command."""

    visit: int = 0
    page: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    """What one of our own pages may navigate to, and the word that each stands for. See kiosk.shell.pages."""
    origin: Origin | None = None
    policy: Policy = field(default_factory=Policy)
    settled: bool = False
    """It was painted, or it failed: no second report."""


class Engine(ABC):
    """A native webview inside the window that pywebview made."""

    name: ClassVar[str]
    gui: ClassVar[str]
    """pywebview's name of the toolkit."""

    def __init__(self, *, emit: Callable[[Event], None], allow: Sequence[OriginPattern]) -> None:
        """Report by `emit`; `allow` is the operator's part of the allow-list."""
        self._emit = emit
        self._allow = tuple(allow)
        self._showing = Showing()
        self._reported: dict[str, tuple[int, int]] = {}

    # ── what each engine does in its own way, in the order in which it is called ──

    @abstractmethod
    def prepare(self, *, folder: Path, language: str, proxy: str, ca_file: Path | None, sandbox: bool) -> None:
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
        """Take over the native window: our own page on our own profile in place of pywebview's."""

    @abstractmethod
    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        """Set every switch, and return what became of each feature. Called once, before anything is loaded."""

    @abstractmethod
    def place(self, *, screen: int, windowed: bool) -> None:
        """Cover screen number `screen` (the primary one if there are fewer), or be a window with a frame."""

    @abstractmethod
    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread, in order. From any thread."""

    @abstractmethod
    def load_page(self, *, page: OwnPage) -> None:
        """Load a page of our own."""

    @abstractmethod
    def load_url(self, *, url: str) -> None:
        """Load the page of a visit."""

    @abstractmethod
    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """Give `handoff` to the scripts of pages of `origin` alone: before they run, and now too if `renew`."""

    # ── what the host calls ──

    def show_page(self, page: OwnPage) -> None:
        """Show a page of our own."""
        self._showing = Showing(page=page.name, words=page.words)
        self.load_page(page=page)

    def open_widget(self, *, visit: int, url: str, handoff: Mapping[str, str | None] | None) -> None:
        """Show a visit's page. Raises InvalidInput if no page may have that URL."""
        origin = parse_origin(url)
        policy = Policy((OriginPattern(origin), *self._allow))
        self._showing = Showing(visit=visit, origin=origin, policy=policy)
        self.set_handoff(origin=origin, handoff=handoff, renew=False)
        self.load_url(url=url)

    def hand_over(self, *, visit: int, handoff: Mapping[str, str | None]) -> None:
        """Give the page of `visit` a renewed token; nothing happens if another page is shown by now."""
        if self._showing.origin is not None and visit == self._showing.visit:
            self.set_handoff(origin=self._showing.origin, handoff=handoff, renew=True)

    # ── what the engines call ──

    def decide(self, *, url: str, main_frame: bool) -> bool:
        """Whether a frame may go to `url`. A word of our own page becomes an event."""
        word = self._showing.words.get(url) if main_frame else None
        request = NavigationRequest(
            url=f"kiosk:{word}" if word else url, main_frame=main_frame, from_own_page=word is not None
        )
        decision: Decision = self._showing.policy.decide(request)
        if decision.verdict is Verdict.OWN:
            self._emit(Said(decision.word))
        elif decision.verdict is Verdict.BLOCK:
            self.deny("navigation", decision.reason)
        return decision.verdict is Verdict.ALLOW

    def deny(self, feature: str, reason: str = "") -> None:
        """Report that the page asked for something that it may not have, unless it asks all the time."""
        second = int(time.monotonic())
        since, count = self._reported.get(feature, (second, 0))
        count = count + 1 if since == second else 1
        self._reported[feature] = (second, count)
        if count <= BLOCKED_PER_SECOND:
            self._emit(Blocked(self._showing.visit, feature, reason))

    def painted(self, showing: Showing) -> None:
        """Report the first real frame of what `showing` stands for, if it is still wanted and did not fail."""
        if showing is self._showing and not showing.settled:
            showing.settled = True
            self._emit(Painted(showing.visit, showing.page))

    def failed(self, reason: str) -> None:
        """Report that the page could not be loaded, once."""
        if not self._showing.settled:
            self._showing.settled = True
            self._emit(LoadFailed(self._showing.visit, reason))

    def renderer_gone(self, reason: str) -> None:
        """Report that the process that draws the page ended."""
        self._showing.settled = True
        self._emit(RendererGone(self._showing.visit, reason))
