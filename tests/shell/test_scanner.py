"""A reader and a person at a real window: keys of the X server, at the speed of each."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.scanner import ScannerSettings
from kiosk.shell.protocol import Activity, HidePage, OpenWidget, Ready, Scanned, ShowPage
from tests.shell.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable

    import psutil

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

GAP = 0.15
"""Three times the default: xdotool, too, may have to wait for a busy machine."""

CODE = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJWLTFfMiJ9." + "aB3-_" * 12

HEAR = """
let typed = '';
addEventListener('keydown', (e) => { typed += e.key.length > 1 ? `<${e.key}>` : e.key; });
addEventListener('input', (e) => { if (e.target.value.endsWith('!')) report([e.target.value, typed]); });
document.querySelector('input').focus();
"""


def reads(shell: Shell, text: str, *, end: str = "Return") -> None:
    """Type at a reader's speed, after a pause."""
    shell.xdotool("sleep", str(2 * GAP))
    shell.xdotool("type", "--args", "1", "--delay", "4", text, "key", "--delay", "1", end)


def types(shell: Shell, text: str) -> None:
    """Type a key every 250 ms; xdotool takes half of what it is told."""
    shell.xdotool("type", "--delay", "500", text)


def stop_for_a_while(process: psutil.Process, *, after: float, seconds: float) -> None:
    """Keep `process` from running for `seconds`, `after` some: a busy machine, at a moment that is known."""
    never = threading.Event()
    never.wait(after)
    process.suspend()
    try:
        never.wait(seconds)
    finally:
        process.resume()


@pytest.fixture
def shell(open_shell: Callable[..., Shell]) -> Shell:
    opened = open_shell(replace(START, scanner=ScannerSettings(gap=GAP)))
    opened.expect(Ready)
    return opened


def show_page(shell: Shell, page: str) -> None:
    shell.send(ShowPage(page, "en", data={"methods": ["scanner"]}))
    shell.until_painted()
    shell.xdotool("mousemove", "2", "790", "click", "1")


def show_visit(shell: Shell, site: Site) -> None:
    shell.send(OpenWidget(1, site.page("/", "<h1>x</h1><input>", HEAR)))
    shell.until_painted()
    shell.xdotool("mousemove", "640", "700", "click", "1")
    shell.xdotool("mousemove", "60", "145", "click", "1")


@pytest.mark.breakout(127)
@pytest.mark.parametrize("page", ["attract", "sign-in"])
def test_a_scan_is_read_where_visitors_sign_in(shell: Shell, page: str):
    show_page(shell, page)
    reads(shell, CODE)

    assert shell.expect(Scanned) == Scanned(CODE)
    assert shell.heard(Activity)


def test_one_scan_follows_another_and_typing_is_none(shell: Shell):
    show_page(shell, "attract")
    types(shell, "12345")
    shell.xdotool("key", "Return")
    for code in ("4006381333931", "40063813339_2"):
        reads(shell, code)
        assert shell.expect(Scanned) == Scanned(code)


@pytest.mark.breakout(127)
def test_a_scan_in_a_visit_types_nothing_and_a_person_does(shell: Shell, site: Site):
    show_visit(shell, site)
    reads(shell, CODE)
    shell.xdotool("sleep", str(2 * GAP))
    types(shell, "Hi ")
    shell.xdotool("key", "BackSpace")
    reads(shell, "4006381333931", end="Shift_L")
    shell.xdotool("sleep", str(2 * GAP), "key", "exclam")

    value, typed = site.report()
    assert (value, typed) == ("Hi4006381333931!", "<Shift>Hi <Backspace>4006381333931<Shift><Shift>!")
    assert not shell.heard(Scanned)


def test_a_scan_is_read_by_a_shell_that_was_busy_meanwhile(shell: Shell):
    """Its timer runs out while keys wait to be asked about."""
    show_page(shell, "attract")
    for pause in (0.45, 0.5, 0.55):  # a scan takes 0.3 s, and begins 0.3 s later
        host = shell.host()
        with ThreadPoolExecutor(1) as hand:
            stopped = hand.submit(stop_for_a_while, host, after=pause, seconds=2 * GAP)
            reads(shell, CODE)
            stopped.result()
        assert shell.expect(Scanned) == Scanned(CODE)


def test_without_a_reader_nothing_is_held(open_shell: Callable[..., Shell], site: Site):
    shell = open_shell()
    shell.expect(Ready)
    show_visit(shell, site)
    reads(shell, "12345", end="exclam")

    assert site.report()[0] == "12345!"


def test_the_key_that_ends_a_warning_is_not_typed_into_the_page_below(shell: Shell, site: Site):
    show_visit(shell, site)
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    shell.until_painted()
    shell.xdotool("key", "x")
    shell.send(HidePage())
    shell.xdotool("sleep", str(3 * GAP))
    types(shell, "a!")
    assert site.report() == ["a!", "a<Shift>!"]
