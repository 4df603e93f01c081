"""Somebody is there if the toolkit saw it: no page can fake it, and none can hide it."""

from __future__ import annotations

import base64
import io
import struct
import time
import wave
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.protocol import Activity, Gesture, OpenWidget, Playing, Ready, ShowPage
from tests.shell.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

HANG = "setTimeout(() => { for (;;) {} }, 200)"
FAKES = """
    setInterval(() => {
      for (const kind of ['mousedown', 'mousemove', 'click', 'wheel', 'touchstart', 'keydown'])
        document.body.dispatchEvent(new Event(kind, {bubbles: true}));
      document.body.click(); document.querySelector('input').focus(); scrollBy(0, 5);
    }, 20);
    setTimeout(() => report('faked'), 1500);
"""


def show(shell: Shell, site: Site, script: str = "", body: str = "<h1>page</h1>") -> None:
    shell.send(OpenWidget(1, site.page("/", body, script)))
    shell.until_painted()


@pytest.mark.parametrize(
    ("what", "script"),
    [
        (("click", "1"), ""),
        (("click", "1"), HANG),
        (("key", "a"), ""),
        (("click", "4"), ""),
        (("mousemove", "200", "300", "mousemove", "400", "600"), ""),
    ],
    ids=["press", "press while the page hangs", "key", "wheel", "move"],
)
def test_what_people_do_is_reported(shell: Shell, site: Site, what: tuple[str, ...], script: str):
    shell.xdotool("mousemove", "640", "400")
    show(shell, site, script)
    time.sleep(0.4)
    shell.heard(Activity)
    shell.events.clear()
    shell.xdotool(*what)

    assert shell.expect(Activity) == Activity()


def test_activity_comes_at_once_and_then_at_most_once_a_second(shell: Shell, site: Site):
    show(shell, site)
    shell.xdotool("mousemove", "640", "400", "click", "1")
    shell.expect(Activity)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 2.5:
        shell.xdotool("click", "1", "key", "a")
    shell.heard(Activity)
    count = sum(isinstance(event, Activity) for event in shell.events) - 1

    assert 1 <= count <= 3


def test_a_page_cannot_fake_somebody(shell: Shell, site: Site):
    shell.xdotool("mousemove", "640", "400")
    show(shell, site, FAKES, "<h1>x</h1><input><div style='height: 9000px'>")
    assert site.report() == "faked"

    assert not shell.heard(Activity)


def test_our_own_pages_count_as_well(shell: Shell):
    shell.send(ShowPage("attract", "en"))
    shell.until_painted()
    shell.xdotool("mousemove", "10", "700", "click", "1")

    assert shell.expect(Activity) == Activity()


CORNERS = {"top-left": (20, 20), "bottom-right": (1260, 780)}


@pytest.mark.parametrize(("corner", "script"), [("top-left", ""), ("bottom-right", HANG)], ids=["healthy", "hanging"])
def test_taps_in_the_operators_corner_are_the_gesture(
    open_shell: Callable[..., Shell], site: Site, corner: str, script: str
):
    shell = open_shell(replace(START, corner=corner, taps=5))
    shell.expect(Ready)
    show(shell, site, script)
    time.sleep(0.3)
    for name, (x, y) in CORNERS.items():
        shell.xdotool("mousemove", str(x), str(y), "click", "--repeat", "4", "--delay", "40", "1")
        if name == corner:
            assert not shell.heard(Gesture)
            shell.xdotool("click", "1")
            assert shell.expect(Gesture) == Gesture()


def test_the_taps_reach_the_page_all_the_same(open_shell: Callable[..., Shell], site: Site):
    shell = open_shell(replace(START, taps=3))
    shell.expect(Ready)
    show(shell, site, "let n = 0; addEventListener('mousedown', () => report(++n))")
    shell.xdotool("mousemove", "20", str(BAR_HEIGHT + 20), "click", "--repeat", "3", "--delay", "40", "1")

    shell.expect(Gesture)
    assert [site.report() for _ in range(3)] == [1, 2, 3]


def tone(seconds: float) -> str:
    """Return a sound that can be heard, as an address."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        samples = [20_000 if count // 10 % 2 else -20_000 for count in range(int(8000 * seconds))]
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return "data:audio/wav;base64," + base64.b64encode(target.getvalue()).decode()


CANVAS = """
    const canvas = document.querySelector('canvas'), context = canvas.getContext('2d');
    const paint = () => { context.fillStyle = `hsl(${Math.random() * 360} 50% 50%)`; context.fillRect(0, 0, 99, 99); };
    setInterval(paint, 50);
    const video = document.querySelector('video');
    video.srcObject = canvas.captureStream();
    video.play();
"""


@pytest.mark.parametrize("end", ["video.pause()", "video.remove()", "location.href = '/next'"])
def test_a_video_that_plays_is_reported_and_its_end(shell: Shell, site: Site, end: str):
    site.page("/next", "<h1>next")
    script = f"{CANVAS} addEventListener('keydown', () => {{ {end} }})"
    show(shell, site, script, "<h1>x</h1><canvas width=99 height=99></canvas><video muted></video>")
    if not shell.heard(Playing):
        shell.expect(Playing)
    shell.xdotool("mousemove", "640", "400", "click", "1", "key", "a")

    assert shell.expect(Playing) == Playing(active=False)


def test_sound_is_reported(shell: Shell, site: Site):
    show(shell, site, f"const sound = new Audio('{tone(0.5)}'); sound.loop = true; sound.play()")
    if not shell.heard(Playing):
        shell.expect(Playing)

    assert Playing(active=True) in shell.events


def test_a_page_cannot_say_that_it_plays(shell: Shell, site: Site):
    show(shell, site, "console.info('playing'); console.info('x'.repeat(32) + 'playing'); report('said')")
    assert site.report() == "said"

    assert not shell.heard(Playing)
