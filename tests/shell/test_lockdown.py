"""What a page asks for and does not get, in a real window. Each test also shows that the page could ask."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.protocol import Blocked, LoadFailed, OpenWidget, Ready, Said, ShowPage
from tests.shell.conftest import START
from tests.shell.pages_server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

UNSEEN = "<style id=unseen>h1 {display: none}</style><h1>page</h1>"
"""Is not on the glass while the page asks: nobody is asked then."""

GESTURE = "addEventListener('click', () => { %s });"


def show(shell: Shell, site: Site, script: str, body: str = "<h1>page</h1>") -> None:
    shell.send(OpenWidget(1, site.page("/", body, script)))
    shell.until_painted()


def click(shell: Shell, x: int = 640, y: int = 400, button: int = 1) -> None:
    shell.xdotool("mousemove", str(x), str(y), "click", str(button))


def test_every_feature_is_enforced(open_shell: Callable[..., Shell]):
    report = open_shell().expect(Ready).enforcement

    assert report == dict.fromkeys(map(str, LockdownFeature), "enforced")


@pytest.mark.parametrize(
    "script",
    ["location.href = url", "document.body.innerHTML = `<a href=${url}>x</a>`; document.querySelector('a').click()"],
    ids=["script", "link"],
)
def test_the_main_frame_goes_to_no_other_origin(shell: Shell, site: Site, other_site: Site, script: str):
    show(shell, site, f"const url = '{other_site.origin}/'; {script}")

    assert shell.blocked("navigation") == Blocked(1, "navigation", "not on the allow-list")
    assert other_site.asked == []


def test_a_sub_frame_goes_to_no_other_origin(shell: Shell, site: Site, other_site: Site):
    show(shell, site, "", f"<iframe src='{other_site.origin}/'></iframe><h1>x")

    shell.blocked("navigation")
    assert other_site.asked == []


def test_a_redirect_leads_to_no_other_origin(shell: Shell, site: Site, other_site: Site):
    shell.send(OpenWidget(1, site.redirect("/", other_site.origin + "/")))

    assert shell.expect(LoadFailed) == LoadFailed(1, "blocked")
    assert other_site.asked == []


def test_a_form_is_sent_to_no_other_origin(shell: Shell, site: Site, other_site: Site):
    show(shell, site, "document.forms[0].submit()", f"<form action='{other_site.origin}/'></form><h1>x")

    shell.blocked("navigation")
    assert other_site.asked == []


def test_the_operators_allow_list_opens_other_origins(open_shell: Callable[..., Shell], site: Site, other_site: Site):
    other_site.page("/", "<h1>other", "report('here')")
    shell = open_shell(replace(START, allow=[other_site.origin]))
    show(shell, site, f"location.href = '{other_site.origin}/'")

    assert other_site.report() == "here"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "chrome://settings", "view-source:https://example.com", "data:text/html,x"]
)
def test_other_schemes_are_blocked(shell: Shell, site: Site, url: str):
    show(shell, site, f"location.href = '{url}'; setTimeout(() => report(location.href), 300)")

    assert site.report() == site.origin + "/"


@pytest.mark.parametrize("url", ["about:blank", "about:about"])
@pytest.mark.parametrize("delay", [0, 500])
def test_a_page_that_blanks_itself_is_reported(shell: Shell, site: Site, url: str, delay: int):
    """Chromium asks nobody about these, nor does WebKit about the first; there must be no white screen."""
    script = f"setTimeout(() => {{ location.href = '{url}' }}, {delay})"
    shell.send(OpenWidget(1, site.page("/", "<h1>x", script)))

    said = shell.expect((LoadFailed, Blocked))
    assert said == LoadFailed(1, "left") or (url == "about:about" and said.feature == "navigation")


@pytest.mark.parametrize(
    "way",
    ["window.open('/new')", "document.querySelector('a').click()", "document.forms[0].submit()"],
    ids=["open", "link", "form"],
)
def test_no_new_window_opens(shell: Shell, site: Site, way: str):
    body = "<a target=_blank href=/new>x</a><form target=_blank action=/new></form><h1>x"
    show(shell, site, GESTURE % way, body)
    click(shell)

    shell.blocked("new-windows")
    assert "/new" not in site.asked


def test_a_redirect_to_no_page_leaves_no_white_screen(shell: Shell, site: Site):
    """Qt stays where it was; WebKit empties the page before it refuses, and that is reported."""
    site.redirect("/r", "data:text/html,x")
    show(shell, site, "setTimeout(() => { location.href = '/r'; setTimeout(() => report('stays'), 1500) }, 300)")

    until = time.monotonic() + PATIENCE
    while site.reports.empty() and not shell.heard(LoadFailed):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nothing_is_downloaded(shell: Shell, site: Site):
    show(shell, site, "document.querySelector('a').click()", "<a download href=/file>x</a><h1>x")

    assert shell.blocked("downloads")
    assert [entry for entry in shell.process.folder.rglob("*") if entry.name == "file"] == []


@pytest.mark.parametrize(
    "ask",
    [
        "navigator.geolocation.getCurrentPosition(report, (e) => report(e.code === 1 ? 'denied' : e.message))",
        "window.Notification ? Notification.requestPermission().then(report) : report('denied')",
        "navigator.clipboard.readText().then(report, (e) => report(e.name))",
        "ask(() => navigator.mediaDevices.getUserMedia({audio: true}))",
        "ask(() => navigator.mediaDevices.getDisplayMedia({video: true}))",
    ],
    ids=["geolocation", "notifications", "clipboard", "microphone", "screen"],
)
def test_no_permission_is_granted(shell: Shell, site: Site, ask: str):
    there = "const ask = async (f) => { try { await f(); report('granted') } catch (e) { report(e.name) } };"
    show(shell, site, there + GESTURE % ask)
    click(shell)

    assert site.report() in {
        "TypeError",
        "denied",
        "NotAllowedError",
        "NotFoundError",
        "NotSupportedError",
        "AbortError",
    }


@pytest.mark.breakout(54)
def test_a_file_chooser_stays_empty(shell: Shell, site: Site):
    show(shell, site, GESTURE % "document.querySelector('input').showPicker()", "<input type=file><h1>x")
    click(shell)

    assert shell.blocked("file-choosers")


def test_script_dialogs_are_answered_with_no(shell: Shell, site: Site):
    asked = "const said = [alert('a') === undefined, confirm('b'), prompt('c')];"
    show(shell, site, f"{asked} unseen.remove(); report(said)", UNSEEN)

    assert site.report() == [True, False, None]
    assert [shell.blocked("script-dialogs").reason for _ in range(3)] == ["alert", "confirm", "prompt"]


def test_a_page_that_asks_all_the_time_does_not_flood_the_supervisor(shell: Shell, site: Site):
    ask = "for (let i = 0; i < 500; i++) alert(i);"
    show(shell, site, f"{ask} unseen.remove(); report('done')", UNSEEN)
    assert site.report() == "done"

    shell.heard(Blocked)
    assert sum(isinstance(event, Blocked) for event in shell.events) < 60


def test_printing_and_full_screen_are_refused(shell: Shell, site: Site):
    refused = "() => report('no')"
    ask = f"print(); document.body.requestFullscreen?.().then(() => report('yes'), {refused}) ?? ({refused})()"
    show(shell, site, GESTURE % ask)
    click(shell)

    assert site.report() == "no"
    assert shell.blocked("print")


def test_closing_itself_is_refused(shell: Shell, site: Site):
    show(shell, site, "close(); setTimeout(() => report('still here'), 200)")

    assert site.report() == "still here"


KEYS = ["ctrl+plus", "ctrl+r", "F5", "ctrl+p", "alt+Left", "ctrl+u", "F12", "ctrl+shift+i", "ctrl+a", "ctrl+f", "F7"]


def test_keys_that_command_a_browser_do_not_reach_the_page(shell: Shell, site: Site):
    script = "addEventListener('keydown', (e) => report(e.key)); document.querySelector('input').focus()"
    show(shell, site, script, "<input><h1>x")
    click(shell)
    shell.xdotool("key", *KEYS, "a", "Tab", "Return", "BackSpace")
    heard = [site.report()]
    while heard[-1] != "Backspace":
        heard.append(site.report())

    assert [key for key in heard if key not in {"Control", "Shift", "Alt"}] == ["a", "Tab", "Enter", "Backspace"]


def test_the_page_cannot_be_zoomed(shell: Shell, site: Site):
    show(shell, site, "addEventListener('keydown', () => report([innerWidth, devicePixelRatio]))")
    click(shell)
    shell.xdotool("keydown", "ctrl", "click", "4", "click", "4", "keyup", "ctrl")
    shell.xdotool("key", "ctrl+plus", "ctrl+minus", "ctrl+minus", "x")

    assert site.report() == [1280, 1]
    assert shell.blocked("zoom")


def test_a_right_click_opens_no_menu(shell: Shell, site: Site):
    show(shell, site, "addEventListener('mousedown', (e) => report(e.button))", "<a href=/>link</a>")
    click(shell, 600, 600)
    assert site.report() == 0
    before = below_the_bar(shell)
    click(shell, 20, BAR_HEIGHT + 20, button=3)
    assert site.report() == 2
    click(shell, 600, 600)
    assert site.report() == 0

    until = time.monotonic() + PATIENCE
    while below_the_bar(shell) != before:
        assert time.monotonic() < until, "a menu, or something else, stays on the screen"


def below_the_bar(shell: Shell) -> bytes:
    """Return the pixels of the page: the bar may still be on its way."""
    picture = shell.screenshot()
    return picture.crop((0, BAR_HEIGHT, *picture.size)).tobytes()


@pytest.mark.breakout(77)
def test_nothing_is_dragged_out(shell: Shell, site: Site):
    script = "for (const kind of ['dragstart', 'dragend', 'mouseup']) addEventListener(kind, () => report(kind));"
    show(shell, site, script, "<a href=/ style='font-size: 9em'>link</a>")
    shell.xdotool(
        "mousemove", "100", "80", "mousedown", "1", "mousemove", "300", "300", "mousemove", "500", "500", "mouseup", "1"
    )

    assert site.report() == "mouseup"


def test_our_own_page_says_a_word_when_it_is_touched(shell: Shell):
    shell.send(ShowPage("out-of-service", "en"))
    shell.until_painted()
    shell.xdotool("key", "Return")

    assert shell.expect(Said) == Said("retry")


def test_another_page_cannot_say_our_words(shell: Shell, site: Site):
    show(shell, site, "", "<a href='kiosk:retry' style='position: fixed; inset: 0'>x</a>")
    click(shell)

    assert shell.blocked("navigation").reason == "only the kiosk's own pages may say this"
    assert not shell.heard(Said)


def test_nothing_of_pywebview_is_on_the_page(shell: Shell, site: Site):
    show(shell, site, "report([typeof pywebview, typeof qt, typeof QWebChannel, String(alert).includes('native')])")

    assert site.report() == ["undefined", "undefined", "undefined", True]
