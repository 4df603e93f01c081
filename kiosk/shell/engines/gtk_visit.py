"""The visit's page in WebKitGTK: where it may go, whether it is there, and whether it plays something."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from kiosk.core.lockdown import LockdownFeature
from kiosk.core.origin import Origin, is_of
from kiosk.shell.engines import scripts
from kiosk.shell.engines.gtk_failures import is_ours, is_refused, reason_of
from kiosk.shell.engines.gtk_page import Navigation, Page, Response
from kiosk.shell.engines.gtk_requests import Requests
from kiosk.shell.engines.gtk_script import TELL
from kiosk.shell.engines.gtk_toolkit import WebKit2
from kiosk.shell.engines.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind

_Event = WebKit2.LoadEvent
_HTTP_ERROR = 400
_NO_CONTENT = frozenset({204, 205})
_PATIENCE = 5.0
"""Seconds that a process may go on hanging: a page may have much to do, and WebKit complains after 3."""

_SETTLE = 0.1
"""Seconds that a load may be stopped before it counts as failed: a page that goes on to another stops, too."""


class VisitPage:
    """One visit's page. Its process starts with the first URL that is loaded."""

    def __init__(self, *, context: Any, folder: Path, engine: Engine, may_pop_up: Callable[[], bool]) -> None:  # noqa: ANN401
        """Ask `engine` what the page may."""
        self._engine = engine
        self.may_pop_up = may_pop_up
        self._showing = Showing()
        self._marker = ""
        self._said = secrets.token_hex(16)
        self._asked: set[str] = set()
        self._here = ""
        """The address of the document that is in the window."""
        self._coming = self._arriving = False
        """Whether another is on its way, and whether it is here in part."""
        self._handoff: tuple[Origin, str] | None = None
        self._hung: Showing | None = None
        """The page that was last reported as hung."""
        self.page = Page(context=context, judge=self, background="white")
        self._requests = Requests(self.page.content, folder)
        self.page.view.connect("resource-load-started", self._loads)
        self.page.view.connect("notify::uri", self._moved)
        self.page.view.connect("notify::is-playing-audio", self._audible)
        self.page.view.connect("notify::is-web-process-responsive", self._responsive)
        context.connect("download-started", self._refuse_download)

    def load(self, url: str, showing: Showing) -> None:
        """Load `url`, which `showing` stands for."""
        self._showing = showing
        self._marker = secrets.token_hex(16)
        self._asked.clear()
        self.page.scripts.put("reporter", scripts.paint_reporter(self._marker, tell=TELL))
        self.page.scripts.put("media", scripts.media_reporter(self._marker, tell=TELL))
        self.page.scripts.put("loads", scripts.load_reporter(self._marker, tell=TELL), sub_frames=True)
        self._requests.use(
            self._engine.sub_resources.content_rules(page=url),
            then=lambda: self._begin(url),
            failed=lambda: self._engine.failed("other"),
        )

    def _begin(self, url: str) -> None:
        self._coming = True
        if "#" in url and self._here.partition("#")[0] == url.partition("#")[0]:
            self.page.run(scripts.reload_at(url))  # a new fragment alone would load nothing
        else:
            self.page.view.load_uri(url)

    def address(self) -> str:
        """Return where the page is."""
        return self._here

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        """See Native."""
        self.page.scripts.remove("handoff")
        self._handoff = None
        if handoff is None:
            return
        self._handoff = (origin, scripts.handoff(origin, handoff, said=self._said))
        if renew:
            self._insert_handoff()
            self.page.run(scripts.renewal(origin, handoff, said=self._said))

    # ── what the page asks (gtk_page.Judge) ──

    def may_navigate(self, navigation: Navigation) -> bool:
        """Decide about a navigation of any frame: WebKitGTK does not say of which."""
        blank = navigation.url.startswith("about:")
        allowed = self._engine.may_visit(url=navigation.url, main_frame=navigation.by_visitor and not blank)
        if allowed:
            self._asked.add(navigation.url)
            self._prepare_for(navigation.url)
        elif navigation.redirected and not self._is_there():
            self._engine.failed("blocked")
        return allowed

    def may_show(self, response: Response) -> bool:
        """Refuse what is no page, and a first page that is an error."""
        if response.main_frame and response.status in _NO_CONTENT:
            self._engine.failed("not-a-page")
            return False
        if not response.is_page:
            self._engine.deny("downloads", "not a page")
            if response.main_frame:
                self._engine.failed("not-a-page")
            return False
        if response.main_frame and response.status >= _HTTP_ERROR and not self._showing.settled:
            self._engine.failed(f"http-{response.status}")
            return False
        return True

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Show what the page asks."""
        self._engine.ask(kind=kind, text=text, default=default, answer=answer)

    def no_window(self, *, url: str) -> None:
        """Take note of an address that a person wanted in a window of its own."""
        self._engine.no_window(url=url)

    def heard(self, text: str) -> None:
        """Take a message of one of our reporters, or drop one of a page before."""
        if not self._marker or not text.startswith(self._marker):
            return
        said = text.removeprefix(self._marker)
        if said in scripts.MEDIA_WORDS:
            self._engine.plays(video=said == scripts.PLAYING)
        elif said.startswith(scripts.FAILED):
            self._engine.may_load(url=said.removeprefix(scripts.FAILED), page=self._showing.url)
        else:
            self._engine.visit_ready(self._showing)

    def load_changed(self, event: Any) -> None:  # noqa: ANN401
        """Follow the load of the main frame."""
        if event == _Event.STARTED:
            self._coming = True
        elif event == _Event.COMMITTED:
            self._coming = False
            self._arriving = True
            self._engine.plays(video=False)
            self._arrived_at(self.page.view.get_uri() or "")
        elif event == _Event.FINISHED:
            self._coming = self._arriving = False

    def load_failed(self, url: str, error: Any) -> None:  # noqa: ANN401
        """Report a load that failed, unless we stopped it, or something else took its place."""
        self._coming = False
        if url not in self._asked and self._arriving and not is_ours(error):
            # A redirect to what WebKit itself refuses (data:): it has emptied the page by now, and asked nobody.
            self._left()
        if url not in self._asked or is_ours(error):
            return
        if (reason := reason_of(error)) is not None:
            self._engine.failed(reason)
            return
        showing = self._showing
        self._engine.call_later(_SETTLE, lambda: self._stopped(showing))

    def tls_failed(self) -> None:
        """Report it."""
        self._coming = False
        self._engine.failed("tls")

    def process_ended(self, reason: str) -> None:
        """Report it."""
        self._here = ""
        self._coming = False
        self._engine.plays(video=False, sound=False)
        self._engine.renderer_gone(reason)

    # ── signals ──

    def _stopped(self, showing: Showing) -> None:
        """Take a stopped load for a failed one, unless the page is there (it goes on to another) or another loads."""
        if showing is self._showing and not self._is_there() and not self.page.view.is_loading():
            self._engine.failed("not-a-page")

    def _moved(self, view: Any, _name: object) -> None:  # noqa: ANN401
        """Take note of where a page moves within itself. While another is coming, WebKit says where that will be."""
        if not self._coming:
            self._here = view.get_uri() or ""

    def _arrived_at(self, url: str) -> None:
        self._here = url
        if url.startswith("about:"):
            # A frame may be empty, the whole page may not.
            self._left()

    def _left(self) -> None:
        """Report a white screen for good."""
        self._showing.settled = False
        self._engine.failed("left")

    def _is_there(self) -> bool:
        """Whether the document in the window is one that was asked for."""
        return self._here in self._asked

    def _refuse_download(self, _context: object, download: Any) -> None:  # noqa: ANN401
        download.cancel()
        self._engine.deny("downloads")

    def _responsive(self, view: Any, _name: object) -> None:  # noqa: ANN401
        """Take note of a process that WebKit has waited for, for some seconds, and wait some more."""
        if not view.get_is_web_process_responsive():
            showing = self._showing
            self._engine.call_later(_PATIENCE, lambda: self._still_hangs(showing))

    def _still_hangs(self, showing: Showing) -> None:
        hangs = not self.page.view.get_is_web_process_responsive() and not self.page.waits
        if hangs and showing is self._showing and showing is not self._hung:
            self._hung = showing
            self._engine.renderer_gone("hung")

    def _loads(self, _view: object, resource: Any, _request: object) -> None:  # noqa: ANN401
        resource.connect("failed", self._load_refused)

    def _load_refused(self, _resource: object, error: Any) -> None:  # noqa: ANN401
        """Report a request that led by a redirect to where it may not go. WebKit does not say where that is."""
        if is_refused(error):
            listed_only = self._engine.sub_resources.listed_only
            feature = LockdownFeature.SUB_RESOURCES if listed_only else LockdownFeature.PRIVATE_NETWORK
            self._engine.deny(feature, "redirect")

    def _audible(self, view: Any, _name: object) -> None:  # noqa: ANN401
        self._engine.plays(sound=bool(view.is_playing_audio()))

    # ── the handoff ──

    def _prepare_for(self, url: str) -> None:
        """Have the handoff in the page that is about to come if it is of the right origin, and in no other."""
        if self._handoff is not None and is_of(url, self._handoff[0]):
            self._insert_handoff()
        else:
            self.page.scripts.remove("handoff")

    def _insert_handoff(self) -> None:
        if self._handoff is not None and "handoff" not in self.page.scripts:
            self.page.scripts.put("handoff", self._handoff[1], ours=False)
