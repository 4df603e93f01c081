"""A second kiosk, `kiosk end` and `kiosk status`, in processes of their own; the first kiosk has no window."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk import __version__, paths
from kiosk.commands._hand_over import take_or_hand_over
from kiosk.core.deeplink import DeepLink
from kiosk.core.user_id import UserId
from kiosk.errors import AlreadyRunning

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX; Windows has a named pipe")

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
ID = "canary-visitor-4711"
ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A folder for the session's sockets, as a login makes one; what killed kiosks leave goes with it."""
    with TemporaryDirectory(prefix="f", dir="/tmp") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def environment():
    """The account of this test: its home and session are the fixtures'."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_RUNTIME_DIR")}
    return kept | {"PYTHONPATH": str(ROOT)}


class Running:
    """A fake kiosk, and what it says."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    def _follow(self):
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.strip())
                self._news.notify_all()

    def wait_for(self, line):
        with self._news:
            assert self._news.wait_for(lambda: line in self.lines, PATIENCE), self.lines


@contextmanager
def running(mode, *, until="up"):
    """Run a fake kiosk until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fake_kiosk", mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    ) as process:
        kiosk = Running(process)
        try:
            kiosk.wait_for(until)
            yield kiosk
        finally:
            process.stdin.close()
            process.wait(PATIENCE)
            kiosk._reader.join(PATIENCE)


def kiosk(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        cwd=ROOT,
        timeout=PATIENCE,
    )


def take_the_screen(user):
    return take_or_hand_over(paths.lock_file(), paths.control_file(), user=user, link=DeepLink(), language=None)


def test_a_second_kiosk_hands_its_visitor_over_and_ends():
    with running("up") as first:
        done = kiosk("run", "--user", ID, "--feature", "rewards", "--item-id", ITEM, "--language", "de")
        bare = kiosk("run", "--user", ID)

    assert (done.returncode, done.stdout, done.stderr) == (0, "handed over to the running kiosk\n", "")
    assert bare.returncode == 0
    assert first.lines[2:] == [f"begin {ID} rewards {ITEM} de", f"begin {ID} None None None"]
    assert not any(ID in path.read_text() for path in Path.home().rglob("*") if path.is_file())


def test_a_second_kiosk_without_a_visitor_is_told_what_there_is_to_do():
    with running("up"):
        refused = kiosk("run")

    assert refused.returncode == 8
    assert refused.stdout == ""
    assert "kiosk: another kiosk of this account is running" in refused.stderr
    for way_out in ("`kiosk run --user ID`", "`kiosk end`", "`kiosk status`"):
        assert way_out in refused.stderr


def test_many_visitors_at_once_are_all_handed_over():
    with running("up") as first, ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda number: kiosk("run", "--user", f"visitor-{number}"), range(6)))

    assert [result.returncode for result in results] == [0] * 6
    assert sorted(first.lines[2:]) == [f"begin visitor-{number} None None None" for number in range(6)]


def test_a_kiosk_that_is_just_starting_is_waited_for():
    with running("slow", until="lock") as first:
        assert "up" not in first.lines
        assert kiosk("run", "--user", ID).returncode == 0

    assert first.lines[2:] == [f"begin {ID} None None None"]


def test_a_kiosk_that_is_just_ending_is_waited_for_and_replaced():
    with running("ending") as first:
        taken = take_the_screen(UserId.parse(ID))

        assert taken
        first.process.wait(PATIENCE)


def test_a_kiosk_that_is_killed_is_replaced_at_once():
    with running("up") as first:
        first.process.kill()
        first.process.wait()
        began = time.monotonic()
        assert take_the_screen(None)
        assert time.monotonic() - began < 1


def test_a_kiosk_without_a_socket_is_given_up_on(monkeypatch):
    monkeypatch.setattr("kiosk.commands._hand_over._PATIENCE", 0.5)
    with running("silent"), pytest.raises(AlreadyRunning, match="another kiosk") as caught:
        take_the_screen(UserId.parse(ID))
    assert "takes no requests" in caught.value.hint


def test_a_kiosk_that_hangs_is_said_to_hang():
    with running("hung"):
        stopped = kiosk("end")

    assert stopped.returncode == 8
    assert "does not answer" in stopped.stderr
    assert "what to do" in stopped.stderr


def test_a_visit_is_ended_and_nobody_signed_in_is_no_error():
    with running("up") as first:
        kiosk("run", "--user", ID)
        ended = kiosk("end")
        again = kiosk("end", "--json")

    assert (ended.returncode, ended.stdout) == (0, "visit 1 is ended\n")
    assert (again.returncode, json.loads(again.stdout)) == (0, {"visit": None})
    assert first.lines[-2:] == ["end 1", "end None"]


def test_the_status_is_for_people_and_for_programs():
    with running("up") as first:
        kiosk("run", "--user", ID)
        text = kiosk("status")
        found = kiosk("status", "--json")

    assert text.returncode == found.returncode == 0
    assert text.stdout.splitlines()[:2] == [
        "state       visit, since 2026-11-23T17:45:00Z",
        "visit       1, 1 since the start",
    ]
    assert json.loads(found.stdout) == {
        "state": "visit",
        "since": "2026-11-23T17:45:00Z",
        "version": __version__,
        "engine": "qtwebengine",
        "engine_version": "6.12.0",
        "renderer": "140.0",
        "pid": first.process.pid,
        "visit": 1,
        "visits": 1,
        "code": "api.unreachable",
        "outbox": {"pending": 2, "dead": 1},
    }
    assert ID not in text.stdout + found.stdout


@pytest.mark.parametrize("command", ["end", "status"])
def test_no_kiosk_is_said_with_a_status_of_its_own(command):
    text = kiosk(command)
    found = kiosk(command, "--json")

    assert text.returncode == found.returncode == 22
    assert text.stderr.startswith("kiosk: no kiosk of this account is running\n  what to do: ")
    assert json.loads(found.stdout)["error"]["code"] == "not-running"


def test_a_kiosk_that_was_killed_is_no_kiosk():
    with running("up") as first:
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        assert kiosk("status").returncode == 22
