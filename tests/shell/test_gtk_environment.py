"""What WebKitGTK finds in the environment of a shell."""

from __future__ import annotations

import sys

import pytest

from kiosk.shell.engines.gtk_environment import confine, has_debugger

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="WebKitGTK is for Linux")


@pytest.fixture
def session(tmp_path):
    """A desktop's session: a bus, a sound server and a display in its runtime folder."""
    pulse = tmp_path / "user" / "pulse"
    pulse.mkdir(parents=True)
    (pulse / "native").touch()
    return {
        "HOME": str(tmp_path / "visit"),
        "XDG_RUNTIME_DIR": str(tmp_path / "user"),
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "WAYLAND_DISPLAY": "wayland-0",
        "PATH": "/usr/bin",
    }


def test_no_bus_of_the_session_is_in_sight(session):
    confine(session)

    assert "DBUS_SESSION_BUS_ADDRESS" not in session
    assert session["XDG_RUNTIME_DIR"].startswith(session["HOME"])
    assert session["PATH"] == "/nonexistent"  # no program that starts one is found


def test_the_sound_server_is_found_where_it_is(session, tmp_path):
    confine(session)

    assert session["PULSE_SERVER"] == f"unix:{tmp_path}/user/pulse/native"


@pytest.mark.parametrize(
    "name", ["WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"]
)
def test_a_variable_that_opens_a_door_is_seen(session, name):
    confine(session)
    assert not has_debugger(session)

    assert has_debugger({**session, name: "127.0.0.1:9999"})
