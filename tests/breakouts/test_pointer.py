"""Everything that a hand does to a screen, as far as an X server can be told to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import Gesture
from tests.breakouts.test_keyboard import STATE

if TYPE_CHECKING:
    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

LISTEN = """window.heard = [];
for (const kind of ["auxclick", "contextmenu", "dragstart", "drop", "dragover", "mousedown", "paste", "wheel"])
  addEventListener(kind, (event) => {
    if (!event.defaultPrevented) heard.push(kind + (kind === "mousedown" ? event.button : ""));
  });"""


def heard(lab: Lab) -> set[str]:
    """Return what the page heard of the pointer, once it has heard a click."""
    lab.run("window.clicked = 0; addEventListener('click', () => { clicked = 1; }, {once: true})")
    lab.click(at=("1200", "780"))
    lab.until(lambda: lab.run("return clicked") == 1)
    return set(lab.run("return heard"))


@pytest.mark.breakout(40, 75)
@pytest.mark.parametrize("button", [2, 8, 9])
def test_other_buttons_than_two_do_not_reach_a_page(lab: Lab, button: int):
    lab.run("stage.innerHTML = '<a href=/next target=_blank style=\"display:block;height:600px\">link</a>'")
    lab.run(LISTEN)
    before = lab.run(STATE)
    lab.click(button=button)
    lab.click(button=button, at=("640", "150"))

    assert heard(lab) <= {"mousedown0"}
    assert lab.run(STATE) == before


@pytest.mark.breakout(42, 71, 72)
@pytest.mark.parametrize("wheel", [["4"], ["5"], ["6"], ["7"]], ids=["up", "down", "left", "right"])
@pytest.mark.parametrize("held", ["", "Control_L", "Shift_L"])
def test_no_wheel_zooms_goes_back_or_loads_anew(lab: Lab, wheel: list[str], held: str):
    lab.run("history.pushState(1, '', '#1'); history.pushState(2, '', '#2')")
    state = STATE.replace("scrollX, scrollY, ", "")  # scrolling is what a wheel is for
    before = lab.run(state)
    words = ["click", "--repeat", "20", "--delay", "5", *wheel]
    lab.shell.xdotool("mousemove", "640", "426", *(["keydown", held, *words, "keyup", held] if held else words))

    assert lab.run(state) == before


@pytest.mark.breakout(25, 70)
def test_a_long_press_and_a_right_click_open_no_menu(lab: Lab):
    lab.run("stage.innerHTML = '<input style=\"width:90vw;height:80vh\" value=text>'")
    lab.shell.xdotool("mousemove", "640", "426", "mousedown", "1", "sleep", "1.2", "mouseup", "1")
    assert lab.windows() == lab.own_windows
    lab.click(button=3)
    assert lab.is_where_it_was()
    assert lab.windows() == lab.own_windows


@pytest.mark.breakout(71)
def test_a_double_and_a_triple_click_zoom_nothing(lab: Lab):
    lab.run("stage.innerHTML = '<p style=\"width:300px\">some text to zoom to</p>'")
    before = lab.run("return [visualViewport.scale, devicePixelRatio, innerWidth]")
    for at in (("100", "160"), ("640", "426")):
        lab.shell.xdotool("mousemove", *at, "click", "--repeat", "2", "--delay", "60", "1", "sleep", "0.4")
        lab.shell.xdotool("click", "--repeat", "3", "--delay", "60", "1")

    assert lab.run("return [visualViewport.scale, devicePixelRatio, innerWidth]") == before


@pytest.mark.breakout(45, 77)
@pytest.mark.parametrize(
    "what",
    [
        "<a href='/canary'>link to drag</a>",
        "<img width=300 height=300 src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>'>",
        "<div draggable=true style='width:300px;height:300px'>box</div>",
        "<p id=text>selected text</p>",
    ],
    ids=["link", "picture", "box", "text"],
)
def test_nothing_can_be_dragged(lab: Lab, what: str):
    lab.run(f"stage.innerHTML = `{what}`; stage.style.fontSize = '60px'")
    lab.run("if (window.text) getSelection().selectAllChildren(text)")
    lab.run(LISTEN)
    path = [word for x in range(120, 900, 40) for word in ("mousemove", str(x), "170")]
    lab.shell.xdotool("mousemove", "100", "165", "sleep", "0.1", "mousedown", "1", *path, "mouseup", "1")

    assert not {"dragstart", "dragover", "drop"} & heard(lab)


@pytest.mark.breakout(76)
def test_a_flood_of_presses_is_at_most_clicks(lab: Lab):
    for x in range(40, 1280, 60):
        lab.shell.xdotool("mousemove", str(x), str(100 + x // 2), "click", "--repeat", "5", "--delay", "1", "1")

    assert lab.is_where_it_was()


@pytest.mark.breakout(68, 72, 78)
def test_corners_and_edges_are_the_pages_or_the_operators(lab: Lab):
    state = STATE.replace("String(getSelection()), ", "")
    before = lab.run(state)
    for x, y in (("1279", "100"), ("1279", "799"), ("0", "799"), ("640", "799"), ("0", "400"), ("1279", "400")):
        lab.shell.xdotool("mousemove", x, y, "sleep", "0.1", "click", "1")
        lab.shell.xdotool("mousemove", x, y, "mousedown", "1", "mousemove", "640", "426", "mouseup", "1")

    assert lab.run(state) == before
    assert not lab.shell.heard(Gesture)
