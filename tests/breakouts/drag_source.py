"""A program of its own with a small window in the corner from which a file can be dragged: `DISPLAY` says where.

It writes a line when its window is there, and ends with its standard input.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import QMimeData, QSocketNotifier, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

SIZE = 80


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


class Source(QWidget):
    """Begins a drag as soon as the mouse moves with its button down."""

    def mouseMoveEvent(self, _event: Any) -> None:  # noqa: N802 - Qt's name
        data = QMimeData()
        data.setUrls([QUrl("file:///etc/passwd")])
        data.setText("canary")
        drag = QDrag(self)
        drag.setMimeData(data)
        say("drag")
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.LinkAction)


def main() -> None:
    application = QApplication(sys.argv)
    window = Source(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.X11BypassWindowManagerHint)
    window.setGeometry(0, 0, SIZE, SIZE)
    window.show()
    window.raise_()
    ends = QSocketNotifier(0, QSocketNotifier.Type.Read)
    ends.activated.connect(application.quit)
    say("there")
    application.exec()


if __name__ == "__main__":
    main()
