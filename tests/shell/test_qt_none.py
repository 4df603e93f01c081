"""A shell outlives what PySide6 does to None."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
from kiosk.shell.engines.qt_none import keep_none
keep_none()
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(20_000):
    thing.setObjectName("x")
print("alive")
"""


def test_a_shell_may_call_qt_as_often_as_it_needs():
    pytest.importorskip("PySide6.QtCore")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
