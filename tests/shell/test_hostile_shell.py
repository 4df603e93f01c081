"""A shell that was taken over: whatever it writes, the supervisor ends it, keeps nothing of it, and goes on."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from kiosk.core.look import Look
from kiosk.shell import spawn
from kiosk.shell.protocol import MAX_LINE, Event, OpenWidget, Ready, Said, Start, encode_message
from kiosk.shell.spawn import ShellProcess
from tests.shell.pages_server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.shell.conftest import Shell

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")

HEAD = "import os, sys, time\nsay = lambda data: os.write(1, data)\n"
SECRET = "https://widget.example/?token=canary-4711"
READY = encode_message(Ready("fake", "1", {}))
SAID = encode_message(Said("canary-4711"))


class Heard:
    """What the supervisor heard of a shell that runs `script`."""

    def __init__(self, script: str, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spawn, "shell_command", lambda: [sys.executable, "-c", HEAD + script])
        monkeypatch.setattr(spawn, "check_account", list)
        monkeypatch.setattr(spawn, "_KILL_DEADLINE", 0.5)
        self.events: queue.Queue[Event] = queue.Queue()
        self.exits: queue.Queue[int] = queue.Queue()
        start = Start(windowed=False, screen=0, language="en", look=Look(), allow=[])
        self.shell = ShellProcess.spawn(start=start, on_event=self.events.put, on_exit=self.exits.put, runtime_dir=base)

    def exit(self) -> int:
        return self.exits.get(timeout=PATIENCE)


@pytest.fixture
def hear(base: Path, monkeypatch: pytest.MonkeyPatch):
    heard: list[Heard] = []

    def start(script: str) -> Heard:
        heard.append(Heard(script, base, monkeypatch))
        return heard[-1]

    yield start
    for one in heard:
        one.shell.kill()
    assert list(base.iterdir()) == []


GARBAGE = {
    "nothing that is JSON": b"garbage canary-4711\n",
    "no UTF-8": b'{"type":"Said","word":"\xff\xfe"}\n',
    "a NUL": b"\0\n",
    "an unknown event": b'{"type":"Own the terminal canary-4711"}\n',
    "a command": encode_message(OpenWidget(1, SECRET)),
    "a wrong type": b'{"type":"Painted","visit":"canary-4711"}\n',
    "a field too many": b'{"type":"Covered","canary-4711":1}\n',
    "a huge number": b'{"type":"Painted","visit":' + b"9" * 5000 + b"}\n",
    "deep nesting": b'{"type":' + b"[" * 30_000 + b"\n",
    "two names": json.dumps({"type": "Covered"}).encode()[:-1] + b',"type":"Nothing"}\n',
    "a line without an end": b"x" * (MAX_LINE + 1),
    "a cut line": SAID[:-4],
}


@posix
@pytest.mark.parametrize(
    ("garbage", "stay"), [*((garbage, "") for garbage in GARBAGE.values()), (b"garbage\n", "; time.sleep(600)")]
)
def test_garbage_ends_the_shell_and_is_repeated_nowhere(
    hear: Callable[[str], Heard], garbage: bytes, stay: str, caplog
):
    caplog.set_level("DEBUG")
    heard = hear(f"say({READY!r}); say({garbage!r}){stay}")

    heard.exit()
    assert isinstance(heard.events.get(timeout=PATIENCE), Ready)
    assert heard.events.empty()
    assert not heard.shell.folder.exists()
    assert "does not keep to the protocol" in caplog.text
    assert "canary" not in caplog.text


@posix
def test_a_flood_of_honest_events_ends_the_shell_before_it_fills_the_memory(hear: Callable[[str], Heard], caplog):
    heard = hear(f"data = {SAID!r} * 1000\nwhile True: say(data)")

    heard.exit()
    assert "more messages than a window has to say" in caplog.text
    assert heard.events.qsize() <= 2 * spawn._MOST_EVENTS


@posix
def test_a_shell_that_reads_nothing_is_ended(hear: Callable[[str], Heard], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spawn, "_SEND_DEADLINE", 0.2)
    heard = hear(f"say({READY!r}); time.sleep(600)")
    heard.events.get(timeout=PATIENCE)
    for number in range(100):
        heard.shell.send(OpenWidget(number, SECRET + "x" * 8000))
    assert heard.shell.kill(0.1)


@posix
def test_a_flood_on_standard_error_is_read_and_forgotten(hear: Callable[[str], Heard], caplog):
    caplog.set_level("DEBUG")
    heard = hear(
        f"os.write(2, b'https://x.example/?canary-4711 ' * 200_000); os.write(2, b'n\\n' * 200_000); say({SAID!r})"
    )

    heard.exit()
    assert len(caplog.records) < 1000
    assert "canary" not in caplog.text


@posix
@pytest.mark.gui
@pytest.mark.parametrize("garbage", [b"garbage\n", b"\xff" * 100 + b"\n", b"[" * 60_000 + b"\n", b"x" * 70_000, READY])
def test_a_real_shell_that_is_told_garbage_ends_and_leaves_nothing(shell: Shell, garbage: bytes):
    members = shell.members()
    stdin = shell.process._process.stdin
    assert stdin is not None
    os.write(stdin.fileno(), garbage[:65_536])
    if not garbage.endswith(b"\n"):
        stdin.close()

    until = time.monotonic() + PATIENCE
    while shell.process.folder.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not shell.process.folder.exists()
    assert psutil.wait_procs(members, timeout=PATIENCE)[1] == []


@posix
@pytest.mark.gui
def test_a_host_that_stops_its_keeper_does_not_outlive_the_visit(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    """The host is of the same account as its keeper, and may send it signals."""
    monkeypatch.setattr(spawn, "_KILL_DEADLINE", 0.5)
    members = shell.members()
    members[0].send_signal(signal.SIGSTOP)
    shell.host().kill()

    assert shell.process._gone.wait(PATIENCE)
    assert not shell.process.folder.exists()
    assert psutil.wait_procs(members, timeout=PATIENCE)[1] == []


@posix
def test_a_shell_is_not_started_by_people():
    done = subprocess.run([sys.executable, "-m", "kiosk", "shell", "x"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "not by people" in done.stderr


@posix
def test_a_shell_that_ends_at_its_start_has_its_last_words_in_the_log(hear, caplog):
    caplog.set_level("WARNING")
    assert hear(f"os.write(2, b'no such library, see {SECRET}\\n'); sys.exit(3)").exit() == 3
    assert [line for line in caplog.messages if "ended at its start: no such library, see ***" in line]
    assert "canary" not in caplog.text

    caplog.clear()
    assert hear(f"say({READY!r}); os.write(2, b'the page says things\\n'); sys.exit(3)").exit() == 3
    assert "the page says things" not in caplog.text
