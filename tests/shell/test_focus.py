"""What is typed goes to the page that people look at: never to one below it, whatever that one does."""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import OpenWidget, Painted, Said, ShowPage
from tests.shell.test_stage import BUTTON, DONE, x11

if TYPE_CHECKING:
    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site
    from tests.shell.x11 import X11

__all__ = ["x11"]

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

LISTEN = "addEventListener('keydown', (e) => report(e.key), true); setTimeout(() => report('ready'), 300);"
PIN = "80241739"


def open_visit(shell: Shell, site: Site, script: str) -> None:
    shell.send(ShowPage("loading", "en"))
    shell.expect(Painted, Painted(0, "loading"))
    shell.send(OpenWidget(1, site.page("/", "<p>visit</p><input id=i autofocus>", LISTEN + script)))
    shell.expect(Painted, Painted(1))
    assert site.report() == "ready"


def type_pin(shell: Shell) -> None:
    shell.xdotool("type", "--delay", "60", PIN)
    shell.xdotool("key", "Return")


@pytest.mark.parametrize(
    "script",
    [
        "setInterval(() => { window.focus(); i.blur(); i.focus(); }, 20)",
        "setInterval(() => { location.hash = Math.random(); i.focus(); }, 50)",
        "setTimeout(() => location.reload(), 1200)",
        "setTimeout(() => location.replace('/?' + Math.random()), 1200)",
    ],
)
def test_a_page_below_the_pin_page_gets_none_of_it(shell: Shell, site: Site, script: str):
    open_visit(shell, site, script)
    shell.send(ShowPage("pin", "en", data={"wait": 0, "wrong": False, "unset": False}))
    shell.expect(Painted, Painted(0, "pin"))
    time.sleep(1.5)  # the page does it meanwhile
    type_pin(shell)

    assert shell.expect(Said) == Said("pin", PIN)
    heard = [site.reports.get_nowait() for _ in range(site.reports.qsize())]
    assert set(heard) <= {"ready"}


def test_a_page_that_is_renewed_below_the_pin_page_gets_none_of_it(shell: Shell, site: Site):
    open_visit(shell, site, "")
    shell.send(ShowPage("pin", "en", data={"wait": 0, "wrong": False, "unset": False}))
    shell.expect(Painted, Painted(0, "pin"))
    shell.send(OpenWidget(1, site.origin + "/?token=new", resume=True))
    shell.expect(Painted, Painted(1))
    type_pin(shell)

    assert shell.expect(Said) == Said("pin", PIN)
    heard = [site.reports.get_nowait() for _ in range(site.reports.qsize())]
    assert set(heard) <= {"ready"}


def is_heard(shell: Shell, site: Site, key: str) -> bool:
    """Whether the visit's page hears of a key that is pressed now."""
    shell.xdotool("key", key)
    with suppress(queue.Empty):
        while site.reports.get(timeout=1) != key:
            pass
        return True
    return False


def test_a_click_into_the_page_takes_the_keyboard_back_from_the_bar(shell: Shell, site: Site, x11: X11):
    open_visit(shell, site, "")
    x11.wait_for(*DONE, BUTTON)
    while is_heard(shell, site, "z"):
        shell.xdotool("key", "Tab")
    shell.xdotool("mousemove", "640", "400", "click", "1")

    assert is_heard(shell, site, "b")
    assert not shell.heard(Said)
