"""The keyboard on the screen: it is there for a field of the visit's page, and what it types arrives there."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import OpenWidget, Painted, Ready, ShowBar, ShowPage
from tests.shell.conftest import START
from tests.shell.pages_server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

WIDTH, HEIGHT, BAR, STRIP = 1280, 800, 52, 288
"""Pixels: the tests' screen, and what of it the session bar and the keyboard take."""

FULL = HEIGHT - BAR

SCRIPT = """
  const tell = () => report({height: innerHeight, field: document.activeElement.id});
  addEventListener('resize', tell);
  document.oninput = (e) => report(e.target.value);
  document.onfocusout = (e) => report('left ' + e.target.id);
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


def opened(open_shell: Callable[..., Shell], site: Site, *, script: str = SCRIPT, language: str = "en") -> Shell:
    shell = open_shell(replace(START, keyboard=True))
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


def until_keys_are_drawn(shell: Shell) -> None:
    until = time.monotonic() + PATIENCE
    while len(shell.screenshot().crop((0, HEIGHT - STRIP, WIDTH, HEIGHT)).getcolors(1 << 20) or []) < 10:
        assert time.monotonic() < until
        time.sleep(0.02)


def reported(site: Site, wanted: object) -> list[object]:
    """Wait for a report, and return those before it."""
    before: list[object] = []
    while (report := site.report()) != wanted:
        before.append(report)
    return before


Q, BACKSPACE, SYMBOLS, HIDE = (0, 0.05), (2, 0.93), (3, 0.05), (3, 0.95)


@pytest.mark.gui
def test_what_the_keys_type_arrives_in_the_field(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, {"height": FULL - STRIP, "field": "first"})
    until_keys_are_drawn(page)

    for key, wanted in (
        (Q, "q"),
        ((0, 0.15), "qw"),
        (BACKSPACE, "q"),
        ((3, 0.17), None),  # accents
        ((0, 0.35), "qä"),
        (SYMBOLS, None),
        ((2, 0.25), "qä?"),
    ):
        touch_key(page, *key)
        time.sleep(0.15)
        if wanted is not None:
            assert reported(site, wanted) == []


@pytest.mark.gui
def test_keys_that_are_touched_in_quick_succession_all_arrive(page: Shell, site: Site):
    touch_field(page, 20)
    reported(site, {"height": FULL - STRIP, "field": "first"})
    until_keys_are_drawn(page)

    for _ in range(12):
        touch_key(page, *Q)
    reported(site, "q" * 12)


@pytest.mark.gui
def test_a_field_at_the_bottom_stays_in_sight(page: Shell, site: Site):
    touch_field(page, 600)
    reported(site, {"height": FULL - STRIP, "field": "low"})
