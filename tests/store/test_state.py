"""No signed code is accepted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import StoreError
from kiosk.store.state import UsedCodes

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
DAY = 86_400.0
LIFE = 300.0

USE = """
import sys, time
from pathlib import Path
from kiosk.store.state import UsedCodes
used = UsedCodes(Path(sys.argv[1]), life=300, clock=time.time)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    if used.use(f"code-{number}", time.time() + 60):
        print(number, flush=True)
"""


@dataclass
class Terminal:
    """Used codes and the clock on the wall. `restart` leaves only what is on the disk."""

    path: Path
    now: float = NOW
    codes: UsedCodes = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.codes = UsedCodes(self.path, life=LIFE, clock=lambda: self.now)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data" / "state.db")


def start(path: Path, count: int) -> subprocess.Popen[str]:
    """Start a process that uses the codes 0 to `count` when it is told to, and prints those it was first with."""
    arguments = [sys.executable, "-c", USE, str(path), str(count)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_code_is_used_once(terminal: Terminal):
    assert [terminal.codes.use("a", NOW + 60) for _ in range(3)] == [True, False, False]
    assert terminal.codes.use("b", NOW + 60)


def test_a_look_uses_nothing_up(terminal: Terminal):
    assert not terminal.codes.is_used("a", NOW + 60)
    assert terminal.codes.use("a", NOW + 60)
    assert terminal.codes.is_used("a", NOW + 60)


def test_a_code_with_another_end_is_still_the_same(terminal: Terminal):
    terminal.codes.use("a", NOW + 60)

    assert not terminal.codes.use("a", NOW + 90)


def test_a_restart_forgets_nothing(terminal: Terminal):
    terminal.codes.use("a", NOW + 60)
    terminal.restart()

    assert not terminal.codes.use("a", NOW + 60)


def test_the_file_does_not_say_which_codes(terminal: Terminal):
    terminal.codes.use("canary", NOW + 60)

    assert all(b"canary" not in file.read_bytes() for file in terminal.path.parent.iterdir())


def test_threads_use_a_code_once(terminal: Terminal):
    barrier = threading.Barrier(8)

    def use(_number: int) -> bool:
        barrier.wait()
        return terminal.codes.use("a", NOW + 60)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_two_processes_use_each_code_once(tmp_path: Path):
    both = [start(tmp_path / "state.db", 40) for _ in range(2)]
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    first = [process.communicate()[0].split() for process in both]

    assert sorted(map(int, first[0] + first[1])) == list(range(40))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_what_was_accepted_before_a_kill_stays_used(tmp_path: Path):
    process = start(tmp_path / "state.db", 100_000)
    process.stdin.write("\n")
    process.stdin.flush()
    accepted = [process.stdout.readline().strip() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    accepted += process.communicate()[0].split()

    terminal = Terminal(tmp_path / "state.db")
    assert len(accepted) >= 20
    assert not [number for number in accepted if terminal.codes.use(f"code-{number}", NOW + 60)]


# ── what cannot be written ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_cannot_be_made_accepts_nothing(tmp_path: Path):
    (tmp_path / "data").touch()

    with pytest.raises(StoreError):
        Terminal(tmp_path / "data" / "state.db").codes.use("a", NOW + 60)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and its like are Linux'")
def test_a_file_that_takes_no_more_accepts_nothing(terminal: Terminal):
    import resource  # noqa: PLC0415 - there is none on Windows

    terminal.codes.use("a", NOW + 60)
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StoreError):
            terminal.codes.use("b", NOW + 60)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert not terminal.codes.use("a", NOW + 60)
    assert terminal.codes.use("b", NOW + 60)


def test_after_a_file_was_damaged_only_codes_that_are_new_since_are_accepted(terminal: Terminal):
    terminal.codes.use("a", NOW + 60)
    terminal.path.write_bytes(b"no database at all" * 100)
    terminal.now = terminal.path.stat().st_mtime

    assert not terminal.codes.use("a", terminal.now + 60)
    assert not terminal.codes.use("b", terminal.now + LIFE), "it may have been used: nobody can read that now"

    terminal.now += LIFE
    assert not terminal.codes.use("d", terminal.now)
    assert terminal.codes.use("c", terminal.now + LIFE)


def test_a_damaged_file_of_a_wrong_clock_does_not_close_the_terminal(terminal: Terminal):
    terminal.codes.use("a", NOW + 60)
    far = int((NOW + 365 * DAY) * 1000)
    terminal.path.with_name(f"{terminal.path.name}.corrupt-{far}").touch()

    assert terminal.codes.use("b", NOW + 60)


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(terminal: Terminal) -> int:
    from contextlib import closing  # noqa: PLC0415 - here alone
    from sqlite3 import connect  # noqa: PLC0415 - the same

    with closing(connect(terminal.path)) as database:
        return database.execute("SELECT count(*) FROM used_codes").fetchone()[0]


def test_codes_of_long_ago_are_deleted(terminal: Terminal):
    for number in range(5):
        terminal.codes.use(f"old-{number}", NOW + number)
    terminal.now += DAY + 60
    terminal.codes.use("new", terminal.now + 60)

    assert rows(terminal) == 1


@pytest.mark.parametrize("ahead", [60.0, 3600.0, DAY, 2 * DAY, 365 * DAY])
def test_a_clock_that_was_ahead_and_is_set_back_makes_no_code_good_again(terminal: Terminal, ahead: float):
    terminal.codes.use("a", NOW + 200)
    terminal.now += ahead
    terminal.codes.use("b", terminal.now + 200)
    terminal.now = NOW + 10
    terminal.restart()

    assert not terminal.codes.use("a", NOW + 200)
    assert terminal.codes.use("c", NOW + 210), "and a wrong clock does not close the terminal"


times = st.floats(NOW - 3 * DAY, NOW + 3 * DAY)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(times, st.integers(0, 4), st.floats(1, LIFE)), max_size=12))
def test_no_clock_lets_a_code_in_twice(tmp_path_factory, uses: list[tuple[float, int, float]]):
    terminal = Terminal(tmp_path_factory.mktemp("codes") / "state.db")
    ends: dict[str, float] = {}
    accepted: list[str] = []
    for now, number, life in uses:
        terminal.now = now
        name = f"code-{number}"
        if terminal.codes.use(name, ends.setdefault(name, now + life)):
            accepted.append(name)
    assert len(set(accepted)) == len(accepted)
