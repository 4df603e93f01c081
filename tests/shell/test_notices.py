"""What a visitor is told when something does not happen. Each page here could ask for it, or a person did."""

from __future__ import annotations

import shutil
import subprocess
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PIL import ImageColor

from kiosk.core.look import Look
from kiosk.shell.notices import ASKED, PAUSE, Notices
from kiosk.shell.protocol import HidePage, OpenWidget, Painted, Said, ShowBar, ShowPage

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ2aXNpdG9yIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
SHORT = "visitor-token-1"
HERE = f"https://widget.example/?token={SHORT}"
PARTNER = f"https://partner.example/offers/7?a=1&b={SHORT}&c={TOKEN}#{TOKEN}"
NOTICE = Painted(0, "notice")


class Person:
    """When somebody last did something, and the clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.last = 100.0
        self.notices = Notices(look=Look("Brand"), language="en", acted=self.acted, clock=lambda: self.now)
        self.notices.guard(url=HERE, handoff={"token": TOKEN, "userId": "1001"})

    def acted(self, within: float) -> bool:
        return self.now - self.last <= within


def test_a_link_becomes_a_code_for_a_phone_without_a_token():
    page = Person().notices.of_address(PARTNER, here=HERE)

    assert page is not None
    assert "partner.example/offers/7" in page.html
    assert "<svg viewBox" in page.html
    assert SHORT not in page.html
    assert TOKEN not in page.html


def test_an_address_that_no_phone_reaches_has_no_code():
    page = Person().notices.of_address("http://192.168.0.1/setup", here=HERE)

    assert page is not None
    assert "192.168" not in page.html
    assert "You can open it on your own phone" in page.html


@pytest.mark.parametrize("url", ["mailto:a@b.example", "tel:112", "intent://x#Intent;end", "WHATSAPP://send"])
def test_an_app_is_not_possible_here(url: str):
    page = Person().notices.of_address(url, here=HERE)

    assert page is not None
    assert "Not possible here" in page.html


@pytest.mark.parametrize("url", ["javascript:x()", "DATA:text/html,x", "about:blank", "chrome://gpu", "kiosk:exit"])
def test_a_trick_is_refused_in_silence(url: str):
    assert Person().notices.of_address(url, here=HERE) is None


@pytest.mark.parametrize(
    ("feature", "title"),
    [("downloads", "No downloads here"), ("file-choosers", "No files here"), ("print", "No printer here")],
)
def test_other_things_are_said_in_their_own_words(feature: str, title: str):
    page = Person().notices.of_feature(feature)

    assert page is not None
    assert title in page.html


@pytest.mark.parametrize("feature", ["permissions", "new-windows", "navigation", "zoom"])
def test_what_nobody_would_miss_is_refused_in_silence(feature: str):
    assert Person().notices.of_feature(feature) is None


def test_nobody_is_told_what_nobody_asked_for():
    person = Person()
    person.now += ASKED + 0.1

    assert person.notices.of_address(PARTNER, here=HERE) is None
    assert person.notices.of_feature("print") is None


def test_none_comes_right_after_another():
    person = Person()
    person.notices.closed()
    person.now += PAUSE - 0.1
    assert person.notices.of_feature("print") is None
    person.now += 0.2
    assert person.notices.of_feature("print") is not None


def test_it_is_in_the_visitors_language():
    person = Person()
    person.notices.language = "ar"
    page = person.notices.of_feature("print")

    assert page is not None
    assert 'dir="rtl"' in page.html


# ── in a real window ──

BODY = """
<style>body {{ margin: 0; font: 30px sans-serif }} {style} {{ display: block; width: 100%; height: 700px }}</style>
{body}
"""


def visit(shell: Shell, site: Site, body: str, script: str = "") -> None:
    style = "a, input, button"
    shell.send(OpenWidget(1, site.page("/", BODY.format(style=style, body=body), script) + f"?token={SHORT}"))
    shell.expect(Painted, Painted(1))


def click(shell: Shell, x: int = 640, y: int = 400) -> None:
    shell.xdotool("mousemove", str(x), str(y), "click", "1")


def close(shell: Shell) -> None:
    """By the keyboard: the only button has the focus."""
    shell.xdotool("key", "Return")


@pytest.fixture
def scan(tmp_path: Path) -> partial[str]:
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed; `make test` installs it")
    return partial(read_code, file=tmp_path / "glass.png")


def read_code(shell: Shell, *, file: Path) -> str:
    """Read what is on the glass, as a phone does."""
    shell.screenshot().save(file)
    done = subprocess.run(["zbarimg", "--raw", "-q", str(file)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.parametrize("target", ["", "target=_blank"], ids=["same window", "new window"])
def test_a_phone_can_go_where_the_visitor_cannot(shell: Shell, site: Site, scan: partial[str], target: str):
    visit(shell, site, f"<a {target} href='{PARTNER}'>partner</a>")
    click(shell)
    shell.expect(Painted, NOTICE)

    assert scan(shell) == "https://partner.example/offers/7?a=1"


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("feature", "body", "script"),
    [
        ("downloads", "<a download href='/file'>x</a>", ""),
        ("file-choosers", "<input type=file>", ""),
        ("print", "<button onclick='print()'>x</button>", ""),
        ("navigation", "<a href='mailto:a@b.example'>x</a>", ""),
        ("new-windows", "<button onclick='window.open(`https://partner.example/`)'>x</button>", ""),
    ],
)
def test_a_visitor_is_told_what_does_not_happen(shell: Shell, site: Site, feature: str, body: str, script: str):
    visit(shell, site, body, script)
    click(shell)

    shell.expect(Painted, NOTICE)
    assert shell.blocked(feature)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_notice_is_closed_by_whoever_reads_it_and_the_page_hears_nothing(shell: Shell, site: Site):
    heard = "for (const kind of ['keydown', 'keyup', 'click']) addEventListener(kind, () => report(kind))"
    visit(shell, site, f"<a href='{PARTNER}'>partner</a>", heard)
    click(shell)
    shell.expect(Painted, NOTICE)
    assert site.report() == "click"
    close(shell)
    click(shell)  # a second tap
    shell.xdotool("sleep", "1.2")
    click(shell)
    shell.expect(Painted, NOTICE)

    assert site.report() == "click"
    assert site.reports.empty()
    assert not any(isinstance(event, Said) for event in shell.events)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_second_tap_on_the_button_is_not_for_the_page(shell: Shell, site: Site):
    heard = "for (const kind of ['pointerdown', 'pointerup']) addEventListener(kind, () => report(kind))"
    visit(shell, site, f"<a href='{PARTNER}'>partner</a>", heard)
    click(shell)
    shell.expect(Painted, NOTICE)
    assert [site.report(), site.report()] == ["pointerdown", "pointerup"]
    x, y = button_on(shell.screenshot())
    shell.xdotool("mousemove", str(x), str(y), "click", "--repeat", "4", "--delay", "70", "1")
    shell.xdotool("sleep", "1.2", "click", "1")
    shell.expect(Painted, NOTICE)

    assert [site.report(), site.report()] == ["pointerdown", "pointerup"]
    assert site.reports.empty()


def button_on(glass: Image) -> tuple[int, int]:
    """Return the middle of the button: the lowest thing in the accent's colour."""
    accent = ImageColor.getrgb(Look().accent)
    places = [
        (x, y)
        for y in range(glass.height // 2, glass.height)
        for x in range(0, glass.width, 4)
        if glass.getpixel((x, y)) == accent
    ]
    return places[len(places) // 2]


@pytest.mark.gui  # WebKitGTK does not say which frame goes where: there, a notice answers taps alone
def test_a_page_that_asks_all_the_time_is_told_nothing_until_somebody_asks(shell: Shell, site: Site):
    visit(shell, site, "<h1>x</h1>", "setInterval(() => { location.href = 'https://partner.example/' }, 100)")
    shell.xdotool("sleep", "0.5")
    click(shell)
    shell.expect(Painted, NOTICE)
    close(shell)
    shell.xdotool("sleep", "2.5")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))

    assert shell.expect(Painted).page == "warning"


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_notice_never_covers_a_page_of_our_own(shell: Shell, site: Site):
    visit(shell, site, "<h1>x</h1>", "setInterval(() => { location.href = 'https://partner.example/' }, 100)")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    assert shell.expect(Painted).page == "warning"
    click(shell, 5, 700)
    shell.xdotool("sleep", "0.5")
    shell.send(ShowPage("pin", "en"))

    assert shell.expect(Painted).page == "pin"


@pytest.mark.gui
@pytest.mark.both_engines
def test_the_supervisors_page_comes_in_its_place(shell: Shell, site: Site):
    visit(shell, site, f"<a href='{PARTNER}'>partner</a>", "addEventListener('click', () => report('click'))")
    click(shell)
    shell.expect(Painted, NOTICE)
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    assert shell.expect(Painted).page == "warning"
    shell.send(ShowBar("de", "V…1"))
    shell.send(HidePage())
    site.report()
    shell.xdotool("sleep", "0.3")
    click(shell)

    assert site.report() == "click"
