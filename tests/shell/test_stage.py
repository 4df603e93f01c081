"""What lies over what: our own pages, the session bar, the visit's page and the cover."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from PIL import ImageColor

from kiosk.core.look import Look
from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.protocol import (
    Activity,
    Blocked,
    Cover,
    Covered,
    HidePage,
    LoadFailed,
    OpenWidget,
    Painted,
    Said,
    ShowBar,
    ShowPage,
)
from tests.shell.test_paint import GREEN, RED, colour
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

BRAND = ImageColor.getrgb(Look().primary)
MIDDLE, IN_BAR, IN_PAGE = (640, 400), (400, 10), (640, 790)
DONE, BUTTON = (1190, 26), ImageColor.getrgb(Look().accent)
LIMIT = 0.5
"""Seconds, for a busy machine. On a quiet one it is 100 ms at the most: bench/cover.py."""

HANG = "setTimeout(() => { for (;;) {} }, 200)"


@pytest.fixture
def x11(display: str) -> Iterator[X11]:
    opened = X11(display)
    yield opened
    opened.close()


def visit(shell: Shell, site: Site, script: str = "", body: str = "") -> None:
    shell.send(ShowPage("loading", "en"))
    shell.expect(Painted, Painted(0, "loading"))
    shell.send(OpenWidget(1, site.page("/", colour(GREEN) + body, script)))
    shell.expect(Painted, Painted(1))


def click(shell: Shell, place: tuple[int, int]) -> None:
    shell.xdotool("mousemove", *map(str, place), "click", "1")


def test_the_loading_page_stays_until_the_visits_page_is_there(shell: Shell, site: Site, x11: X11):
    """No white, no black, nothing of the page before it: looked at all the time."""
    shell.send(ShowPage("loading", "en"))
    shell.expect(Painted, Painted(0, "loading"))
    loading = x11.pixel(*IN_PAGE)
    shell.send(OpenWidget(1, site.page("/", colour(GREEN))))
    seen = [loading]
    while seen[-1] != GREEN:
        if (pixel := x11.pixel(*IN_PAGE)) != seen[-1]:
            seen.append(pixel)

    assert seen == [loading, GREEN]
    shell.expect(Painted, Painted(1))


def test_a_page_that_fails_never_replaces_our_own(shell: Shell, site: Site):
    shell.send(ShowPage("loading", "en"))
    shell.expect(Painted, Painted(0, "loading"))
    before = shell.screenshot().getpixel(IN_PAGE)
    shell.send(OpenWidget(1, site.page("/", colour(RED), status=500)))
    shell.expect(LoadFailed)

    assert shell.screenshot().getpixel(IN_PAGE) == before


def test_the_bar_is_above_the_page_and_says_done(shell: Shell, site: Site, x11: X11):
    visit(shell, site)
    x11.wait_for(*DONE, BUTTON)
    assert x11.pixel(*IN_BAR) == BRAND

    click(shell, DONE)
    assert shell.expect(Said) == Said("done")


def test_the_bar_says_what_it_was_last_told(shell: Shell, site: Site, x11: X11):
    visit(shell, site)
    x11.wait_for(*DONE, BUTTON)
    bars = []
    for balance in ("1", "2222"):
        before = shell.screenshot().crop((0, 0, 1280, BAR_HEIGHT)).tobytes()
        shell.send(ShowBar("en", "••42", balance))
        until = time.monotonic() + 20
        while (now := shell.screenshot().crop((0, 0, 1280, BAR_HEIGHT)).tobytes()) == before:
            assert time.monotonic() < until
        bars.append(now)

    assert bars[0] != bars[1]


def test_a_bar_that_is_told_much_at_once_is_refused_nothing(shell: Shell, site: Site, x11: X11):
    visit(shell, site)
    x11.wait_for(*DONE, BUTTON)
    for balance in range(5):
        shell.send(ShowBar("en", "••42", str(balance)))
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.expect(Painted, Painted(0, "warning"))
    shell.send(HidePage())
    x11.wait_for(*DONE, BUTTON)
    click(shell, DONE)

    assert shell.expect(Said) == Said("done")
    assert not shell.heard(Blocked)


def test_our_own_page_lies_over_a_visit_and_the_visit_goes_on_below(shell: Shell, site: Site, x11: X11):
    visit(shell, site, "let n = 0; setInterval(() => { n++ }, 10); addEventListener('keydown', () => report(n))")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.expect(Painted, Painted(0, "warning"))
    assert x11.pixel(*IN_PAGE) != GREEN

    shell.send(HidePage())
    x11.wait_for(*IN_PAGE, GREEN)
    x11.wait_for(*IN_BAR, BRAND)
    shell.xdotool("key", "a")
    assert site.report() > 5
    assert not shell.heard(LoadFailed)


def test_tab_goes_round_our_own_page_and_never_into_the_visit_below(shell: Shell, site: Site):
    visit(shell, site, "addEventListener('focusin', () => report('focus'))", "<button>below</button>")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.expect(Painted, Painted(0, "warning"))
    # To `done`, once round to `continue`, and to `done`; as slowly as people: WebKit goes round by asking the window.
    shell.xdotool("key", "--delay", "300", "Tab", "Tab", "Tab", "Return")
    assert shell.expect(Said) == Said("done")
    assert site.reports.empty()


def test_a_page_has_the_focus_that_it_had_when_ours_is_gone(shell: Shell, site: Site, x11: X11):
    script = "addEventListener('keydown', () => report(document.activeElement.tagName))"
    visit(shell, site, script, "<select><option>1<option>2</select>")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.expect(Painted, Painted(0, "warning"))
    shell.send(HidePage())
    x11.wait_for(*IN_PAGE, GREEN)
    shell.xdotool("key", "a")
    assert site.report() == "BODY"


def test_a_page_of_our_own_is_drawn_before_it_is_shown(shell: Shell, site: Site, x11: X11):
    visit(shell, site)
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    seen = {x11.pixel(*IN_PAGE)}
    while not shell.heard(Painted) or Painted(0, "warning") not in shell.events:
        seen.add(x11.pixel(*IN_PAGE))

    assert seen <= {GREEN, x11.pixel(*IN_PAGE)}


def test_hiding_nothing_shows_nothing(shell: Shell):
    shell.send(HidePage())
    shell.send(ShowPage("attract", "en"))

    assert shell.until_painted() == Painted(0, "attract")


def test_a_remote_page_says_no_words_of_ours_even_by_a_link_that_is_clicked(shell: Shell, site: Site):
    visit(shell, site, body="<a href='kiosk:done' style='position: fixed; inset: 0'>x</a>")
    click(shell, MIDDLE)

    shell.blocked("navigation")
    assert not shell.heard(Said)


def test_the_visits_page_has_nothing_of_ours(shell: Shell, site: Site):
    """Neither our pages' storage nor their address: another profile, another view."""
    visit(shell, site, "report([history.length, document.referrer, window.parent === window, window.opener])")

    assert site.report() == [1, "", True, None]


