"""Painted means: on the glass. A page that failed is never painted."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.protocol import LoadFailed, OpenWidget, Painted, Ready, ShowPage
from tests.shell.conftest import START
from tests.shell.pages_server import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

GREEN, RED = (0, 160, 0), (160, 0, 0)


def colour(rgb: tuple[int, int, int]) -> str:
    return f"<style>body {{background: rgb{rgb}}}</style><h1>page</h1>"


def test_the_pixels_are_there_when_painted_is_reported(shell: Shell, site: Site):
    for visit, rgb in enumerate([GREEN, RED, GREEN], start=1):
        shell.send(OpenWidget(visit, site.page(f"/{visit}", colour(rgb))))

        assert shell.until_painted() == Painted(visit)
        image = shell.screenshot()
        corners = [(0, 799), (0, BAR_HEIGHT), (1279, BAR_HEIGHT), (1279, 799)]
        assert {image.getpixel(point) for point in corners} == {rgb}


def test_our_own_pages_are_painted_under_their_names(shell: Shell):
    before = shell.screenshot()
    for page in ("attract", "loading", "out-of-service"):
        shell.send(ShowPage(page, "en"))
        assert shell.until_painted() == Painted(0, page)
        assert shell.screenshot() != before
        before = shell.screenshot()


def test_own_pages_and_visits_may_alternate(shell: Shell, site: Site):
    for visit in range(1, 4):
        shell.send(ShowPage("attract", "en"))
        assert shell.until_painted() == Painted(0, "attract")
        shell.send(OpenWidget(visit, site.page("/", colour(GREEN))))
        assert shell.until_painted() == Painted(visit)


def test_a_command_that_comes_before_ready_is_obeyed(open_shell: Callable[..., Shell], site: Site, engine: str):
    shell = open_shell()
    shell.send(OpenWidget(7, site.page("/", colour(GREEN))))

    assert shell.expect(Ready).engine == engine
    assert shell.until_painted() == Painted(7)


def test_a_page_is_painted_before_it_is_loaded(shell: Shell, site: Site):
    """The picture never comes; a visitor sees the text all the same."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        picture = f"<img src=http://127.0.0.1:{silent.getsockname()[1]}/>"
        shell.send(OpenWidget(1, site.page("/", colour(GREEN) + picture)))

        assert shell.until_painted() == Painted(1)


def test_a_page_that_goes_on_to_another_is_painted_once_it_stays(shell: Shell, site: Site):
    last = site.page("/last", colour(GREEN))
    shell.send(OpenWidget(1, site.page("/first", "", f"location.replace({last!r})")))

    assert shell.until_painted() == Painted(1)
    assert shell.screenshot().getpixel((1279, 799)) == GREEN


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_page_that_nobody_serves_fails(shell: Shell):
    shell.send(OpenWidget(1, f"http://127.0.0.1:{unused_port()}/"))

    assert shell.expect(LoadFailed) == LoadFailed(1, "connection")
    assert not shell.heard(Painted)


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_an_error_page_fails_although_it_can_be_seen(shell: Shell, site: Site, status: int):
    shell.send(OpenWidget(1, site.page("/", colour(RED), status=status)))

    assert shell.expect(LoadFailed) == LoadFailed(1, f"http-{status}")
    site.page("/next", colour(GREEN))
    shell.send(OpenWidget(2, site.origin + "/next"))
    assert shell.until_painted() == Painted(2)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("", 204, {}),
        Answer("a", 200, {"Content-Type": "application/zip"}),
        Answer("a", 200, {"Content-Type": "text/html", "Content-Disposition": "attachment"}),
    ],
    ids=["empty", "archive", "attachment"],
)
def test_what_is_not_a_page_fails(shell: Shell, site: Site, answer: Answer):
    site.pages["/"] = answer
    shell.send(OpenWidget(1, site.origin + "/"))

    assert shell.expect(LoadFailed) == LoadFailed(1, "not-a-page")
    assert not shell.heard(Painted)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://example.com/", "data:text/html,x", "kiosk:retry", ""])
def test_a_url_that_no_widget_has_is_refused(shell: Shell, url: str):
    shell.send(OpenWidget(1, url))

    assert shell.expect(LoadFailed) == LoadFailed(1, "refused")


def test_the_last_command_wins(shell: Shell, site: Site):
    for visit in range(1, 6):
        shell.send(OpenWidget(visit, site.page(f"/{visit}", colour(GREEN if visit == 5 else RED))))

    while shell.until_painted() != Painted(5):
        pass
    assert shell.screenshot().getpixel((1279, 799)) == GREEN
    assert not shell.heard(LoadFailed)


def test_the_window_covers_the_screen_without_a_window_manager(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>size", "report([innerWidth, innerHeight])")))

    assert site.report() == [1280, 800 - BAR_HEIGHT]


def test_a_window_for_development_has_a_frame_and_a_title_without_secrets(open_shell: Callable[..., Shell], site: Site):
    shell = open_shell(replace(START, windowed=True))
    shell.send(OpenWidget(1, site.page("/", "<title>page's title</title><h1>x") + "?secret"))

    shell.until_painted()
    assert shell.xdotool("search", "--onlyvisible", "--name", "Brand", "getwindowname") == "Brand"
