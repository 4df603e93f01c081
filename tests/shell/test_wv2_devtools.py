"""What the webview2 adapter has the DevTools protocol do, in a real Chromium: WebView2's engine under another name.

The protocol goes through a pipe here, and through CallDevToolsProtocolMethodAsync there.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.shell.engines import scripts, wv2_settings
from kiosk.shell.engines.wv2_devtools import DevTools
from kiosk.shell.engines.wv2_keyboard import FOCUS, strokes
from tests.shell.pages_server import Answer, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PATIENCE = 30.0
MARKER = "5ca1ab1e"


class Pipe:
    """A Chromium without a window, and one page of it: wv2_devtools.Wire."""

    def __init__(self, folder: Path) -> None:
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        switches = [*wv2_settings.FLAGS, f"--user-data-dir={folder}"]
        flags = ["--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--site-per-process", *switches]
        # Chromium takes the pipe by the numbers 3 and 4, which this process has for something else.
        take = f"exec 3<&{to_browser} 4>&{from_browser}; exec chromium {' '.join(map(_quoted, flags))} about:blank"
        self._browser = subprocess.Popen(
            ["/bin/bash", "-c", take],
            pass_fds=[to_browser, from_browser],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._waiting: dict[int, Callable[[dict[str, Any] | None], None] | None] = {}
        self._handlers: dict[str, list[Callable[[dict[str, Any], str], None]]] = {}
        self._page = ""
        self.errors: list[str] = []

    def open_page(self) -> str:
        """Speak with a new page from now on; return its number."""
        self._page = ""
        self._handlers.clear()
        self.errors.clear()
        target = str(self.ask("Target.createTarget", {"url": "about:blank"})["targetId"])
        self._page = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        return target

    def close_page(self, target: str) -> None:
        self._page = ""
        self._handlers.clear()
        self.ask("Target.closeTarget", {"targetId": target})

    def close(self) -> None:
        os.close(self._out)
        self._browser.terminate()
        self._browser.wait(timeout=PATIENCE)
        os.close(self._in)

    # ── wv2_devtools.Wire ──

    def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        session: str = "",
        then: Callable[[dict[str, Any] | None], None] | None = None,
    ) -> None:
        self._number += 1
        self._waiting[self._number] = then
        message = {"id": self._number, "method": method, "params": parameters}
        if where := session or self._page:
            message["sessionId"] = where
        os.write(self._out, json.dumps(message).encode() + b"\0")

    def on(self, event: str, handler: Callable[[dict[str, Any], str], None]) -> None:
        self._handlers.setdefault(event, []).append(handler)

    # ── for tests ──

    def ask(self, method: str, parameters: Mapping[str, object]) -> dict[str, Any]:
        answers: list[dict[str, Any] | None] = []
        self.call(method, parameters, then=answers.append)
        self.until(lambda: bool(answers))
        assert answers[0] is not None, self.errors
        return answers[0]

    def until(self, done: Callable[[], bool]) -> None:
        """Serve the pipe until `done`."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, "nothing came"
            self._serve(0.2)

    def _serve(self, seconds: float) -> None:
        if select.select([self._in], [], [], seconds)[0]:
            self._buffer += os.read(self._in, 1 << 20)
        while b"\0" in self._buffer:
            text, _, self._buffer = self._buffer.partition(b"\0")
            self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            if "error" in message:
                self.errors.append(message["error"]["message"])
            then = self._waiting.pop(message["id"])
            if then is not None:
                then(message.get("result"))
            return
        for handler in self._handlers.get(message["method"], []):
            session = message.get("sessionId", "")
            handler(message["params"], "" if session == self._page else session)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


