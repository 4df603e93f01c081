"""What fingers do at a window of Qt's: Xvfb has none, so Qt's own test fingers tap here, without a screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtTest")

SCRIPT = """
import json, sys
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from kiosk.shell.engines.input import Input
from kiosk.shell.engines.qt_people import People

class Widget(QWidget):
    def event(self, event):
        name = event.type().name
        if name.startswith(("Touch", "Mouse")):
            reached.append(name)
            event.accept() if accepts else event.ignore()
            return accepts
        return super().event(event)

accepts, shut = sys.argv[1] == "accepts", sys.argv[2] == "shut"
app, told, reached = QApplication([]), [], []
widget = Widget()
widget.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
widget.resize(1000, 1000)
widget.show()
people = Input(emit=lambda event: told.append(type(event).__name__), corner="top-left", taps=3)
people.shut(shut=shut)
watch = People(people, widget.windowHandle(), call_later=lambda seconds, call: None)
finger = QTest.createTouchDevice()
for _ in range(3):
    QTest.touchEvent(widget.windowHandle(), finger).press(0, QPoint(20, 20)).commit()
    QTest.touchEvent(widget.windowHandle(), finger).release(0, QPoint(20, 20)).commit()
print(json.dumps([told, reached]))
"""


def tap(accepts: str, gate: str) -> tuple[list[str], list[str]]:
    """Tap three times in the corner; return what is reported, and what reached the widget."""
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    command = [sys.executable, "-c", SCRIPT, accepts, gate]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told, reached = json.loads(done.stdout.splitlines()[-1])
    return told, reached


def test_taps_reach_the_page_and_count_once_each():
    told, reached = tap("accepts", "open")

    assert told == ["Activity", "Gesture"]
    assert reached == ["TouchBegin", "TouchEnd"] * 3


def test_a_mouse_that_qt_makes_of_a_finger_does_not_count_again():
    told, _ = tap("ignores", "open")

    assert told == ["Activity", "Gesture"]


def test_nothing_reaches_what_lies_below_a_cover_but_the_operators_gesture_counts():
    assert tap("accepts", "shut") == (["Gesture"], [])