@pytest.mark.parametrize("script", ["", HANG], ids=["healthy", "hanging"])
def test_done_covers_the_screen_at_once(shell: Shell, site: Site, x11: X11, script: str):
    visit(shell, site, script)
    x11.wait_for(*DONE, BUTTON)
    shell.xdotool("mousemove", *map(str, DONE))
    time.sleep(0.5)  # the page hangs by now, and the bar knows that the pointer is there
    x11.click()
    taken = x11.wait_for(*IN_PAGE, BRAND)

    assert taken < LIMIT
    assert shell.expect(Said) == Said("done")
    shell.send(Cover())
    assert shell.expect(Covered) == Covered()


def test_a_cover_takes_all_input_and_empties_the_clipboards(shell: Shell, site: Site, x11: X11):
    script = "for (const kind of ['keydown', 'mousedown', 'wheel']) addEventListener(kind, () => report(kind));"
    visit(shell, site, script)
    x11.own_selections()
    assert 0 not in x11.selection_owners()
    shell.send(Cover())
    shell.expect(Covered)
    assert x11.pixel(*IN_PAGE) == x11.pixel(*IN_BAR) == BRAND
    assert x11.selection_owners() == [0, 0]

    shell.xdotool("mousemove", *map(str, MIDDLE), "click", "1", "click", "4", "key", "a")
    click(shell, DONE)
    time.sleep(0.5)
    assert site.reports.empty()
    assert not shell.heard(Said)


