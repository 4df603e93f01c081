"""The process of tests.page_browser: it reads what to do from standard input and answers on standard output."""

from __future__ import annotations

import ctypes
import json
import os
import sys

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineScript, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

_PATIENCE_MS = 20_000
_FONT = 16
_FRAMES, _FRAME_MS = 10, 150
_OURS = int(QWebEngineScript.ScriptWorldId.ApplicationWorld)
_DRAWN = "requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now())));"
_RESIZED = """
const look = () => %s.join() === [innerWidth, innerHeight].join() ? tell(null) : setTimeout(look, 5);
look();
"""
_AFTER_INPUT = "requestAnimationFrame(() => setTimeout(() => tell(null), 30));"


class Page(QWebEnginePage):
    """A page that goes nowhere: `wanted` has the addresses of ours that it asked for."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        """Listen to the page."""
        super().__init__(profile)
        self.wanted: list[str] = []
        self._count = 0
        self._marker = "tell " + os.urandom(8).hex()
        self._told: list[object] = []
        self._loop = QEventLoop()
        self._loading = QEventLoop()  # one of its own: a word that is said is a load that fails
        self.loadFinished.connect(lambda _: self._loading.quit())

    def acceptNavigationRequest(self, url, kind, main_frame, /):  # noqa: N802 - Qt's name
        address = QUrl(url).toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if address.startswith("kiosk:"):
            self.wanted.append(address)
            return False
        return True

    def javaScriptConsoleMessage(self, level, message, line, source, /):  # noqa: N802 - Qt's name
        if message.startswith(self._marker):
            self._told.append(json.loads(message.removeprefix(self._marker)))
            self._loop.quit()
        else:
            sys.stderr.write(f"{message} ({line})\n")

    def load_html(self, html: str) -> None:
        """Load `html`, and wait for the end of this very load: another, late, may end meanwhile."""
        self._count += 1
        address = QUrl(f"kiosk-page:test-{self._count}")
        self.setHtml(html, address)
        while self.url() != address or self.isLoading():
            self._loading.exec()

    def ask(self, script: str) -> object:
        """Return what `script` tells."""
        self._told.clear()
        teller = f"const tell = (result) => console.info({json.dumps(self._marker)} + JSON.stringify(result ?? null));"
        self.runJavaScript(f"{{{teller}\n{script}\n}}", _OURS)
        patience = QTimer(singleShot=True, interval=_PATIENCE_MS)
        patience.timeout.connect(self._loop.quit)
        patience.start()
        if not self._told:
            self._loop.exec()
        return self._told[0] if self._told else "no answer"


class Browser:
    """One view, one page."""

    def __init__(self) -> None:
        """Open the view, of which nobody sees anything."""
        self._profile = QWebEngineProfile()
        self._page = Page(self._profile)
        self._page.settings().setUnknownUrlSchemePolicy(
            QWebEngineSettings.UnknownUrlSchemePolicy.AllowUnknownUrlSchemesFromUserInteraction  # as the kiosk does
        )
        for attribute, on in (
            (QWebEngineSettings.WebAttribute.ShowScrollBars, False),
            (QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled, True),
        ):
            self._page.settings().setAttribute(attribute, on)
        self._view = QWebEngineView()
        self._view.setPage(self._page)
        self._view.show()

    def show(self, html: str, size: list[int], text: float) -> object:
        self._view.resize(*size)
        self._page.settings().setFontSize(QWebEngineSettings.FontSize.DefaultFontSize, round(_FONT * text))
        self._page.load_html(html)
        return self._page.ask(_DRAWN)

    def resize(self, size: list[int]) -> object:
        self._view.resize(*size)
        return self._page.ask(_RESIZED % json.dumps(size))

    def run(self, script: str) -> object:
        return self._page.ask(script)

    def shoot(self, file: str) -> None:
        """Save the view once it stays as it is: it is a few frames behind the page."""
        before, image = QImage(), self._view.grab().toImage()
        for _ in range(_FRAMES):
            if image == before:
                break
            loop = QEventLoop()
            QTimer.singleShot(_FRAME_MS, loop.quit)
            loop.exec()
            before, image = image, self._view.grab().toImage()
        image.save(file)

    def tap(self, at: list[float]) -> object:
        QTest.mouseClick(
            self._view.focusProxy(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*map(int, at))
        )
        return self._wanted()

    def press(self, keys: list[str]) -> object:
        for key in keys:
            QTest.keyClick(self._view.focusProxy(), getattr(Qt.Key, f"Key_{key}"))
        return self._wanted()

    def _wanted(self) -> list[str]:
        self._page.ask(_AFTER_INPUT)
        wanted, self._page.wanted = self._page.wanted, []
        return wanted


def _keep_none() -> None:
    """Make None immortal, as it is from Python 3.12 on.

    Every call of PySide6 6.12.0 that returns nothing drops one reference too many, and after some 5000 of them
    Python 3.11 aborts: "deallocating None".
    """
    if sys.version_info < (3, 12):
        ctypes.c_ssize_t.from_address(id(None)).value = 1 << 60


def main() -> None:
    """Obey until the end of standard input."""
    _keep_none()
    QApplication(["pages"])
    browser = Browser()
    for line in sys.stdin:
        job = json.loads(line)
        answer = getattr(browser, job.pop("what"))(**job)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    os._exit(0)  # nothing is kept, and Qt's own end is slow


if __name__ == "__main__":
    main()
