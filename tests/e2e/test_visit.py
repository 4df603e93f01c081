"""From a user id to the widget on a full screen, and what can go wrong on the way."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from PIL import ImageColor

from kiosk.sandbox.faults import Faults, parse_failure
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.display import virtual_display
from tests.e2e.conftest import PATIENCE

pytestmark = pytest.mark.gui

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
WIDGET = Path(__file__).parents[2] / "kiosk/sandbox/widget"
BUTTON = "#ffc145"
"""Of our own pages."""

COLOURS = json.loads((WIDGET / "sections.json").read_text())


def share_of(image, colour):
    """Return how much of the picture is nearly `colour`, from 0 to 1."""
    want = ImageColor.getrgb(colour)
    small = image.resize((192, 108))
    near = sum(all(abs(a - b) <= 6 for a, b in zip(pixel, want, strict=True)) for pixel in small.get_flattened_data())
    return near / (small.width * small.height)


def middle_of(image, colour):
    """Return where the pixels of exactly this colour have their middle, as two words."""
    want = ImageColor.getrgb(colour)
    width, pixels = image.width, image.get_flattened_data()
    spots = [number for number, pixel in enumerate(pixels) if pixel == want]
    return [str(sum(number % width for number in spots) // len(spots)), str(spots[len(spots) // 2] // width)]


def shows(kiosk, section):
    """Return whether the widget shows this section: each has a band of its own colour."""
    return share_of(kiosk.screenshot(), COLOURS[section]) > 0.05


def opened(sandbox):
    """Return the bodies that the widget sent when it had shown a section."""
    return [json.loads(entry.body) for entry in sandbox.state.log.entries() if entry.path.endswith("/opened")]


def asked(sandbox, ending):
    """Return the requests whose path ends so."""
    return [entry for entry in sandbox.state.log.entries() if entry.path.endswith(ending)]


@pytest.mark.parametrize("section", list(COLOURS))
def test_the_section_that_was_asked_for_is_on_the_glass(start, sandbox, section):
    kiosk = start("--user", "anna/42 🎰", "--feature", section, sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")

    wait_until(lambda: shows(kiosk, section))
    image = kiosk.screenshot()
    shares = {name: share_of(image, colour) for name, colour in COLOURS.items()}
    assert max(shares, key=shares.get) == section
    [request] = asked(sandbox, "/widget")
    assert request.path == "/api/v1/integration/user/anna%2F42%20%F0%9F%8E%B0/widget"
    assert request.user == "anna/42 🎰"
    assert kiosk.end(signal.SIGTERM) == 0


@pytest.mark.both_engines
def test_the_item_that_was_asked_for_is_open(start, sandbox):
    kiosk = start("--user", "anna", "--feature", "rewards", "--item-id", ITEM, "--language", "de", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")

    [request] = asked(sandbox, "/widget")
    assert dict(pair.split("=") for pair in request.query.split("&")) == {
        "feature": "rewards",
        "itemId": ITEM,
        "language": "de",
    }
    wait_until(lambda: {"feature": "rewards", "itemId": ITEM} in opened(sandbox))
    wait_until(lambda: shows(kiosk, "rewards"))


def wait_until(condition):
    """Wait for what another process does, and has no way to tell us of."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.mark.both_engines
def test_the_window_covers_the_whole_screen(start, sandbox):
    kiosk = start("--user", "anna", "--feature", "missions", sandbox=sandbox)
    kiosk.wait_for("widget painted")

    image = kiosk.screenshot()
    corners = [image.getpixel(point) for point in ((0, 0), (1919, 0), (0, 1079), (1919, 1079))]
    assert (0, 0, 0) not in corners  # Xvfb's own background


@pytest.mark.both_engines
def test_the_chosen_screen_is_filled_and_no_other(start, sandbox):
    with virtual_display() as wide:
        for number, name in enumerate(("left", "right")):
            place = f"960/250x1080/280+{960 * number}+0"
            of = "screen" if number else "none"  # Xvfb has one output; GTK knows no screen without, so not the left
            subprocess.run(["xrandr", "-d", wide, "--setmonitor", name, place, of], check=True, capture_output=True)
        kiosk = start("--user", "anna", "--screen", "1", sandbox=sandbox, DISPLAY=wide)
        kiosk.display = wide
        kiosk.wait_for("widget painted")

        left, right = (kiosk.screenshot().crop((960 * side, 0, 960 * (side + 1), 1080)) for side in (0, 1))
        assert left.getcolors() == [(960 * 1080, (0, 0, 0))]
        assert (0, 0, 0) not in [right.getpixel(point) for point in ((0, 0), (959, 0), (0, 1079), (959, 1079))]
        assert kiosk.end(signal.SIGTERM) == 0


