"""Where a finger has to go: the middles of what can be touched on our own pages, as Chromium lays them out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kiosk.core.look import Look
from kiosk.shell.pages import render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.page_browser import PageBrowser, Size

Place = tuple[int, int]

_MIDDLES = """
tell([...document.querySelectorAll(%s)].map((element) => {
  const {x, y, width, height} = element.getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
}))
"""


class Places:
    """Finds them for a screen of `size` and the look that a kiosk has without configuration."""

    def __init__(self, browser: PageBrowser, size: Size) -> None:
        self._browser = browser
        self.size = size

    def of(self, page: str, selector: str, *, height: int | None = None, **data: object) -> list[Place]:
        """Return where the elements that `selector` names are, when `page` is shown with `data`."""
        self._show(page, data, height)
        return [(x, y) for x, y in self._browser.run(_MIDDLES % json.dumps(selector))]

    def _show(self, page: str, data: Mapping[str, object], height: int | None) -> None:
        html = render_page(page, language="en", look=Look(), data=data).html
        self._browser.show(html, self.size if height is None else (self.size[0], height))