LIST = "<select style='font-size: 60px'>" + "<option>an option" * 8 + "</select>"
OPEN_LATER = """
    addEventListener('keydown', () => setTimeout(() => document.querySelector('select').showPicker(), 700));
"""


@pytest.mark.parametrize("over", [Cover(), ShowPage("warning", "en", data={"seconds": 20})], ids=["cover", "page"])
@pytest.mark.parametrize("script", ["", OPEN_LATER], ids=["open", "opened later"])
def test_no_list_of_the_page_hangs_over_what_is_ours(
    shell: Shell, site: Site, x11: X11, over: Cover | ShowPage, script: str
):
    visit(shell, site, script, LIST)
    x11.wait_for(*DONE, BUTTON)
    if script:
        click(shell, (900, 700))
        shell.xdotool("key", "a")
    else:
        click(shell, (100, 170))
        while x11.pixel(30, 400) == GREEN:
            time.sleep(0.01)
    shell.send(over)
    shell.expect(Covered if isinstance(over, Cover) else Painted)
    quiet = shell.screenshot().getpixel((30, 400))
    until = time.monotonic() + 1.2
    while time.monotonic() < until:
        assert x11.pixel(30, 400) == quiet
        assert quiet != GREEN


def test_a_choice_from_a_list_is_activity_and_is_made(shell: Shell, site: Site, x11: X11):
    visit(shell, site, "document.querySelector('select').onchange = (e) => report(e.target.selectedIndex)", LIST)
    click(shell, (100, 170))
    while x11.pixel(30, 400) == GREEN:
        time.sleep(0.01)
    time.sleep(1.1)
    shell.heard(Activity)
    shell.events.clear()
    shell.xdotool("mousemove", "100", "400", "click", "1")

    assert shell.expect(Activity) == Activity()
    assert site.report() > 0


def test_a_cover_is_lifted_by_the_page_that_follows(shell: Shell, site: Site):
    visit(shell, site)
    shell.send(Cover())
    shell.expect(Covered)
    shell.send(ShowPage("out-of-service", "en"))
    shell.expect(Painted, Painted(0, "out-of-service"))
    shell.xdotool("key", "Return")

    assert shell.expect(Said) == Said("retry")


def test_a_page_that_was_on_its_way_does_not_lift_the_cover(shell: Shell, site: Site, x11: X11):
    visit(shell, site)
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.send(Cover())
    shell.expect(Covered)
    time.sleep(0.5)

    assert x11.pixel(*IN_PAGE) == BRAND
    assert Painted(0, "warning") not in shell.events


def test_a_visits_page_that_was_on_its_way_does_not_lift_the_cover(shell: Shell, site: Site, x11: X11):
    late = "setTimeout(() => { document.body.innerHTML = '<h1>late'; report('drawn') }, 500)"
    shell.send(ShowPage("loading", "en"))
    shell.expect(Painted, Painted(0, "loading"))
    shell.send(OpenWidget(1, site.page("/", "", late)))
    shell.send(Cover())
    shell.expect(Covered)
    assert site.report() == "drawn"
    time.sleep(0.5)

    assert x11.pixel(*IN_PAGE) == BRAND
    assert not shell.heard(LoadFailed)
    assert Painted(1) not in shell.events


def test_nothing_but_our_own_pages_is_where_our_own_pages_are(shell: Shell):
    """A page of ours has no address that it can go to, and its words are not for other pages of ours."""
    shell.send(ShowPage("out-of-service", "en"))
    shell.until_painted()
    shell.send(ShowPage("attract", "en", data={"methods": ["keypad"], "sections": [], "languages": []}))
    shell.until_painted()

    assert not shell.heard(Blocked)


def test_taps_on_a_page_that_is_going_do_not_stop_the_next_one(shell: Shell):
    back = {"methods": ["scanner"], "languages": []}
    for _ in range(6):
        shell.send(ShowPage("sign-in", "en", data=back))
        shell.expect(Painted, Painted(0, "sign-in"))
        place = ("mousemove", "60", "45", "click", "--repeat", "12", "--delay", "30", "1")
        taps = threading.Thread(target=shell.xdotool, args=place)
        taps.start()
        assert shell.expect(Said) == Said("back")
        shell.send(ShowPage("attract", "en"))
        shell.expect(Painted, Painted(0, "attract"))
        taps.join()
