"""Section E: what a mouse, a finger or a pen can do at the glass, as far as an X server sends it.

X's test extension has no fingers: what Chromium and WebKit do with two of them is by design.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import Cover, Covered, OpenWidget, Painted, Ready
from tests.breakouts.desktop import desktop
from tests.breakouts.drag_source import __file__ as DRAG_SOURCE  # noqa: N812 - a path
from tests.breakouts.test_keys import BLANK, BODY, STATE, glass_of, until_glass_is
from tests.display import need_an_ordinary_account, virtual_display
from tests.shell.conftest import START, Shell
from tests.shell.pages_server import Site
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from pathlib import Path

    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

SELECTION = 11
"""Where STATE says what is selected, which clicks change; before it is what they may not."""

TRIES = {
    "long press": ["mousedown", "1", "sleep", "0.9", "mouseup", "1"],
    "right button": ["click", "3", "sleep", "0.1", "key", "Escape"],
    "middle button": ["click", "2"],
    "other buttons": ["click", "8", "click", "9", "click", "10", "click", "8"],
    "held buttons": ["mousedown", "3", "mousedown", "1", "mouseup", "3", "mouseup", "1"],
    "ctrl and right button": ["keydown", "ctrl", "click", "3", "keyup", "ctrl"],
    "double tap": ["click", "--repeat", "2", "--delay", "60", "1"],
    "triple tap": ["click", "--repeat", "3", "--delay", "60", "1"],
    "zoom by wheel": ["keydown", "ctrl", "click", "4", "click", "4", "click", "5", "keyup", "ctrl"],
    "sideways wheel": ["click", "--repeat", "30", "--delay", "2", "6", "click", "--repeat", "30", "--delay", "2", "7"],
    "pull down": ["click", "--repeat", "30", "--delay", "2", "4"],
    "wheel with shift": ["keydown", "shift", "click", "4", "click", "5", "keyup", "shift"],
    "wheel with alt": ["keydown", "alt", "click", "4", "click", "5", "keyup", "alt"],
    "commands with a click": [
        word for held in ("ctrl", "shift", "alt", "super") for word in ("keydown", held, "click", "1", "keyup", held)
    ],
}
"""What xdotool does at a place of the page where there is only text."""


@pytest.mark.breakout(40, 42, 70, 71, 72, 75)
def test_no_button_and_no_wheel_changes_more_than_the_page_itself(lab: Lab):
    lab.fresh(BODY)
    lab.click(at=BLANK)
    before, glass = lab.run(STATE), glass_of(lab)
    for name, what in TRIES.items():
        lab.shell.xdotool("mousemove", *BLANK, *what)
        lab.run("getSelection().empty(); scrollTo(0, 0)")
        assert lab.run(STATE) == before, name
        assert lab.windows() == lab.own_windows, name
    until_glass_is(lab, glass)
    assert {"zoom", "accelerator-keys"} <= lab.refused()


@pytest.mark.breakout(70, 112)
@pytest.mark.parametrize("held", ["", "ctrl", "shift", "ctrl+shift", "alt"])
@pytest.mark.parametrize("button", ["2", "3"])
def test_a_link_opens_nothing_of_its_own_whatever_it_is_clicked_with(lab: Lab, button: str, held: str):
    lab.fresh(f"<a href={lab.other.origin}/ style='position: fixed; inset: 0'>link</a>")
    holding = [["keydown", held], ["keyup", held]] if held else [[], []]
    lab.shell.xdotool("mousemove", *BLANK, *holding[0], "click", button, *holding[1], "key", "Escape")

    assert lab.is_where_it_was()
    assert lab.other.asked == []


@pytest.mark.breakout(78)
def test_corners_and_edges_have_nothing_below(lab: Lab):
    lab.fresh(BODY)
    before, glass = lab.run(STATE), glass_of(lab)
    with desktop(lab.display) as below:
        for x in ("0", "640", "1279"):
            for y in ("0", "400", "799"):
                lab.shell.xdotool("mousemove", x, y, "sleep", "0.05", "click", "1")
        assert below.heard() == 0
    lab.run("getSelection().empty(); scrollTo(0, 0)")
    assert lab.run(STATE)[:-1] == before[:-1]
    lab.shell.xdotool("mousemove", *BLANK)
    until_glass_is(lab, glass)


@pytest.mark.breakout(76, 120)
def test_a_flood_of_presses_goes_to_the_page_alone(lab: Lab):
    lab.fresh(BODY)
    before = lab.run("window.pressed = 0; addEventListener('mousedown', () => pressed++);" + STATE)
    x11 = X11(lab.display)
    try:
        with desktop(lab.display) as below:
            for number in range(400):
                lab_place = str(300 + 7 * number % 900), str(300 + 5 * number % 450)
                if number % 20 == 0:
                    lab.shell.xdotool("mousemove", *lab_place)
                x11.click()
            lab.click(at=BLANK)
            assert below.heard() == 0
    finally:
        x11.close()
    # All of them, or the rest would hit the next test's page.
    all_heard = "let heard; do { heard = pressed; await wait(0.7); } while (!heard || heard !== pressed); return heard"
    assert 0 < lab.run(all_heard, patience=25) <= 401
    assert lab.run("scrollTo(0, 0);" + STATE)[:SELECTION] == before[:SELECTION]


# ── drags ──


@pytest.mark.breakout(45, 77)
@pytest.mark.parametrize(
    "body",
    [
        "<a href=/elsewhere style='font-size: 9em'>link to drag</a>",
        "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>' width=600 height=400>",
        "<p style='font-size: 9em'>text to drag</p><script>getSelection().selectAllChildren(document.body)</script>",
        "<p draggable=true style='font-size: 9em'>thing to drag</p>",
    ],
    ids=["link", "picture", "text", "draggable"],
)
def test_nothing_is_dragged_out(lab: Lab, body: str):
    lab.fresh(body)
    lab.run(
        "window.heard = []; for (const kind of ['dragstart', 'drag']) addEventListener(kind, () => heard.push(kind))"
    )
    lab.shell.xdotool("mousemove", "150", "190", "mousedown", "1", "mousemove", "200", "230", "mousemove", "300", "330")
    lab.shell.xdotool("mousemove", "600", "600", "sleep", "0.1")
    assert lab.windows() == lab.own_windows
    lab.shell.xdotool("mouseup", "1")

    assert lab.run("return heard") == []
    assert lab.is_where_it_was()


@pytest.mark.breakout(77)
def test_no_file_of_another_program_is_dropped_in(lab: Lab):
    lab.fresh(BODY)
    script = """
      for (const kind of ['dragenter', 'dragover', 'drop'])
        addEventListener(kind, (event) => { heard.push(kind); event.preventDefault(); });
    """
    lab.run(script)
    environment = {"DISPLAY": lab.display, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    command = [sys.executable, DRAG_SOURCE]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as source:
        assert source.stdout is not None
        assert source.stdout.readline() == "there\n"
        lab.shell.xdotool("mousemove", "40", "40", "mousedown", "1", "mousemove", "50", "50", "mousemove", "60", "70")
        assert source.stdout.readline() == "drag\n"
        for x, y in (("200", "200"), ("400", "300"), ("500", "400"), ("500", "410")):
            lab.shell.xdotool("mousemove", x, y, "sleep", "0.05")
        lab.shell.xdotool("mouseup", "1", "sleep", "0.3")
        source.communicate()

    assert lab.run("return heard") == []
    assert lab.run("return location.href") == f"{lab.origin}/#here"


# ── while the window comes, and while a visit ends ──

HAMMER = [
    "click",
    "1",
    "click",
    "3",
    "key",
    "ctrl+o",
    "F12",
    "ctrl+p",
    "F1",
    "Return",
    "alt+F4",
    "super+r",
    "click",
    "2",
]


@pytest.mark.breakout(81, 121)
def test_whoever_hammers_while_the_kiosk_starts_gets_nothing(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    need_an_ordinary_account()
    with ExitStack() as stack:
        display = stack.enter_context(virtual_display("1280x800"))
        monkeypatch.setenv("DISPLAY", display)
        shell = Shell(display=display, start=replace(START, engine=engine), base=tmp_path)
        stack.callback(shell.process.kill)
        over = threading.Event()

        def hammer() -> None:
            while not over.is_set():
                shell.xdotool("mousemove", "640", "400", *HAMMER)

        hand = threading.Thread(target=hammer)
        hand.start()
        try:
            shell.expect(Ready)
            site = stack.enter_context(closing(Site()))
            site.page("/", "<a href=/elsewhere target=_blank style='position: fixed; inset: 0'>link</a>")
            shell.send(OpenWidget(1, site.origin + "/"))
            shell.expect(Painted, Painted(1))
        finally:
            over.set()
            hand.join()
        windows = shell.xdotool("search", "--onlyvisible", "--maxdepth", "1", "--name", ".*").split()
        assert len(windows) == 2  # with the root
        assert [path for path in site.asked if path.startswith("/elsewhere")] == []


@pytest.mark.breakout(81, 125)
def test_whoever_hammers_while_a_visit_ends_gets_nothing(lab: Lab):
    lab.fresh("<a href=/elsewhere target=_blank style='position: fixed; inset: 0'>link</a>")
    lab.shell.send(Cover())
    lab.shell.expect(Covered)
    with desktop(lab.display) as below:
        for _ in range(5):
            lab.shell.xdotool("mousemove", *BLANK, *HAMMER)
        assert below.heard() == 0

    assert "/elsewhere" not in lab.attacker.asked
