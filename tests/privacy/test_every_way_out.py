"""After every way in which a visit can end, the next visitor's page finds nothing, and nothing is on the disk."""

from __future__ import annotations

import time

import pytest

from tests.privacy import endings
from tests.privacy.conftest import EVERYTHING
from tests.privacy.endings import front
from tests.privacy.hostile_site import HINTS
from tests.privacy.scanning import search_memory
from tests.privacy.venue import until

pytestmark = [pytest.mark.gui, pytest.mark.timeout(300)]

PLANTED = (1, 254, 129)
"""The colour of a page that plants."""

VISITED = (255, 0, 254)

REFUSED = {
    "qtwebengine": {"web-sql", "shared-storage", "password", "clipboard"},
    "webkitgtk": {"web-sql", "shared-storage", "password", "clipboard", "storage-bucket", "file-system"}
    | {"opfs", "third-party-frame"},
}
"""States that a page of this engine cannot plant, or may not."""

NOT_KEPT = {"qtwebengine": set(), "webkitgtk": {"http-cache", "etag"}}
"""States that a page can plant, and that this engine does not even keep for the same visit."""

UNSEEN = {"form", "timer", "event-source", "web-socket", "keepalive", "title", "download", "spelling"} | {
    "pristine-permissions",
    "pristine-view",
    "broadcast",
    "shared-worker",
}
"""States that end with the page that has them, or that are to be found in files and traffic only."""


WITHOUT_A_TEXT = {"history", "http-auth", "indexed-db", "service-worker", "storage-bucket"}
"""What is found of them is that there is something."""


def found_in(report):
    """Return what a probe found, without what there is nothing to probe for."""
    return {
        name: what
        for name, what in report.items()
        if what is not None and not name.startswith("pristine") and not (isinstance(what, dict) and "error" in what)
    }


@pytest.fixture(scope="module")
def pristine(venue):
    """What a page sees of a terminal that nobody used before."""
    report = venue.probe()
    assert found_in(report) == {}
    return report


def colours(venue):
    image = venue.kiosk.screenshot()
    return {colour for _, colour in image.getcolors(image.width * image.height)}


@pytest.mark.private(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 16, 18, 20, 30)
def test_the_page_finds_what_it_planted_as_long_as_the_visit_lasts(venue, engine, pristine):
    """Without this, a probe that finds nothing would prove nothing."""
    venue.site.order("probe")
    visitor = venue.plant(reload=True)
    found = found_in(venue.site.report())
    venue.end()

    refused = {name for name, came in visitor.planted.items() if came != "ok"}
    assert refused == REFUSED[engine], visitor.planted
    assert set(found) == set(visitor.planted) - refused - NOT_KEPT[engine] - UNSEEN
    assert all(visitor.canary in str(what) or name in WITHOUT_A_TEXT for name, what in found.items()), found


@pytest.mark.private(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 28, 30)
@pytest.mark.parametrize("way", [*endings.AT_ONCE, *endings.SLOW])
def test_the_next_visitor_finds_nothing(venue, open_venue, pristine, way):
    if way in endings.SLOW and not EVERYTHING:
        pytest.skip("takes longer: `make privacy`")
    place = open_venue(**endings.SETTINGS[way]) if way in endings.SETTINGS else venue
    visitor = place.plant()
    until(lambda: PLANTED in colours(place))

    (endings.AT_ONCE | endings.SLOW)[way](place)

    over = time.monotonic()
    assert PLANTED not in colours(place)
    report = place.probe()
    assert found_in(report) == {}
    assert report == pristine
    assert VISITED not in colours(place)
    assert place.search(visitor) == []
    until(lambda: not place.site.open)
    assert place.site.since(over, visitor.canary) == []
    first = place.site.first_since(over)
    assert not first.resumed
    assert not first.headers.keys() & set(HINTS)


@pytest.mark.private(20)
@pytest.mark.parametrize("way", ["Done", "kiosk end"])
def test_a_page_that_hangs_keeps_nobody_and_leaves_nothing(venue, pristine, way):
    visitor = venue.plant(hang=True)

    endings.AT_ONCE[way](venue)

    assert venue.probe() == pristine
    assert venue.search(visitor) == []


@pytest.mark.private(24)
def test_no_process_that_goes_on_has_anything_of_a_visitor_in_its_memory(venue, pristine):
    visitor = venue.plant()
    venue.end()
    supervisor = venue.kiosk.process.pid
    # The sweeps are 1 s and 10 s after the visit.
    until(lambda: search_memory(supervisor, visitor.texts()) == [], patience=30)

    seen = venue.memory(visitor)
    assert seen[supervisor] == []
    assert [spots for spots in seen.values() if spots] == []
    looked_into = {pid for pid, spots in seen.items() if spots is not None}
    assert looked_into >= {process.pid for process in front(venue)[:2]}  # a renderer lets nobody look


@pytest.mark.private(24)
def test_a_search_of_memory_finds_what_is_there(venue, pristine):
    visitor = venue.plant()
    seen = search_memory(venue.kiosk.process.pid, visitor.texts())
    host = search_memory(front(venue)[1].pid, visitor.texts())
    venue.end()

    assert {spot.name for spot in seen or []} == {"canary", "token 0"}
    assert {spot.name for spot in host or []} == {"canary", "token 0"}


@pytest.mark.private(23)
def test_the_lines_of_a_visit_have_a_name_in_common_that_says_nothing(venue, pristine):
    names = []
    for _ in range(2):
        visitor = venue.plant()
        venue.end()
        began = next(line for line in reversed(venue.kiosk.lines) if "visit began" in line)
        name = began.rpartition("visitor=")[2]
        lines = [line for line in venue.kiosk.lines if line.endswith(f"visitor={name}")]
        names.append(name)
        assert "visit began" in lines[0]
        assert any("widget painted" in line for line in lines)
        assert "visit ended" in lines[-1]
        assert visitor.canary not in "".join(lines)
    assert len(set(names)) == 2
