"""Why nothing happened: the page that is shown when somebody asked for what this terminal does not do.

A notice answers a person, so there is none unless somebody just touched the visit's page, and the page cannot use it to
keep people busy: one at a time, and none right after one was closed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.core.links import readable, secrets_in, shareable
from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.pages import render_page
from kiosk.shell.qr import qr_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.core.look import Look
    from kiosk.shell.engines.dialogs import Asked
    from kiosk.shell.pages import OwnPage

ASKED = 2.0
"""Seconds after a press or its release in which what a page wants counts as what a person wants."""

PAUSE = 1.0
"""Seconds after a notice was closed in which there is no other."""

PAGE = "notice"

_KINDS: Mapping[str, str] = {
    LockdownFeature.DOWNLOADS: "download",
    LockdownFeature.FILE_CHOOSERS: "file",
    LockdownFeature.PRINT: "print",
}

_WEB = frozenset({"http", "https"})
_INNER = frozenset(
    {"about", "blob", "chrome", "data", "devtools", "file", "filesystem", "javascript", "kiosk", "view-source"}
)
"""Schemes that no link for people has: these are tricks, and refused in silence. The others are apps, mail, phones."""


class Notices:
    """Makes the notices of one visit, each if it is due."""

    def __init__(
        self,
        *,
        look: Look,
        language: str,
        acted: Callable[[float], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `acted` whether somebody did something on the visit's page in so many seconds."""
        self.language = language
        """Of what is shown now: the visitor's."""
        self._look = look
        self._acted = acted
        self._clock = clock
        self._closed = float("-inf")
        self._secrets: frozenset[str] = frozenset()

    def guard(self, *, url: str, handoff: Mapping[str, str | None] | None) -> None:
        """Have no notice say what somebody could use as the visitor: what a visit's page was opened with, or given."""
        self._secrets |= secrets_in(url, handoff)

    def of_address(self, url: str, *, here: str) -> OwnPage | None:
        """Return the notice about an address that does not open; `here` is where the visit's page is."""
        scheme = url.partition(":")[0].lower()
        if scheme in _INNER or not self._is_due():
            return None
        if scheme not in _WEB:
            return self._render(kind="blocked")
        shared = shareable(url, secrets=self._secrets | secrets_in(here))
        if shared is None:
            return self._render(kind="link")
        return self._render(kind="link", address=readable(shared), qr=qr_svg(shared))

    def of_feature(self, feature: str) -> OwnPage | None:
        """Return the notice about a LockdownFeature, if it is one that people ask for."""
        kind = _KINDS.get(feature)
        return self._render(kind=kind) if kind and self._is_due() else None

    def of_dialog(self, asked: Asked) -> OwnPage:
        """Return the page that asks in the name of the visit's."""
        data = {"kind": asked.kind, "text": asked.text, "default": asked.default, "host": asked.host}
        return render_page("dialog", language=self.language, look=self._look, data=data)

    def closed(self) -> None:
        """Take note that somebody closed one."""
        self._closed = self._clock()

    def _is_due(self) -> bool:
        return self._acted(ASKED) and self._clock() - self._closed >= PAUSE

    def _render(self, **data: object) -> OwnPage:
        return render_page(PAGE, language=self.language, look=self._look, data=data)
