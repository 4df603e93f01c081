"""Which display server a session has, and whether it answers."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk.ops.display import find_display

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has one desktop")


@pytest.fixture
def folder():
    """A folder with a path that is short enough for a socket's."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def listen(address: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    return server


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_have_their_own(platform):
    display = find_display(platform, {})
    assert display.name
    assert display.answers


def test_a_session_without_a_display_has_no_name_for_one():
    assert find_display("linux", {}).name == ""
    assert not find_display("linux", {"DISPLAY": ""}).answers


def test_wayland_comes_before_x11(folder):
    environ = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(folder), "DISPLAY": ":0"}
    with listen(str(folder / "wayland-0")):
        display = find_display("linux", environ)
    assert (display.name, display.answers) == ("Wayland (wayland-0)", True)
    assert not find_display("linux", environ).answers


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no files are Linux' own")
@pytest.mark.parametrize("display", [":54321", "unix:54321", ":54321.0"])
def test_an_x_server_answers_on_its_socket(display):
    environ = {"DISPLAY": display}
    assert not find_display("linux", environ).answers
    with listen("\0/tmp/.X11-unix/X54321"):
        assert find_display("linux", environ).answers


def test_a_forwarded_x_server_answers_on_its_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        environ = {"DISPLAY": f"127.0.0.1:{port - 6000}.0"}
        assert find_display("linux", environ).answers
    assert not find_display("linux", environ).answers


@pytest.mark.parametrize("display", ["nonsense", "host:", ":0:0", ":999999"])
def test_what_is_no_display_does_not_answer(display):
    assert not find_display("linux", {"DISPLAY": display}).answers
