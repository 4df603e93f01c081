"""Every page of our own, with data as the supervisor sends it: what tests look at, and what docs/pages.md shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.assets import assets_folder
from kiosk.core.look import Look
from kiosk.shell.pages import OwnPage, render_page
from kiosk.shell.qr import qr_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ["en", "de", "fr", "es", "pt", "uk", "ar"]
SIZES = [(1080, 1920), (1920, 1080), (1280, 800), (800, 480)]
"""Width and height of the screens that everything has to look right on."""

BAR_HEIGHT = 52
KEYBOARD_HEIGHT = 260

LOOK = Look("Harbour Arcade", logo=str(assets_folder().parent / "kiosk/sandbox/widget/images/logo.svg"))

SECTIONS = ["missions", "rewards", "referral", "t2e", "h2e", "leaderboard"]

ADDRESS = "https://harbour.example/missions/visit?from=kiosk"
QR = qr_svg(ADDRESS)


@dataclass(frozen=True)
class Sample:
    """A page in one of its states. `strip` is its height if it is a strip of the window, not the whole of it."""

    page: str
    state: str = ""
    code: str = ""
    strip: int = 0
    data: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}-{self.state}" if self.state else self.page

    def render(self, *, language: str, look: Look = LOOK) -> OwnPage:
        """Return the page, as the shell makes it."""
        data = {**self.data, **({"language": language} if "language" in self.data else {})}
        return render_page(self.page, language=language, look=look, code=self.code, data=data)


_KEYPAD = {"methods": ["argument", "scanner", "code", "keypad"], "languages": LANGUAGES, "keypad": {"length": 12}}

_PANEL = {
    "version": "0.1.0",
    "state": "attract",
    "since": "2026-11-23T09:12:00Z",
    "engine": "qtwebengine 6.12.0",
    "terminal": "lobby-1",
    "last_errors": [
        {"time": "2026-11-23T09:10:00Z", "code": "api.unreachable", "text": "the API cannot be reached: no route"},
        {"time": "2026-11-23T08:01:30Z", "code": "page.dns", "text": "the name of the page's server is not known here"},
    ],
    "outbox": {"pending": 3, "dead": 1, "oldest": "2026-11-23T09:10:00Z"},
    "language": "en",
    "languages": LANGUAGES,
    "checks": None,
    "busy": "",
    "message": "",
}
_CHECKS = [
    {"name": "engine", "ok": True, "text": "Qt WebEngine 6.12.0, Chromium 140", "hint": ""},
    {"name": "clock", "ok": False, "text": "4 minutes behind the API's", "hint": "switch on the time service"},
]
_ENROLMENT = {
    "base_url": "https://integration.enable3.io",
    "brand": "Enable3",
    "language": "en",
    "languages": LANGUAGES,
    "busy": False,
    "needs": ["key", "pin"],
}

SAMPLES = [
    Sample("attract", data={"sections": [], "languages": LANGUAGES, "methods": ["argument"]}),
    Sample(
        "attract",
        "sections",
        data={"sections": SECTIONS, "languages": LANGUAGES, "methods": ["argument", "scanner", "code", "keypad"]},
    ),
    Sample("attract", "three", data={"sections": SECTIONS[:3], "languages": ["en", "ar"], "methods": ["code"]}),
    Sample("sign-in", data={**_KEYPAD, "message": "", "wait": 0}),
    Sample("sign-in", "wait", data={**_KEYPAD, "message": "wait", "wait": 60}),
    Sample(
        "sign-in",
        "used",
        data={"methods": ["code", "scanner"], "languages": LANGUAGES, "keypad": None, "message": "used", "wait": 0},
    ),
    Sample("sign-in", "counter", data={"methods": ["argument"], "languages": LANGUAGES, "keypad": None}),
    Sample("loading"),
    Sample("out-of-service", code="api.unreachable", data={"languages": LANGUAGES}),
    Sample("warning", data={"seconds": 20}),
    Sample("notice", "link", data={"kind": "link", "qr": QR, "address": ADDRESS}),
    *(Sample("notice", kind, data={"kind": kind}) for kind in ("download", "file", "print", "blocked")),
    Sample("dialog", "alert", data={"kind": "alert", "text": "Your reward is reserved.", "host": "widget.example"}),
    Sample("dialog", "confirm", data={"kind": "confirm", "text": "Swap 500 points?\n" * 12, "host": "widget.example"}),
    Sample(
        "dialog", "prompt", data={"kind": "prompt", "text": "Your nickname?", "default": "Sam", "host": "w.example"}
    ),
    Sample("cool-down", data={"seconds": 30}),
    Sample("bar", strip=BAR_HEIGHT, data={"account": "••••4711", "balance": "1240.50", "left": None}),
    Sample(
        "bar", "left", strip=BAR_HEIGHT, data={"account": "••••4711", "balance": "1234567890123456789.5", "left": 275}
    ),
    Sample("pin", data={"wait": 0, "wrong": False, "unset": False}),
    Sample("pin", "wrong", data={"wait": 30, "wrong": True, "unset": False}),
    Sample("pin", "unset", data={"wait": 0, "wrong": False, "unset": True}),
    Sample("panel", data=_PANEL),
    Sample("panel", "checks", data={**_PANEL, "checks": _CHECKS, "message": "A test sign-in worked."}),
    Sample("enrolment", data={**_ENROLMENT, "error": None}),
    Sample("enrolment", "error", data={**_ENROLMENT, "error": {"field": "key", "text": "The API refuses this key."}}),
    Sample("keyboard", strip=KEYBOARD_HEIGHT, data={"layout": "text"}),
    Sample("keyboard", "numbers", strip=KEYBOARD_HEIGHT, data={"layout": "numbers"}),
]
