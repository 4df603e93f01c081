"""The kiosk on Wayland, under the compositor that the lock-down kit puts it under, in a window of its own on Xvfb."""

from __future__ import annotations

import shutil
import time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from PIL import ImageColor

from tests.e2e.conftest import PATIENCE
from tests.shell.conftest import engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

    from kiosk.sandbox.server import RunningSandbox
    from tests.e2e.conftest import Kiosk

pytestmark = pytest.mark.gui

OUTPUT = (0, 0, 1024, 768)
"""Where wlroots' X11 backend puts what would be the screen."""

DONE = (900, 0, 1024, 52)
"""The right end of the session bar."""

BUTTON = ImageColor.getrgb("#ffc145")

LEADING_OUT = ("ctrl+alt+F1", "ctrl+alt+F2", "alt+Escape", "alt+F4", "ctrl+alt+BackSpace", "alt+Print", "alt+Tab")
"""Virtual terminals, the key that ends a cage built for its developers, closing, zapping, SysRq, the next window."""

# What cage starts ends with it: systemd and logind see to that on a terminal.
UNDER_CAGE = ("cage", "-d", "--", "setpriv", "--pdeathsig", "TERM", "--")


@pytest.fixture(params=engines())
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def runtime() -> Iterator[str]:
    """The account's runtime folder: its path has to be short, for the sockets in it."""
    with TemporaryDirectory(prefix="k") as folder:
        yield folder


@pytest.fixture
def under_cage(start: Callable[..., Kiosk], sandbox: RunningSandbox, runtime: str, engine: str) -> Kiosk:
    """A kiosk that shows a visit, with its spare ready."""
    if shutil.which("cage") is None:
        pytest.skip("cage is not installed; `make test` installs it")
    kiosk = start(
        "--user",
        "anna",
        "--engine",
        engine,
        sandbox=sandbox,
        before=UNDER_CAGE,
        XDG_RUNTIME_DIR=runtime,
        TMPDIR=runtime,
        XDG_SESSION_TYPE="wayland",
        WLR_BACKENDS="x11",
        WLR_RENDERER="pixman",
    )
    kiosk.wait_for("widget painted visit=1")
    kiosk.wait_for("shell ready role=spare")
    return kiosk


def screen(kiosk: Kiosk) -> Image:
    return kiosk.screenshot().crop(OUTPUT)


def button_of(bar: Image) -> tuple[int, int] | None:
    """Return the middle of what has the button's colour in the end of the `bar`, on the screen."""
    spots = [
        (DONE[0] + number % bar.width, number // bar.width)
        for number, pixel in enumerate(bar.get_flattened_data())
        if pixel == BUTTON
    ]
    return spots[len(spots) // 2] if spots else None


def wait_for_bar(kiosk: Kiosk, *, there: bool) -> tuple[int, int] | None:
    """Wait until the session bar is on the screen, or is not, and return the middle of its button."""
    until = time.monotonic() + PATIENCE
    while bool(place := button_of(screen(kiosk).crop(DONE))) is not there:
        assert time.monotonic() < until, kiosk.lines
        kiosk.xdotool("mousemove", 500, 700)  # cage 0.1.4 may lose a frame on a busy machine, until something moves
        time.sleep(0.1)
        kiosk.xdotool("mousemove", 520, 700)
    return place


def wait_for_a_page(kiosk: Kiosk) -> Image:
    """Wait until the screen has a page on it, and return what it shows."""
    until = time.monotonic() + PATIENCE
    while len((picture := screen(kiosk)).getcolors(1 << 24)) <= 100:
        assert time.monotonic() < until, kiosk.lines
        kiosk.xdotool("mousemove", 500, 700)  # as above
        time.sleep(0.1)
        kiosk.xdotool("mousemove", 520, 700)
    return picture


@pytest.mark.breakout(2, 3, 47, 48, 49, 52)
def test_no_key_leads_out_of_a_kiosk_under_cage(under_cage):
    wait_for_bar(under_cage, there=True)
    for keys in LEADING_OUT:
        under_cage.xdotool("key", keys)
    under_cage.xdotool("key", "Tab")  # what was pressed before it has been taken by now
    wait_for_bar(under_cage, there=True)
    assert under_cage.process.poll() is None
    assert "blocked visit=1 feature=accelerator-keys" in under_cage.wait_for("accelerator-keys")
    assert [line for line in under_cage.lines if "shell ended" in line or " state visit " in line] == []


def test_the_next_visitor_has_a_fresh_window_on_wayland_too(under_cage):
    """The spare is on no screen until it is needed: Wayland has no place for it below the others."""
    x, y = wait_for_bar(under_cage, there=True)
    under_cage.tap(x, y)
    under_cage.wait_for("covered")
    under_cage.wait_for("fresh window in front")
    under_cage.wait_for("state resetting -> attract")
    wait_for_bar(under_cage, there=False)
    picture = wait_for_a_page(under_cage)
    assert [picture.getpixel(spot) for spot in ((2, 760), (1020, 760))] != [(0, 0, 0)] * 2
    assert under_cage.process.poll() is None
    assert "Xwayland" not in {process.name() for process in under_cage.family()}  # which cage starts for X programs
