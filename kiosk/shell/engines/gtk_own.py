"""A view of WebKitGTK for pages of our own. Nothing else can be loaded there, and only here words are said."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import scripts
from kiosk.shell.engines.gtk_page import Navigation, Page, Response
from kiosk.shell.engines.gtk_script import TELL
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.engines.dialogs import DialogKind
    from kiosk.shell.pages import OwnPage

_BASE = "kiosk-page:"
"""The address of our own pages: of a scheme that no policy allows, so no other page can be there."""

_AUTOFOCUS = (
    "document.activeElement === document.body && document.querySelector('[autofocus]')?.focus({preventScroll: true})"
)
"""WebKit does so by itself only for a page that has the focus when it comes: ours comes below another."""

# Where Tab leaves a page, WebKitGTK takes the focus from it and gives it to nothing: the next Tab would be lost.
_ROUND = """\
addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
  const stops = all.filter((each) => !each.disabled && each.tabIndex >= 0 && each.getClientRects().length);
  const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
  if (first && document.activeElement === last) { event.preventDefault(); first.focus(); }
});
"""


class OwnPane:
    """One pane's page."""

    def __init__(self, *, pane: Pane, context: Any, engine: Engine, background: str, related: Any = None) -> None:  # noqa: ANN401
        """Until a page is drawn there is `background`, a colour."""
        self._pane = pane
        self._engine = engine
        self._shown: OwnPage | None = None
        self._marker = ""
        self._drawn = True
        self._due: Counter[str] = Counter()
        """The addresses of what we load ourselves and was not asked about yet: the bar may load twice in a row."""
        self.page = Page(context=context, judge=self, background=background, related=related)
        if pane is Pane.FRONT:  # from the bar, Tab leads to the visit's page
            self.page.scripts.put("round", _ROUND)

    def warm_up(self) -> None:
        """Have the process start, with nothing to draw yet."""
        self._due[_BASE] += 1
        self.page.view.load_html("", _BASE)

    def load(self, page: OwnPage) -> None:
        """Show `page`."""
        self._shown = page
        self._marker = secrets.token_hex(16)
        self.page.scripts.put("reporter", scripts.paint_reporter(self._marker, tell=TELL))
        self._drawn = False
        self._put(page)

    def _put(self, page: OwnPage) -> None:
        """Have WebKit load `page`, unless it is on the glass already or another is wanted by now."""
        if page is self._shown and not self._drawn:
            self._due[_BASE + page.name] += 1
            self.page.view.load_html(page.html, _BASE + page.name)

    # ── what the page asks (gtk_page.Judge) ──

    def may_navigate(self, navigation: Navigation) -> bool:
        """Allow what `load` asked for, and hear what is said."""
        if self._due[navigation.url]:
            self._due[navigation.url] -= 1
            return True
        if (coming := self._shown) is not None and not self._drawn:
            # A tap on the page before it, and WebKit gives up the load that it had begun.
            self._engine.call_later(0, lambda: self._put(coming))
        self._engine.said(pane=self._pane, url=navigation.url)
        return False

    def may_show(self, response: Response) -> bool:
        """Refuse what a server sends: pages of our own come from none."""
        return response.status == 0

    def deny(self, feature: str, reason: str = "") -> None:
        """Report what the page may not have."""
        self._engine.deny(feature, reason)

    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None:
        """Ask nobody: pages of our own have no dialogs."""
        del text, default
        self.deny(LockdownFeature.SCRIPT_DIALOGS, kind)
        answer(None)

    def no_window(self, *, url: str) -> None:
        """Do nothing: pages of our own have no links."""

    def heard(self, text: str) -> None:
        """Take a message of our reporter's."""
        if self._shown is not None and self._marker and text.startswith(self._marker):
            self._drawn = True
            self.page.run(_AUTOFOCUS)
            self._engine.page_ready(pane=self._pane, page=self._shown)

    def load_changed(self, event: Any) -> None:  # noqa: ANN401
        """Say that a page is there that nobody sees yet: of what is seen, the reporter says when it is there."""
        if event.value_nick == "finished" and self._shown is not None:
            self._engine.page_loaded(pane=self._pane, page=self._shown)

    def load_failed(self, url: str, error: Any) -> None:  # noqa: ANN401
        """Do nothing: what failed is a word that was said."""

    def tls_failed(self) -> None:
        """Do nothing: there is no server."""

    def may_pop_up(self) -> bool:
        """Refuse: pages of our own have no lists that hang over others."""
        return False

    def process_ended(self, reason: str) -> None:
        """Report it, once for all panes: they share a process."""
        if self._pane is Pane.FRONT:
            self._engine.renderer_gone(reason, own=True)
