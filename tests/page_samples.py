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

LOOK = Look("Harbour Arcade", logo=str(assets_folder().parent / "kiosk/sandbox/widget/images/logo.svg"))

SECTIONS = ["missions", "rewards", "referral", "t2e", "h2e", "leaderboard"]

ADDRESS = "https://harbour.example/missions/visit?from=kiosk"
QR = qr_svg(ADDRESS)


@dataclass(frozen=True)
class Sample:
    """A page in one of its states. `strip` is for pages that are a strip of the window, not the whole of it."""

    page: str
    state: str = ""
    code: str = ""
    strip: bool = False
    data: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}-{self.state}" if self.state else self.page

    def render(self, *, language: str, look: Look = LOOK) -> OwnPage:
        """Return the page, as the shell makes it."""
        data = {**self.data, **({"language": language} if "language" in self.data else {})}
        return render_page(self.page, language=language, look=look, code=self.code, data=data)


_KEYPAD = {"methods": ["argument", "scanner", "code", "keypad"], "languages": LANGUAGES, "keypad": {"length": 12}}

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
    Sample("bar", strip=True, data={"account": "••••4711", "balance": "1240.50", "left": None}),
    Sample("bar", "left", strip=True, data={"account": "••••4711", "balance": "12345678901234567890.5", "left": 275}),
]
