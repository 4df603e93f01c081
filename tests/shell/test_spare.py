"""The next visitor's window waits unseen below the one in front, and comes up at once when it is wanted."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.presence import SETTLE_TIME
from kiosk.shell.protocol import Activity, OpenWidget, Painted, Present, Presented, Ready, Said, ShowPage
from tests.shell.conftest import START
from tests.shell.test_paint import GREEN, colour
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

SPARE = replace(START, spare=True)
PLACES = [(640, 790), (5, 400), (1275, 400), (640, 400)]
LIMIT = 0.5
"""Seconds, for a busy machine. On a quiet one it is 100 ms at the most: bench/cover.py."""


@pytest.fixture
def x11(display: str) -> Iterator[X11]:
    opened = X11(display)
    yield opened
    opened.close()


@pytest.fixture
def front(shell: Shell, site: Site) -> Shell:
    """A window in front, with a green page."""
    shell.send(OpenWidget(1, site.page("/", colour(GREEN))))
    shell.until_painted()
    return shell


def make_spare(open_shell: Callable[..., Shell], page: str = "out-of-service") -> Shell:
    spare = open_shell(SPARE)
    spare.send(ShowPage(page, "en"))
    spare.expect(Ready)
    assert spare.until_painted() == Painted(0, page)
    return spare


def test_nothing_of_a_spare_is_seen_and_the_focus_stays(open_shell: Callable[..., Shell], front: Shell, x11: X11):
    focus = x11.focus()
    spare = open_shell(SPARE)
    spare.send(ShowPage("attract", "en"))
    seen, looks, until = set(), 0, time.monotonic() + 20
    while not spare.heard(Painted) and time.monotonic() < until:
        seen.update(x11.pixel(*place) for place in PLACES)
        looks += 1

    assert seen == {GREEN}
    assert looks > 50
    assert x11.focus() == focus
    assert not front.heard(int)


def test_a_spare_is_on_the_glass_at_once(open_shell: Callable[..., Shell], front: Shell, x11: X11):
    spare = make_spare(open_shell)
    x11.own_selections()
    began = time.monotonic()
    spare.send(Present())
    while x11.pixel(*PLACES[0]) == GREEN:
        assert time.monotonic() - began < LIMIT
    spare.expect(Presented)

    assert all(x11.pixel(*place) != GREEN for place in PLACES)
    assert x11.selection_owners() == [0, 0]
    assert front.process.kill()
    assert all(x11.pixel(*place) != GREEN for place in PLACES)


def test_a_presented_spare_has_the_keyboard(open_shell: Callable[..., Shell], front: Shell):
    spare = make_spare(open_shell)
    spare.send(Present())
    spare.expect(Presented)
    assert front.process.kill()
    time.sleep(SETTLE_TIME)
    spare.xdotool("key", "Return")

    assert spare.expect(Said) == Said("retry")


def test_a_spare_without_a_page_is_not_presented_before_it_has_one(open_shell: Callable[..., Shell]):
    spare = open_shell(SPARE)
    spare.expect(Ready)
    spare.send(Present())
    time.sleep(0.5)
    assert not spare.heard(Presented)
    spare.send(ShowPage("attract", "en"))

    assert spare.expect(Presented) == Presented()


def retry_button(shell: Shell) -> tuple[int, int]:
    """Return where the button of the out-of-service page is."""
    image = shell.screenshot()
    spots = [(x, y) for x in range(0, 1280, 8) for y in range(0, 800, 8) if image.getpixel((x, y)) == (255, 193, 69)]
    return spots[len(spots) // 2]


@pytest.mark.breakout(81)
def test_the_tap_that_ended_a_visit_does_not_hit_the_next_page(
    open_shell: Callable[..., Shell], front: Shell, x11: X11
):
    spare = make_spare(open_shell)
    spare.send(Present())
    spare.expect(Presented)
    x, y = retry_button(spare)
    time.sleep(SETTLE_TIME)
    spare.xdotool("mousemove", str(x), str(y))
    spare.heard(Activity)
    spare.events.clear()

    spare.send(Present())  # as if it came only now: everything else is in place
    spare.expect(Presented)
    x11.click()
    x11.button(down=True)  # and one that is held for longer than the moment
    time.sleep(SETTLE_TIME + 0.2)
    x11.button(down=False)
    time.sleep(0.2)
    assert not spare.heard(Said)
    assert not spare.heard(Activity)

    x11.click()
    assert spare.expect(Said) == Said("retry")
    assert spare.heard(Activity)
    assert not front.heard(int)
