"""A lock that is held is waited for, however the system says that it is held."""

from __future__ import annotations

import errno
import sys

import pytest

from kiosk.errors import StoreError
from kiosk.store import lock
from kiosk.store.lock import locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tests/windows has the real one")

HELD = [BlockingIOError(errno.EAGAIN, "held"), PermissionError(errno.EACCES, "as Windows"), OSError(0, "as wine")]


@pytest.mark.parametrize("held", HELD)
def test_a_lock_that_is_held_is_tried_again(tmp_path, monkeypatch, held):
    answers = [held, held, None]

    def flock(_descriptor, _operation):
        if answer := answers.pop(0):
            raise answer

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with locked(tmp_path / "lock"):
        assert not answers


@pytest.mark.parametrize("held", HELD)
def test_a_lock_that_stays_held_is_an_error(tmp_path, monkeypatch, held):
    def flock(_descriptor, _operation):
        raise held

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with pytest.raises(StoreError, match="another process"), locked(tmp_path / "lock", patience=0.0):
        pass


def test_what_else_goes_wrong_is_not_waited_for(tmp_path, monkeypatch):
    def flock(_descriptor, _operation):
        raise OSError(errno.EIO, "a bad disk")

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with pytest.raises(OSError, match="a bad disk"), locked(tmp_path / "lock"):
        pass
