"""The keyboard on the screen: it is there for a field of the visit's page, and what it types arrives there."""

from __future__ import annotations

import importlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import OpenWidget, Painted, Ready, Said, ShowBar
from tests.shell.conftest import START
from tests.shell.pages_server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

WIDTH, HEIGHT, BAR, STRIP = 1280, 800, 52, 288
"""Pixels: the tests' screen, and what of it the session bar and the keyboard take."""

FULL = HEIGHT - BAR
SHOWN = {"height": FULL - STRIP, "field": "first"}

SCRIPT = """
  const tell = () => report({height: innerHeight, field: document.activeElement.id});
  addEventListener('resize', tell);
  document.oninput = (e) => report(e.target.value);
  addEventListener('focusout', (e) => report('left ' + e.target.id));
"""
BODY = """
  <style>body { margin: 0 } input { position: absolute; left: 100px; width: 300px; height: 40px }</style>
  <h1 style="margin-left: 600px">Form</h1>
  <input id=first style="top: 20px"><input id=second type=tel style="top: 100px"><input id=low style="top: 600px">
"""


@pytest.fixture
def page(open_shell: Callable[..., Shell], site: Site) -> Shell:
    """A visit's page with three fields, in a shell that has a keyboard."""
    return opened(open_shell, site)


def opened(
    open_shell: Callable[..., Shell], site: Site, *, script: str = SCRIPT, language: str = "en", keyboard: bool = True
) -> Shell:
    shell = open_shell(replace(START, keyboard=keyboard))
    shell.expect(Ready)
    shell.send(ShowBar(language, "••••4711"))
    shell.send(OpenWidget(1, site.page("/", BODY, script)))
    shell.expect(Painted, Painted(1))
    return shell


def touch(shell: Shell, x: float, y: float) -> None:
    shell.xdotool("mousemove", str(round(x)), str(round(y)), "click", "1")


def touch_field(shell: Shell, top: int) -> None:
    touch(shell, 200, BAR + top + 20)


def touch_key(shell: Shell, row: int, place: float) -> None:
    """Touch the key in a row from 0 to 3, at a place from 0 (left) to 1 (right)."""
    touch(shell, WIDTH * place, HEIGHT - STRIP + STRIP * (row + 0.5) / 4)


def strip(shell: Shell) -> bytes:
    return shell.screenshot().crop((0, HEIGHT - STRIP, WIDTH, HEIGHT)).tobytes()


