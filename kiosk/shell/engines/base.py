"""What all engines have in common: which pages are shown where, and when that is reported.

An engine translates native questions into ours at its edge, asks `may_visit`, `may_load`, `may_leave`, `ask` or `said`,
and obeys; or says `deny` itself, also to a kind of question that it does not know. All methods run on the GUI thread,
but for `post`. What the visit's page may is decided in `permits`; what each engine does in its own way is `native`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.core.lockdown import LockdownFeature
from kiosk.core.origin import parse_origin
from kiosk.core.renewal import renewed_url
from kiosk.shell.engines.dialogs import PAGE as DIALOG
from kiosk.shell.engines.dialogs import Asked, DialogKind, Dialogs, shown
from kiosk.shell.engines.heartbeat import Heartbeat
from kiosk.shell.engines.permits import Permits
from kiosk.shell.engines.showing import Pane, Showing
from kiosk.shell.notices import PAGE as NOTICE
from kiosk.shell.protocol import (
    Covered,
    Event,
    LoadFailed,
    Painted,
    Playing,
    Presented,
    RendererGone,
    Said,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kiosk.core.navigation import OriginPattern
    from kiosk.shell.engines.input import Input
    from kiosk.shell.notices import Notices
    from kiosk.shell.pages import OwnPage


class Engine(Permits):
    """A native webview inside the window that pywebview made: what all of them have in common."""

    def __init__(
        self,
        *,
        emit: Callable[[Event], None],
        allow: Sequence[OriginPattern],
        listed_only: bool,
        people: Input,
        notices: Notices,
    ) -> None:
        """See Permits."""
        super().__init__(emit=emit, allow=allow, listed_only=listed_only, people=people, notices=notices)
        self._dialogs = Dialogs()
        self._heartbeat = Heartbeat(
            ping=self.ping,
            call_later=self.call_later,
            waits=lambda: self._dialogs.is_open,
            hung=lambda: self.renderer_gone("hung"),
        )
        self._pages: dict[Pane, OwnPage] = {}
        self._over = True
        self._covered = False
        self._sound = self._video = False
        self._drawn = self._presenting = False
        self.hidden = False
        """Whether the window is on no screen yet: a spare where none can lie below the others, under Wayland."""
        self._told: OwnPage | None = None

    # ── what the host calls ──

    def show_page(self, page: OwnPage) -> None:
        """Show a page of our own over everything else."""
        if page.name != DIALOG:
            self._dialogs.close()
        self._pages[Pane.FRONT] = page
        self._over = True
        self.load_page(page=page, pane=Pane.FRONT)

    def hide_page(self) -> None:
        """Show the visit's page again, if there is one that was painted."""
        self._dialogs.close()
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
        before = self._begin(visit=visit, url=url, origin=origin)
        self._dialogs.close()
        self._heartbeat.stop()
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
        self.hidden = False
        self.bring_to_front()
        self._presenting = True
        if self._drawn:
            self._presented()

    # ── what the engines call ──

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Show what a page of the visit asks and waits for, as a page of ours.

        `answer` is called once, at once or later: with what was typed (nothing, but for a prompt), or with None if it
        is cancelled: by the visitor, because nobody faces the page, or because it asks too often.
        """
        if self._over or self._covered or not self._visit.painted or not self._dialogs.open(answer):
            answer(None)
            self.deny(LockdownFeature.SCRIPT_DIALOGS, kind)
            return
        host = urlsplit(self.address()).hostname or ""
        self.show_dialog(Asked(kind, shown(text), shown(default), host))

    def show_dialog(self, asked: Asked) -> None:
        """Show a dialog, as a page of ours. An engine that cannot draw pages while one waits does it in its own way."""
        self.show_page(self.notices.of_dialog(asked))

    def answered(self, value: str | None) -> None:
        """Take the answer to the dialog: a second tap is not for the visit's page."""
        self.people.settle()
        self._dialogs.close(value)

    def said(self, *, pane: Pane, url: str) -> None:
        """Take what the page in `pane` says by going to `url`: an event if it is one of its words."""
        page = self._pages.get(pane)
        if page is None or (said := page.said(url)) is None:
            self.deny("navigation", "a page of our own goes nowhere")
            return
        word, value = said
        if page.name in {NOTICE, DIALOG}:
            self._closed(page, word, value)
            return
        if pane is Pane.KEYBOARD:
            self.press_key(key=value)
            return
        if word == "done":
            self._raise_cover()
        self._emit(Said(word, value))

    def show_keys(self, page: OwnPage) -> None:
        """Load `page` as the keyboard: what it says from now on is what is typed."""
        self._pages[Pane.KEYBOARD] = page
        self.load_page(page=page, pane=Pane.KEYBOARD)

    def page_ready(self, *, pane: Pane, page: OwnPage) -> None:
        """Put a page of our own on the glass: its first frame is there, and it may be wanted still."""
        if pane is not Pane.FRONT or page is not self._pages.get(pane):
            return
        if self._over or not self._visit.painted:
            self._lift_cover()
            self._arrange(over=True)
            if page is not self._told:
                self.after_frame(lambda: self._emit(Painted(0, page.name)))

    def page_loaded(self, *, pane: Pane, page: OwnPage) -> None:
        """Report a page of our own that a hidden window has loaded: its first frame comes with the window."""
        if self.hidden and pane is Pane.FRONT and page is self._pages.get(pane):
            self._told = page
            self._emit(Painted(0, page.name))

    def visit_ready(self, showing: Showing) -> None:
        """Put the visit's page on the glass: its first frame is there, if it is still wanted and did not fail."""
        if showing is not self._visit or showing.settled:
            return
        showing.settled = showing.painted = True
        if not self._over:
            self._lift_cover()
            self._arrange(over=False)
        self._heartbeat.begin()
        self.after_frame(lambda: self._visit_seen(showing))

    def _visit_seen(self, showing: Showing) -> None:
        """Report the visit's page, and only now draw the bar: it would have kept the page from the glass."""
        self._emit(Painted(showing.visit))
        if showing is self._visit and (bar := self._pages.get(Pane.BAR)):
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
        self._heartbeat.stop()
        self._dialogs.close()
        self._emit(RendererGone(self._visit.visit, reason))

    def plays(self, *, sound: bool | None = None, video: bool | None = None) -> None:
        """Take note of sound or a video of the visit's page that began or ended (None: no news), and report it."""
        before = self._sound or self._video
        self._sound = self._sound if sound is None else sound
        self._video = self._video if video is None else video
        if (now := self._sound or self._video) is not before:
            self._emit(Playing(now))

    def _closed(self, page: OwnPage, word: str, value: str) -> None:
        """Take the answer to a notice or a dialog: a second tap is not for the visit's page."""
        if page.name == NOTICE:
            self.people.settle()
            self.notices.closed()
        else:
            self.answered(value if word == "ok" else None)
        self.hide_page()

    def _notify(self, make: Callable[[], OwnPage | None]) -> None:
        """Show the notice that `make` returns, over a visit's page and nothing else."""
        if self._over or self._covered or not self._visit.painted:
            return
        if (page := make()) is not None:
            self.show_page(page)

    def _arrange(self, *, over: bool) -> None:
        self.people.face(self._pages[Pane.FRONT].name if over else "")
        self.arrange(over=over)
        self._drawn = True
        if self._presenting:
            self._presented()

    def _presented(self) -> None:
        self._presenting = False
        self.after_frame(lambda: self._emit(Presented()))

    def _raise_cover(self) -> None:
        if not self._covered:
            self._covered = True
            self._dialogs.close()
            self._pages.pop(Pane.FRONT, None)  # what is still on its way must not lift the cover
            self._visit.settled = True
            self.people.shut(shut=True)
            self.set_cover(up=True)

    def _lift_cover(self) -> None:
        if self._covered:
            self._covered = False
            self.people.shut(shut=False)
            self.set_cover(up=False)
