"""A deadline for blocking calls."""

from __future__ import annotations

import threading
import time

import pytest

from kiosk.deadline import DeadlineExceeded, call_within


def test_what_the_call_returns_is_returned():
    assert call_within(5, lambda: 42, name="test") == 42


def test_what_the_call_raises_is_raised():
    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        call_within(5, fail, name="test")


def test_a_call_that_hangs_is_left_behind_in_a_thread_that_does_not_keep_the_process():
    release = threading.Event()
    before = set(threading.enumerate())
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        call_within(0.05, release.wait, name="a slow keyring")
    assert time.monotonic() - started < 2
    (left,) = set(threading.enumerate()) - before
    assert (left.name, left.daemon) == ("a slow keyring", True)
    release.set()
    left.join(timeout=10)
    assert not left.is_alive()
