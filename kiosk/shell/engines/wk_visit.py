"""The visit's page in WKWebView: where it may go, whether it is there, and whether it plays something."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.core.origin import Origin, is_of
from kiosk.shell.engines import scripts, wk_errors
from kiosk.shell.engines.key_strip import FOCUS_WORD
from kiosk.shell.engines.showing import Showing
from kiosk.shell.engines.wk_page import Page
from kiosk.shell.engines.wk_rules import ContentRules
from kiosk.shell.engines.wk_script import TELL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_settings import Switches
    from kiosk.shell.engines.wk_trust import Authorities

_HTTP_ERROR: Final = 400
_SETTLE: Final = 0.1
"""Seconds that a load may be stopped before it counts as failed: a page that goes on to another stops, too."""


class VisitPage(Page):
    """One visit's page. Its process starts with the first URL that is loaded."""

    def __init__(
        self,
        *,
        cocoa: Cocoa,
        store: ObjC,
        engine: Engine,
        switches: Switches,
        authorities: Authorities | None,
        folder: Path,
    ) -> None:
        """Keep compiled content rules in `folder`."""
        super().__init__(cocoa=cocoa, store=store, engine=engine, switches=switches, authorities=authorities)
        self._showing = Showing()
        self._marker = ""
        self._said = secrets.token_hex(16)
        self._asked: set[str] = set()
        self._arrived = False
        self._saves = False
        self._handoff: tuple[Origin, str] | None = None
        self._rules = ContentRules(cocoa, folder=folder, controller=self.scripts.controller)
        self.on_focus: Callable[[str, ObjC], None] | None = None
        """Called with the kind of text field that has the focus now (empty: none), and its frame."""

    @property
    def has_rules(self) -> bool:
        """Whether what the page may load can be restricted."""
        return self._rules.is_possible

    def load(self, url: str, showing: Showing, *, rules: str) -> None:
        """Load `url`, which `showing` stands for, as soon as the content `rules` hold."""
        self._showing = showing
        self._marker = secrets.token_hex(16)
        self._asked.clear()
        self._arrived = self._saves = False
        self.scripts.put("reporter", scripts.paint_reporter(self._marker, tell=TELL))
        self.scripts.put("media", scripts.media_reporter(self._marker, tell=TELL))
        self._rules.use(rules, ready=lambda: self._go(url, showing), failed=lambda: self._cannot_load(showing))

    def _go(self, url: str, showing: Showing) -> None:
        if showing is not self._showing:
            return  # another was wanted while the rules were compiled
        if "#" in url and self.address().partition("#")[0] == url.partition("#")[0]:
            self.run(scripts.reload_at(url))  # a new fragment alone would load nothing
        else:
            self.view.loadRequest_(self.cocoa.NSURLRequest.requestWithURL_(self.cocoa.NSURL.URLWithString_(url)))

    def _cannot_load(self, showing: Showing) -> None:
        """Load nothing without the rules."""
        if showing is self._showing:
            self._engine.failed("other")

    def ping(self, answer: Callable[[], None]) -> None:
        """See Native. Whether something plays is asked along."""
        self.run("0", done=lambda _result, error: answer() if error is None else None)
        self.view.requestMediaPlaybackStateWithCompletionHandler_(
            lambda state: self._engine.plays(sound=state == self.cocoa.WKMediaPlaybackStatePlaying)
        )

    def silence(self, *, on: bool) -> None:
        """Stop all sound and video, or let it go on."""
        self.view.setAllMediaPlaybackSuspended_completionHandler_(on, None)
        if self.view.respondsToSelector_("_setPageMuted:"):  # what a script makes by Web Audio, too
            self.view._setPageMuted_(int(on))  # _WKMediaAudioMuted is 1

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """See Engine."""
        self.scripts.remove("handoff")
        self._handoff = None
        if handoff is None:
            return
        self._handoff = (origin, scripts.handoff(origin, handoff, said=self._said))
        if renew:
            self._put_handoff()
            self.run(scripts.renewal(origin, handoff, said=self._said))

    # ── wk_delegate.Judge ──

    def may_navigate(self, *, url: str, main_frame: bool) -> bool:
        """Decide about a navigation."""
        allowed = self._engine.may_visit(url=url, main_frame=main_frame)
        if not main_frame:
            return allowed
        if allowed:
            self._asked.add(url)
            self._prepare_for(url)
        elif self._asked and not self._arrived and not self._showing.painted:
            self._engine.failed("blocked")  # no page is there to ask: our own load was sent elsewhere
        return allowed

    def may_show(self, response: ObjC) -> bool:
        """Whether what came is a page. One of an error is not shown as the visit's first: our own says it."""
        shows = super().may_show(response)
        if not response.isForMainFrame():
            return shows
        self._saves = not shows
        status = wk_errors.status_of(response.response())
        if shows and status >= _HTTP_ERROR and not self._arrived:
            self._engine.failed(f"http-{status}")
            return False
        return shows

    def no_window(self, *, url: str) -> None:
        """Take note of an address that a person wanted in a window of its own."""
        self._engine.no_window(url=url)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Have the visitor answer."""
        self._engine.ask(kind=kind, text=text, default=default, answer=answer)

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        super().deny(feature, reason)
        if feature == LockdownFeature.TLS_ERRORS and not self._arrived:
            self._engine.failed("tls")

    def blocked(self, url: str) -> None:
        """Report what the content rules refused, as what the policy would have said."""
        if self._engine.may_load(url=url, page=self.address()):
            self.deny(LockdownFeature.SUB_RESOURCES, "content rules")

    def committed(self) -> None:
        """Take note of a document that nobody was asked for: a white screen for good (`about:blank`)."""
        self._engine.plays(video=False)
        if self.address() in self._asked:
            self._arrived = True
        elif self._arrived:
            self._showing.settled = False
            self._engine.failed("left")

    def finished(self) -> None:
        """Run our scripts once more, where they did not run before."""
        if self._arrived:
            self.run(scripts.paint_reporter(self._marker, tell=TELL))
            self.run(scripts.media_reporter(self._marker, tell=TELL))

    def failed(self, error: ObjC) -> None:
        """Take note that a document did not come."""
        reason = wk_errors.reason_of(self.cocoa, error)
        if reason == "tls":
            self.deny(LockdownFeature.TLS_ERRORS, "not trusted")
        elif reason and not self._arrived:
            self._engine.failed(reason)
        if reason:
            return
        showing = self._showing
        self._engine.call_later(_SETTLE, lambda: self._stopped(showing))

    def _stopped(self, showing: Showing) -> None:
        """Take a stopped load for a failed one, unless the page is there (it goes on to another) or another loads."""
        if showing is self._showing and not self._arrived and (self._saves or not self.view.isLoading()):
            self._engine.failed("not-a-page")

    def ended(self) -> None:
        """Report it."""
        self._engine.plays(sound=False, video=False)
        self._engine.renderer_gone("ended")

    def heard(self, text: str, frame: ObjC) -> None:
        """Take what a script of ours says."""
        if self.on_focus is not None and text.startswith(FOCUS_WORD):
            self.on_focus(text.removeprefix(FOCUS_WORD), frame)
            return
        if not frame.isMainFrame() or not self._marker or not text.startswith(self._marker):
            return
        said = text.removeprefix(self._marker)
        if said in scripts.MEDIA_WORDS:
            self._engine.plays(video=said == scripts.PLAYING)
        elif self._arrived:
            self._engine.visit_ready(self._showing)

    # ── the handoff ──

    def _prepare_for(self, url: str) -> None:
        """Have the handoff in the page that is about to come if it is of the right origin, and in no other."""
        if self._handoff is not None and is_of(url, self._handoff[0]):
            self._put_handoff()
        else:
            self.scripts.remove("handoff")

    def _put_handoff(self) -> None:
        if self._handoff is not None and not self.scripts.has("handoff"):
            self.scripts.put("handoff", self._handoff[1], ours=False)
