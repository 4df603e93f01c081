"""A renewed widget URL in the middle of a visit: the visitor's place stays, and nothing comes in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import OpenWidget, Painted, ShowPage
from tests.shell.test_paint import GREEN, colour
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

REPORT = "report(location.href)"
MIDDLE = (640, 500)


@pytest.fixture
def x11(display: str) -> Iterator[X11]:
    opened = X11(display)
    yield opened
    opened.close()


def serve(site: Site, *paths: str, script: str = REPORT) -> None:
    for path in paths:
        site.page(path, colour(GREEN), script)


def opened(shell: Shell, site: Site, url: str) -> None:
    """Open a visit, as in life: from the loading page."""
    shell.send(ShowPage("loading", "en"))
    shell.send(OpenWidget(1, url))
    shell.expect(Painted, Painted(1))
    assert site.report() == url


@pytest.mark.parametrize(
    "place", ["/w?token=old&own=1", "/w/missions?token=old#list", "/w/missions#list", "/w?token=old#/x?y=z"]
)
def test_the_page_comes_again_where_it_was(shell: Shell, site: Site, x11: X11, place: str):
    serve(site, "/w", "/w/missions")
    opened(shell, site, f"{site.origin}/w?token=old")
    serve(site, "/w", "/w/missions", script=f"{REPORT}; history.replaceState(null, '', '{place}')")
    shell.send(OpenWidget(1, f"{site.origin}/w?token=old"))
    site.report()
    shell.expect(Painted, Painted(1))
    shell.send(OpenWidget(1, f"{site.origin}/w?token=new", resume=True))
    seen: set[tuple[int, int, int]] = set()
    while site.reports.empty():
        seen.add(x11.pixel(*MIDDLE))
    shell.expect(Painted, Painted(1))
    seen.add(x11.pixel(*MIDDLE))

    path, mark, fragment = place.partition("#")
    renewed = path.replace("old", "new") if "old" in path else f"{path}?token=new"
    assert site.report() == site.origin + renewed + mark + fragment
    assert seen == {GREEN}


def test_a_token_in_the_fragment_is_loaded_as_well(shell: Shell, site: Site):
    """A new fragment alone would load nothing: the page would never look at it."""
    serve(site, "/w")
    opened(shell, site, f"{site.origin}/w#token=old")
    shell.send(OpenWidget(1, f"{site.origin}/w#token=new", resume=True))

    assert site.report() == f"{site.origin}/w#token=new"
    assert shell.expect(Painted) == Painted(1)


def test_a_page_that_went_elsewhere_is_loaded_anew(shell: Shell, site: Site, other_site: Site):
    serve(site, "/w")
    serve(other_site, "/v")
    opened(shell, site, f"{site.origin}/w?token=old")
    shell.send(OpenWidget(1, f"{other_site.origin}/v?token=new", resume=True))

    assert other_site.report() == f"{other_site.origin}/v?token=new"
    assert shell.expect(Painted) == Painted(1)


def test_a_renewed_url_for_a_page_that_never_came_is_just_opened(shell: Shell, site: Site):
    serve(site, "/w")
    shell.send(ShowPage("loading", "en"))
    shell.send(OpenWidget(1, f"{site.origin}/w?token=new", resume=True))

    assert shell.expect(Painted, Painted(1)) == Painted(1)
    assert site.report() == f"{site.origin}/w?token=new"