class Tried:
    """What was heard of a page."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe
        self.said: list[str] = []
        self.tried: list[str] = []
        self.tools = DevTools(
            pipe,
            heard=self.said.append,
            file_chooser=lambda: self.tried.append("file"),
            dragged=lambda: self.tried.append("drag"),
            printed=lambda: self.tried.append("print"),
            reads_pdf=lambda: self.tried.append("pdf"),
        )
        self.loaded = 0
        pipe.on("Page.loadEventFired", self._loaded)
        self.tools.lock()
        self.settle()

    def settle(self) -> None:
        """Wait until the page has done all that it was asked for so far, as the adapter does."""
        self.pipe.ask("Page.getFrameTree", {})

    def _loaded(self, _parameters: dict[str, Any], _session: str) -> None:
        self.loaded += 1

    def go(self, url: str) -> None:
        before = self.loaded
        self.pipe.ask("Page.navigate", {"url": url})
        self.pipe.until(lambda: self.loaded > before)

    def click(self, x: int = 100, y: int = 100) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.pipe.call(
                "Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            )

    def evaluate(self, expression: str) -> Any:
        """Run something as the page's own script would."""
        parameters = {"expression": expression, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        return self.pipe.ask("Runtime.evaluate", parameters)["result"].get("value")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipe]:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: Debian's package of that name")
    pipe = Pipe(tmp_path_factory.mktemp("chromium"))
    yield pipe
    pipe.close()


@pytest.fixture
def page(browser: Pipe) -> Iterator[Tried]:
    target = browser.open_page()
    yield Tried(browser)
    browser.close_page(target)


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def test_everything_that_is_switched_on_is_known_to_the_browser(page: Tried):
    page.settle()

    assert page.pipe.errors == []
    assert page.tools.answered
    assert all(page.tools.answered.values())


def test_the_first_frame_and_its_status_are_heard(page: Tried, site: Site):
    url = site.page("/", "<h1>page</h1>")
    missing = site.page("/missing", "<h1>missing</h1>", status=404)
    there: list[bool] = []
    page.tools.put_script("reporter", scripts.paint_reporter(MARKER), there=lambda: there.append(True))
    page.pipe.until(lambda: bool(there))
    page.go(url)
    page.pipe.until(lambda: page.said == [f"{MARKER}200"])
    page.go(missing)

    page.pipe.until(lambda: page.said == [f"{MARKER}200", f"{MARKER}404"])


def test_a_page_cannot_speak_in_our_name(page: Tried, site: Site):
    guess = "for (const name of Object.getOwnPropertyNames(window)) if (/^kiosk/.test(name)) window[name]('x');"
    url = site.page("/", "<h1>page</h1>", f"{guess} console.info('{MARKER}200'); report('done')")
    page.go(url)

    page.pipe.until(lambda: not site.reports.empty())
    assert site.report() == "done"
    assert page.said == []
    assert page.evaluate("Object.getOwnPropertyNames(window).filter((name) => /kiosk/i.test(name))") == []


def test_a_script_that_was_replaced_runs_no_more(page: Tried, site: Site):
    page.tools.put_script("reporter", "console.info('old')")
    page.tools.put_script("reporter", "console.info('new')")
    page.settle()
    page.go(site.page("/", "<h1>page</h1>"))

    page.pipe.until(lambda: "new" in page.said)
    assert "old" not in page.said


def test_scripts_run_late_in_the_world_that_is_there(page: Tried, site: Site):
    page.tools.put_script("once", "globalThis.kioskOnce = (globalThis.kioskOnce ?? 0) + 1;")
    page.settle()
    page.go(site.page("/", "<h1>page</h1>"))
    page.tools.run("console.info(globalThis.kioskOnce)")

    page.pipe.until(lambda: page.said == ["1"])


def test_a_page_that_answers_is_known_to(page: Tried, site: Site):
    page.go(site.page("/", "<h1>page</h1>"))
    answers: list[bool] = []
    page.tools.ping(lambda: answers.append(True))

    page.pipe.until(lambda: answers == [True])


def test_a_file_chooser_never_opens(page: Tried, site: Site):
    page.go(site.page("/", "<input type=file>"))
    page.evaluate("document.querySelector('input').click()")

    page.pipe.until(lambda: page.tried == ["file"])


def test_a_file_chooser_of_another_sites_frame_never_opens(page: Tried, site: Site, other_site: Site):
    """It is drawn by another process: a session of its own."""
    script = "addEventListener('click', () => document.querySelector('input').click()); report('there')"
    inner = other_site.page("/", "<input type=file><h1>inner", script).replace("127.0.0.1", "localhost")
    page.go(site.page("/", f"<iframe src='{inner}' style='position: fixed; inset: 0; width: 100%; height: 100%'>"))
    page.pipe.until(lambda: not other_site.reports.empty())
    until = time.monotonic() + PATIENCE
    while not page.tried:
        assert time.monotonic() < until
        page.click(300, 300)
        page.settle()

    assert set(page.tried) == {"file"}