@pytest.mark.both_engines
def test_without_a_user_the_attract_page_is_on_the_glass(start, sandbox):
    kiosk = start(sandbox=sandbox)
    kiosk.wait_for("service up")
    kiosk.wait_for("page painted page=attract")

    assert len(kiosk.screenshot().resize((192, 108)).getcolors(192 * 108)) > 16
    assert asked(sandbox, "/widget") == []


AS_ROOT = ("unshare", "--user", "--map-root-user")
"""Before a command: it runs as root, in a namespace where that means little."""


def test_root_gets_no_window(start, sandbox):
    kiosk = start("--user", "anna", sandbox=sandbox, before=AS_ROOT)

    assert kiosk.wait() == 7
    assert "kiosk: the kiosk does not run as root: the engine's sandbox would be off" in kiosk.lines
    assert kiosk.leftovers() == []


def test_root_may_take_the_risk_in_a_development_build_and_is_told(start, sandbox):
    kiosk = start("--user", "anna", sandbox=sandbox, before=AS_ROOT, KIOSK_INSECURE_ALLOW_ROOT="1")

    assert "not for a venue" in kiosk.wait_for("not enforced features=engine-sandbox")
    kiosk.wait_for("widget painted visit=1")


@pytest.mark.parametrize("victim", ["engine", "renderer"])
@pytest.mark.both_engines
def test_a_crash_ends_the_visit_in_a_fresh_window(start, sandbox, victim):
    kiosk = start("--user", "anna", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")
    before = kiosk.family()

    (engine_of if victim == "engine" else renderer_of)(kiosk).kill()

    kiosk.wait_for("visit ended visit=1 reason=crash")
    kiosk.wait_for("-> attract")
    assert psutil.wait_procs(before, timeout=PATIENCE)[1] == []
    wait_until(lambda: len(kiosk.visit_folders()) == 1)


def engine_of(kiosk):
    return max(kiosk.family(), key=lambda process: process.memory_info().rss)


def renderer_of(kiosk):
    """Return the page's own process: the largest that the engine has for pages."""
    engine = [process for process in kiosk.family() if process.name().startswith(("QtWebEngine", "WebKitWebProcess"))]
    return max(engine, key=lambda process: process.memory_info().rss)


def test_a_killed_shell_comes_back_with_the_same_visit_if_that_is_configured(start, sandbox):
    kiosk = start("--user", "anna", "--feature", "missions", sandbox=sandbox, KIOSK_AFTER_CRASH="reopen")
    kiosk.wait_for("widget painted visit=1")
    before = kiosk.family()

    engine_of(kiosk).kill()

    kiosk.wait_for("widget painted visit=1")
    assert psutil.wait_procs(before, timeout=PATIENCE)[1] == []
    wait_until(lambda: shows(kiosk, "missions"))
    assert len(asked(sandbox, "/api/v1/integration/user/anna/widget")) == 1


def test_a_dead_renderer_comes_back_with_the_same_visit_if_that_is_configured(start, sandbox):
    kiosk = start("--user", "anna", "--feature", "missions", sandbox=sandbox, KIOSK_AFTER_CRASH="reopen")
    kiosk.wait_for("widget painted visit=1")

    renderer_of(kiosk).kill()

    kiosk.wait_for("widget painted visit=1")
    wait_until(lambda: shows(kiosk, "missions"))


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGKILL, -9)],
)
@pytest.mark.both_engines
def test_no_end_of_the_supervisor_leaves_anything_behind(start, sandbox, number, status):
    kiosk = start("--user", "anna", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")
    family = kiosk.family()
    assert len(family) >= 3

    assert kiosk.end(number) == status

    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
    wait_until(lambda: kiosk.leftovers() == [])


def test_an_end_during_the_start_leaves_nothing_behind(start, sandbox):
    kiosk = start("--user", "anna", sandbox=sandbox)
    wait_until(kiosk.family)
    family = kiosk.family()

    kiosk.end(signal.SIGKILL)

    psutil.wait_procs(family, timeout=PATIENCE)
    wait_until(lambda: kiosk.leftovers() == [])


def test_an_outage_is_shown_and_a_touch_tries_again(start, sandbox):
    sandbox.state.faults = Faults(deny_address=True)
    # One language: no other button than the one that is touched.
    kiosk = start("--user", "anna", "--feature", "rewards", sandbox=sandbox, KIOSK_LANGUAGES="en")
    assert "allow-list" in kiosk.wait_for("sign-in failed visit=1 code=api.forbidden")
    kiosk.wait_for("page painted page=out-of-service")
    wait_until(lambda: share_of(kiosk.screenshot(), BUTTON) > 0.002)

    sandbox.state.faults = Faults()
    kiosk.xdotool("mousemove", *middle_of(kiosk.screenshot(), BUTTON), "click", "1")

    kiosk.wait_for("widget painted visit=1")
    wait_until(lambda: shows(kiosk, "rewards"))


def test_a_start_without_network_recovers_when_it_comes(start):
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    with run_sandbox(SandboxOptions(port=port)) as later:
        pass
    kiosk = start("--user", "anna", "--feature", "rewards", sandbox=later)
    kiosk.wait_for("code=api.unreachable")
    kiosk.wait_for("page painted page=out-of-service")

    with run_sandbox(SandboxOptions(port=port)):
        kiosk.wait_for("widget painted visit=1")
        wait_until(lambda: shows(kiosk, "rewards"))


@pytest.mark.parametrize(
    "faults",
    [
        Faults(fail=(parse_failure("503:1"),), times=2),
        Faults(fail=(parse_failure("429:1:1"),), times=1),
        Faults(reset=True, times=1),
        Faults(drip=True, drip_seconds=0.001),
        Faults(latency_ms=1500),
    ],
    ids=["503 twice", "429, come back in a second", "cut off", "dripping", "slow"],
)
def test_faults_that_pass_are_overcome_unseen(start, sandbox, faults):
    sandbox.state.faults = faults
    kiosk = start("--user", "anna", "--feature", "rewards", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")

    assert not [line for line in kiosk.lines if "out-of-service" in line]


@pytest.mark.both_engines
def test_a_jwt_page_gets_its_token_before_its_scripts_and_a_renewed_one_in_place(start):
    with run_sandbox(SandboxOptions(token_life=8.0)) as sandbox:
        kiosk = start(
            "--user",
            "anna",
            "--feature",
            "rewards",
            sandbox=sandbox,
            KIOSK_AUTH="jwt",
            KIOSK_SDK_URL=f"{sandbox.base_url}/sdk/",
        )
        kiosk.wait_for("widget painted visit=1")
        wait_until(lambda: shows(kiosk, "rewards"))
        kiosk.wait_for("token fetched visit=1")

        statuses = Counter(entry.status for entry in asked(sandbox, "/sdk/data.json"))
        assert statuses == {200: statuses[200]}
        wait_until(lambda: len(asked(sandbox, "/sdk/data.json")) > statuses[200] or len(asked(sandbox, "/token")) > 1)
        assert not [entry for entry in sandbox.state.log.entries() if "eyJ" in entry.path + entry.query]


@pytest.mark.both_engines
def test_all_of_it_works_over_tls_with_the_venues_own_authority(start):
    with run_sandbox(SandboxOptions(tls=True)) as sandbox:
        assert sandbox.base_url.startswith("https://")
        kiosk = start("--user", "anna", "--feature", "rewards", sandbox=sandbox, KIOSK_CA_FILE=str(sandbox.ca_file))
        kiosk.wait_for("widget painted visit=1")
        wait_until(lambda: shows(kiosk, "rewards"))
        kiosk.end(signal.SIGTERM)

        stranger = start("--user", "anna", sandbox=sandbox)
        assert "does not trust" in stranger.wait_for("code=api.tls")


def test_a_ca_file_without_certificates_is_a_wrong_configuration(start, sandbox, tmp_path):
    (tmp_path / "ca.pem").write_text("not a certificate")
    kiosk = start("--user", "anna", sandbox=sandbox, KIOSK_CA_FILE=str(tmp_path / "ca.pem"))

    assert kiosk.wait() == 3
    assert "kiosk: ca_file has nothing that the engine can read as a certificate" in kiosk.lines


@pytest.mark.both_engines
def test_no_port_is_open_during_a_visit(start, sandbox):
    kiosk = start("--user", "anna", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")

    listening = [
        connection
        for process in [psutil.Process(kiosk.process.pid), *kiosk.family()]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == []
