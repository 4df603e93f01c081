"""How often a wrong PIN was typed, in a real file."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import StoreError
from kiosk.store.pin_tries import DELAYS, FREE_TRIES, PinTries, delay_after

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0
CAP = DELAYS[-1]


@dataclass
class Time:
    """Two clocks: the time of day, which can be set, and one that cannot."""

    day: float = 1_795_000_000.0
    steady: float = 5.0

    def pass_(self, seconds: float) -> None:
        self.day += seconds
        self.steady += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pin-tries.db"


def tries_of(path: Path, time: Time) -> PinTries:
    """Return the tries as a process that has just started sees them."""
    return PinTries(path, clock=lambda: time.day, steady=lambda: time.steady)


def fail(tries: PinTries, times: int, time: Time) -> None:
    """Try `times`, and wait as long as it takes before each."""
    for _ in range(times):
        time.pass_(tries.wait())
        assert tries.count() == 0


def test_five_tries_are_free_and_then_each_takes_longer_to_come(path, time):
    tries = tries_of(path, time)
    waits = []
    for _ in range(12):
        assert tries.count() == 0
        waits.append(tries.wait())
        time.pass_(tries.wait())
    assert waits == [0, 0, 0, 0, 30, 60, 300, 900, 3600, 3600, 3600, 3600]


def test_who_comes_too_early_is_not_counted(path, time):
    tries = tries_of(path, time)
    fail(tries, FREE_TRIES, time)
    for _ in range(20):
        assert tries.count() == pytest.approx(30)
    time.pass_(29.5)
    assert tries.count() == pytest.approx(0.5)
    time.pass_(0.5)
    assert tries.count() == 0
    assert tries.wait() == pytest.approx(60)


def test_success_forgets_all_of_them(path, time):
    tries = tries_of(path, time)
    fail(tries, 8, time)
    tries.reset()
    assert [tries.count() for _ in range(FREE_TRIES)] == [0] * FREE_TRIES


def test_a_restart_neither_shortens_nor_lengthens_the_delay(path, time):
    fail(tries_of(path, time), 7, time)
    time.pass_(100)
    time.steady = 0.0  # the machine was restarted
    assert tries_of(path, time).wait() == pytest.approx(200)
    assert tries_of(path, time).count() == pytest.approx(200)


def test_while_the_process_lives_the_clock_can_be_set_to_anything(path, time):
    tries = tries_of(path, time)
    fail(tries, 7, time)
    for jump in (DAY * 400, -DAY * 800, 1.0):
        time.day += jump
        assert tries.count() == pytest.approx(300)
    time.pass_(300)
    assert tries.count() == 0


def test_a_clock_set_back_before_a_restart_begins_the_delay_anew_and_only_once(path, time):
    fail(tries_of(path, time), 7, time)
    time.pass_(299)
    time.day -= DAY
    assert tries_of(path, time).wait() == pytest.approx(300)
    time.pass_(200)
    assert tries_of(path, time).wait() == pytest.approx(100)


def test_what_another_process_counts_and_forgets_is_seen(path, time):
    ours, theirs = tries_of(path, time), tries_of(path, time)
    fail(ours, 4, time)
    assert theirs.count() == 0
    assert ours.wait() == pytest.approx(30)
    theirs.reset()
    assert ours.wait() == 0


@given(
    st.lists(
        st.one_of(
            st.just("try"),
            st.just("restart"),
            st.floats(-3 * DAY, 3 * DAY, allow_subnormal=False),  # the clock is set by so much
            st.tuples(st.floats(0, 2 * CAP, allow_subnormal=False)),  # so much time passes
        ),
        max_size=20,
    )
)
@settings(max_examples=40)
def test_no_setting_of_the_clock_locks_for_longer_than_the_delay(tmp_path_factory, steps):
    time = Time()
    path = tmp_path_factory.mktemp("tries") / "tries.db"
    tries = tries_of(path, time)
    failures = 0
    for step in steps:
        match step:
            case "try":
                failures += tries.count() == 0
            case "restart":
                tries = tries_of(path, time)
            case (seconds,):
                time.pass_(seconds)
            case jump:
                time.day += jump
        wait = tries.wait()
        assert 0 <= wait <= delay_after(failures) <= CAP
    time.pass_(tries.wait())
    assert tries.count() == 0


def test_threads_that_try_at_the_same_time_are_all_counted(path, time):
    tries = tries_of(path, time)
    found: list[float] = []
    threads = [Thread(target=lambda: found.append(tries.count())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(0) == FREE_TRIES


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_kill_between_the_count_and_the_comparison_costs_the_try(path):
    program = """
import os, signal, sys
from pathlib import Path
from kiosk.core.secret import Secret
from kiosk.operators.pin import PinKeeper
from kiosk.store.pin_tries import PinTries
class Killed:
    def verify(self, kept, pin):
        os.kill(os.getpid(), signal.SIGKILL)
class Keeper(PinKeeper):
    def is_set(self):
        return True
Keeper(Path(sys.argv[1] + ".hash"), PinTries(Path(sys.argv[1])), hasher=Killed()).check(Secret("2580"))
"""
    for _ in range(FREE_TRIES):
        killed = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
        assert killed.returncode == -signal.SIGKILL
    assert 20 < PinTries(path).count() <= 30


def test_a_broken_file_does_not_stop_the_operator(path, time):
    fail(tries_of(path, time), 7, time)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(b"\x00not a database" * 400)
    tries = tries_of(path, time)
    assert tries.wait() <= CAP
    time.pass_(tries.wait())
    assert tries.count() == 0


def test_what_cannot_be_written_is_an_error_with_a_code(tmp_path, time):
    (tmp_path / "data").touch()
    with pytest.raises(StoreError) as caught:
        tries_of(tmp_path / "data" / "tries.db", time).count()
    assert caught.value.code == "store"