PRINTS = [
    "print()",
    "window.print()",
    "Window.prototype.print?.call(window); print()",
    "document.body.append(document.createElement('iframe')); frames[0].print()",
    "document.body.insertAdjacentHTML('beforeend', '<iframe srcdoc=x></iframe>'); frames[0].print()",
    "delete window.print; window.print = null; self.print()",
]


@pytest.mark.parametrize("way", PRINTS)
def test_printing_is_refused(page: Tried, site: Site, way: str):
    page.go(site.page("/", "<h1>page</h1>", "addEventListener('beforeprint', () => report('prints'))"))
    page.evaluate(f"try {{ {way} }} catch {{ }}")

    page.pipe.until(lambda: "print" in page.tried)
    assert site.reports.empty()


PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"


@pytest.mark.parametrize("frame", [False, True])
def test_a_pdf_in_the_place_of_a_page_is_heard(page: Tried, site: Site, frame: bool):  # noqa: FBT001
    site.pages["/pdf"] = Answer(PDF, headers={"Content-Type": "application/pdf"})
    url = site.origin + "/pdf"
    page.pipe.call("Page.navigate", {"url": site.page("/", f"<iframe src='{url}'></iframe>") if frame else url})

    page.pipe.until(lambda: "pdf" in page.tried)


def test_a_link_is_not_dragged_out(page: Tried, site: Site):
    page.go(site.page("/", "<a href=/ style='font-size: 9em'>link</a>", "ondragend = () => report('dragged')"))
    moves = [("mousePressed", 60, 60), ("mouseMoved", 200, 200), ("mouseMoved", 400, 400), ("mouseReleased", 400, 400)]
    for kind, x, y in moves:
        page.pipe.ask("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1})

    page.settle()
    assert site.reports.empty()


def test_a_handoff_is_given_to_the_main_frame_alone_and_can_be_renewed(page: Tried, site: Site):
    from kiosk.core.origin import parse_origin  # noqa: PLC0415 - for this test

    origin, said = parse_origin(site.origin), "secret-event"
    page.tools.put_their_script("handoff", scripts.handoff(origin, {"token": "one"}, said=said))
    inner = site.page("/inner", "<h1>inner", "report(typeof enable3Kiosk)")
    page.settle()
    page.go(site.page("/", f"<h1>page<iframe src='{inner}'>"))
    page.pipe.until(lambda: not site.reports.empty())

    assert site.report() == "undefined"
    assert page.evaluate("enable3Kiosk.token") == "one"
    ran: list[bool] = []
    page.tools.run(scripts.renewal(origin, {"token": "two"}, said=said), then=ran.append)
    page.pipe.until(lambda: ran == [True])
    assert page.evaluate("enable3Kiosk.token") == "two"


def test_what_has_the_focus_is_heard_and_keys_are_typed_into_it(page: Tried, site: Site):
    page.tools.put_script("focus", FOCUS % scripts.literal(MARKER))
    page.settle()
    page.go(site.page("/", "<input type=tel><textarea></textarea>"))
    page.pipe.until(lambda: f"{MARKER}focus:" in page.said)
    page.evaluate("document.querySelector('input').focus()")
    page.pipe.until(lambda: page.said[-1] == f"{MARKER}focus:numbers")
    page.evaluate("document.querySelector('textarea').focus()")
    page.pipe.until(lambda: page.said[-1] == f"{MARKER}focus:text")
    for key in ("a", "ß", "{enter}", "x", "{bksp}"):
        for stroke in strokes(key):
            page.tools.type(stroke)

    page.pipe.until(lambda: page.evaluate("document.querySelector('textarea').value") == "aß\n")


WINDOWS_OF_OTHERS = [
    "PublicKeyCredential",
    "PaymentRequest",
    "PresentationRequest",
    "RemotePlayback",
    "Serial",
    "Bluetooth",
    "HID",
    "USB",
    "documentPictureInPicture",
    "showOpenFilePicker",
]


@pytest.mark.parametrize("name", WINDOWS_OF_OTHERS)
def test_what_would_open_a_window_of_somebody_elses_is_not_there(page: Tried, name: str):
    page.go("chrome://version")  # a secure context without a server

    assert page.evaluate(f"typeof globalThis[{name!r}]") == "undefined"
