"""Whatever is killed, no process and no folder is left."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from kiosk.shell.protocol import Closed, OpenWidget, Quit, Ready, RendererGone
from tests.shell.conftest import START, Shell, gone, wait_until_deleted
from tests.shell.pages_server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.pages_server import Site

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

SUPERVISOR = """
import sys, threading
from pathlib import Path
from kiosk.core.look import Look
from kiosk.shell.protocol import Ready, Start
from kiosk.shell.spawn import ShellProcess

def show(event):
    if isinstance(event, Ready):
        print(shell.pid, shell.folder, flush=True)

start = Start(windowed=False, screen=0, language="en", look=Look("Brand"), allow=[])
shell = ShellProcess.spawn(start=start, on_event=show, on_exit=print, runtime_dir=Path(sys.argv[1]))
threading.Event().wait()
"""


def suspend(process: psutil.Process) -> None:
    """Stop `process`, and return when it has: a thread of its may run on for a moment."""
    process.suspend()
    until = time.monotonic() + PATIENCE
    while process.status() != psutil.STATUS_STOPPED and time.monotonic() < until:
        time.sleep(0.01)


def test_killing_the_renderer_is_reported_and_the_next_page_opens(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()

    for process in shell.drawing():
        process.kill()

    said = {shell.expect(RendererGone)}
    while {event.visit for event in said} != {0, 1}:
        said.add(shell.expect(RendererGone))
    assert {event.reason for event in said} <= {"killed", "own-killed", "crashed", "own-crashed"}
    shell.send(OpenWidget(2, site.origin + "/"))
    assert shell.until_painted().visit == 2


@pytest.mark.parametrize("victim", ["host", "keeper"])
def test_killing_the_host_or_the_keeper_ends_all(shell: Shell, site: Site, victim: str):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    members = shell.members()
    assert len(members) > 4

    {"keeper": members[0], "host": shell.host()}[victim].kill()

    assert shell.expect(int) == 128 + signal.SIGKILL
    assert gone(members) == []
    assert wait_until_deleted(shell.process.folder)


def test_kill_returns_when_all_is_gone(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    members, folder = shell.members(), shell.process.folder

    assert shell.process.kill()

    assert [process for process in members if process.is_running()] == []
    assert not folder.exists()
    assert shell.expect(int)


def test_a_stopped_shell_is_killed_too(shell: Shell):
    """A host that hangs answers to nobody; the keeper needs no answer."""
    members = shell.members()
    suspend(shell.host())

    assert shell.process.kill()
    assert gone(members) == []


@pytest.mark.parametrize(
    "way", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV], ids=lambda way: way.name
)
def test_the_end_of_the_supervisor_ends_all(display: str, base: Path, way: signal.Signals):
    root = Path(__file__).parents[2]
    environment = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", SUPERVISOR, str(base)]
    with subprocess.Popen(
        command, env=environment, cwd=base, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        pid, folder = supervisor.stdout.readline().split()
        keeper = psutil.Process(int(pid))
        members = [keeper, *keeper.children(recursive=True)]
        assert Path(folder).parent == base

        supervisor.send_signal(way)

    assert gone(members) == []
    assert wait_until_deleted(Path(folder))


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent of Xlib.h, padded to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


def ask_to_close(shell: Shell) -> None:
    """Do what a window manager does at Alt+F4: ask the window to close."""
    window = int(shell.xdotool("search", "--onlyvisible", "--name", "Brand").splitlines()[0])
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(shell.display.encode()))
    protocols, delete = (x11.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    data = (ctypes.c_long * 5)(delete)
    message = ClientMessage(type=33, window=window, message_type=protocols, format=32, data=data)
    assert x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x11.XCloseDisplay(display)


def test_the_window_of_a_kiosk_cannot_be_closed(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    ask_to_close(shell)

    shell.send(OpenWidget(2, site.origin + "/"))
    assert shell.until_painted().visit == 2


def test_a_window_for_development_can_be_closed(open_shell: Callable[..., Shell], site: Site):
    shell = open_shell(replace(START, windowed=True))
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    ask_to_close(shell)

    assert shell.expect(Closed) == Closed()
    assert shell.expect(int) == 0


def test_quitting_ends_with_status_zero(shell: Shell):
    members = shell.members()
    shell.send(Quit())

    assert shell.expect(int) == 0
    assert gone(members) == []


def test_sending_to_a_shell_that_is_gone_does_nothing(shell: Shell):
    shell.process.kill()

    shell.send(Quit())
    shell.process.send(Quit())


def test_a_shell_that_does_not_read_is_ended(shell: Shell, site: Site):
    suspend(shell.host())
    url = site.origin + "/" + "x" * 30_000

    began = time.monotonic()
    for _ in range(12):  # a pipe holds 64 KiB, and it may read some before it stops
        shell.send(OpenWidget(1, url))

    assert shell.expect(int)
    assert time.monotonic() - began < PATIENCE


def test_no_other_child_of_the_supervisor_holds_the_lifeline(open_shell: Callable[..., Shell]):
    """If it did, the shell would outlive the supervisor as long as that child."""
    shell = open_shell()
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        members = shell.members()
        held = {entry.readlink() for entry in Path(f"/proc/{child.pid}/fd").iterdir()}
        lifeline = {Path(f"/proc/self/fd/{shell.process._lifeline}").readlink()}
        child.kill()

    assert not held & lifeline
    shell.expect(Ready)
    assert shell.process.kill()
    assert gone(members) == []
