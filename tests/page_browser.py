"""A Chromium in a process of its own that lays out our own pages, and tells what is to be seen in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Size = tuple[int, int]


class PageBrowser:
    """Each call is for the page that was shown last."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def show(self, html: str, size: Size, *, text: float = 1) -> float:
        """Lay `html` out in `size`, with text `text` times as large; return the milliseconds until its second frame."""
        return float(self._ask("show", html=html, size=size, text=text))

    def resize(self, size: Size) -> None:
        """Lay the page out in another size."""
        self._ask("resize", size=size)

    def run(self, script: str) -> Any:
        """Run `script` in a world of its own, and return what it gives to `tell(…)`, now or later."""
        return self._ask("run", script=script)

    def shoot(self, file: str) -> None:
        """Save a picture of the page."""
        self._ask("shoot", file=file)

    def tap(self, x: float, y: float) -> list[str]:
        """Press and release the mouse at a point, and return the addresses that the page then wanted to go to."""
        return list(self._ask("tap", at=[x, y]))

    def press(self, keys: Sequence[str]) -> list[str]:
        """Press keys by Qt's names, such as `Tab`; return the addresses that the page then wanted to go to."""
        return list(self._ask("press", keys=keys))

    def _ask(self, what: str, **values: object) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"what": what, **values}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the browser ended"
        return json.loads(line)


@contextmanager
def page_browser(**settings: str) -> Iterator[PageBrowser]:
    """Start the browser, without a display, with more `settings` as environment; end it."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu" + (" --no-sandbox" if os.geteuid() == 0 else ""),
        **settings,
    }
    command = [sys.executable, "-m", "tests.page_browser_process"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield PageBrowser(process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(10)