def wait(until: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < limit
        time.sleep(0.02)


def until_keys_are_drawn(shell: Shell) -> None:
    """Wait until the strip is of many colours, and stays as it is."""
    last = b""

    def settled() -> bool:
        nonlocal last
        before, last = last, strip(shell)
        return before == last and len(set(last)) > 10

    wait(settled)


def after(shell: Shell, change: Callable[[], None]) -> None:
    """Wait until the strip is another one than it was before `change`."""
    before = strip(shell)
    change()
    wait(lambda: strip(shell) != before)
    until_keys_are_drawn(shell)


def reported(site: Site, wanted: object) -> list[object]:
    """Wait for a report, and return those before it."""
    before: list[object] = []
    while (report := site.report()) != wanted:
        before.append(report)
    return before


Q, BACKSPACE, SYMBOLS, ACCENTS, HIDE = (0, 0.05), (2, 0.93), (3, 0.05), (3, 0.17), (3, 0.95)


@pytest.mark.gui
@pytest.mark.both_engines
def test_what_the_keys_type_arrives_in_the_field(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, SHOWN)
    until_keys_are_drawn(page)

    for key, wanted in (
        (Q, "q"),
        ((0, 0.15), "qw"),
        (BACKSPACE, "q"),
        (ACCENTS, None),
        ((0, 0.35), "qä"),
        (SYMBOLS, None),
        ((2, 0.25), "qä?"),
    ):
        if wanted is None:
            after(page, lambda key=key: touch_key(page, *key))
        else:
            touch_key(page, *key)
            assert reported(site, wanted) == []


@pytest.mark.gui
@pytest.mark.both_engines
def test_keys_that_are_touched_in_quick_succession_all_arrive(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, SHOWN)
    until_keys_are_drawn(page)

    for _ in range(12):
        touch_key(page, *Q)
    reported(site, "q" * 12)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_real_keyboard_types_on_beside_it(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, SHOWN)
    page.xdotool("type", "abc")
    reported(site, "abc")


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_field_at_the_bottom_stays_in_sight(open_shell: Callable[..., Shell], site: Site):
    script = "addEventListener('scroll', () => report(low.getBoundingClientRect().bottom <= innerHeight))"
    shell = opened(open_shell, site, script=script)
    touch_field(shell, 600)
    reported(site, True)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_field_for_digits_has_keys_for_digits(page: Shell, site: Site):
    touch_field(page, 100)
    reported(site, {"height": FULL - STRIP, "field": "second"})
    until_keys_are_drawn(page)
    touch_key(page, 0, 0.1)
    reported(site, "1")


@pytest.mark.gui
@pytest.mark.both_engines
def test_the_keys_go_when_they_are_sent_away_and_when_no_field_has_the_focus(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, SHOWN)
    until_keys_are_drawn(page)
    touch_key(page, *HIDE)
    assert reported(site, {"height": FULL, "field": "first"}) == []

    touch_field(page, 20)
    assert reported(site, SHOWN) == []

    touch(page, WIDTH - 50, BAR + 300)
    both = [site.report(), site.report()]  # one may overtake the other
    assert {"height": FULL, "field": ""} in both
    assert "left first" in both


@pytest.mark.gui
@pytest.mark.both_engines
def test_letters_are_those_of_the_visitors_language_and_latin_ones_too(open_shell: Callable[..., Shell], site: Site):
    shell = opened(open_shell, site, language="uk")
    touch_field(shell, 20)
    reported(site, SHOWN)
    until_keys_are_drawn(shell)
    touch_key(shell, *Q)
    reported(site, "й")
    after(shell, lambda: touch_key(shell, *ACCENTS))  # here the key for another alphabet
    touch_key(shell, *Q)
    reported(site, "йq")


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_field_in_a_frame_of_another_site_gets_keys(open_shell: Callable[..., Shell], site: Site, other_site: Site):
    inner = other_site.page("/", BODY, "report('here'); document.oninput = (e) => report(e.target.value)")
    frame = f"<h1>Form</h1><iframe src='{inner}' style='position: absolute; inset: 0; width: 100%; height: 700px'>"
    shell = open_shell(replace(START, keyboard=True, allow=[other_site.origin]))
    shell.expect(Ready)
    shell.send(OpenWidget(1, site.page("/", frame)))
    shell.expect(Painted, Painted(1))
    reported(other_site, "here")
    touch_field(shell, 20)
    until_keys_are_drawn(shell)
    touch_key(shell, *Q)
    reported(other_site, "q")


@pytest.mark.gui
@pytest.mark.both_engines
def test_without_the_setting_there_is_no_keyboard(open_shell: Callable[..., Shell], site: Site):
    shell = opened(open_shell, site, keyboard=False)
    touch_field(shell, 20)
    shell.xdotool("type", "a")
    assert reported(site, "a") == []


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_page_that_hangs_breaks_nothing(open_shell: Callable[..., Shell], site: Site):
    hang = """
      const ask = new XMLHttpRequest();
      ask.open('POST', '/report', false);
      first.oninput = () => { ask.send('"hangs"'); for (;;); };
    """
    shell = opened(open_shell, site, script=hang)
    after(shell, lambda: touch_field(shell, 20))
    for _ in range(3):
        touch_key(shell, *Q)
    reported(site, "hangs")
    shown = strip(shell)
    touch_key(shell, *HIDE)
    wait(lambda: strip(shell) != shown)
    touch(shell, WIDTH - 60, BAR / 2)
    shell.expect(Said, Said("done"))


def test_a_key_types_its_text_and_nothing_else():
    strokes = qt_keyboard().strokes
    assert strokes("q") == [(ord("Q"), "q")]
    assert strokes("ä") == [(0, "ä")]
    assert [text for _, text in strokes("\u0644\u0627")] == ["\u0644", "\u0627"]
    assert len(strokes("{enter}")) == len(strokes("{bksp}")) == 1
    assert strokes("\x03") == strokes("x" * 9) == strokes("") == []


@pytest.mark.parametrize(
    ("hints", "kind"),
    [
        ("ImhNone", "text"),
        ("ImhMultiLine", "text"),
        ("ImhDigitsOnly", "numbers"),
        ("ImhFormattedNumbersOnly", "numbers"),
        ("ImhDialableCharactersOnly", "numbers"),
        ("ImhEmailCharactersOnly", "email"),
        ("ImhUrlCharactersOnly", "url"),
        ("ImhHiddenText", "latin"),
    ],
)
def test_a_field_gets_the_keys_that_it_asks_for(hints: str, kind: str):
    module = qt_keyboard()
    qt = importlib.import_module("PySide6.QtCore").Qt
    assert module.kind_of(getattr(qt.InputMethodHint, hints) | qt.InputMethodHint.ImhNoPredictiveText) == kind


def qt_keyboard() -> ModuleType:
    pytest.importorskip("PySide6.QtWebEngineCore")
    return importlib.import_module("kiosk.shell.engines.qt_keyboard")
