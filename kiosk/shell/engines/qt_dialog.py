"""What a page asks by alert, confirm and prompt, drawn by Qt: no page of ours is, while Chromium waits for the answer.

Qt WebEngine asks in the middle of a task of Chromium's and runs no other task until it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from kiosk.core.color import mix, text_on
from kiosk.shell.engines.dialogs import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.core.look import Look
    from kiosk.shell.engines.dialogs import Asked

_BUTTON = 52
"""Pixels in height: a target for a finger, as on our pages."""


_WIDTH = 900
"""Pixels: longer lines are hard to read."""


class Dialog(QWidget):
    """A question over the whole window, in the brand's colours."""

    def __init__(
        self,
        parent: QWidget,
        asked: Asked,
        *,
        look: Look,
        texts: Mapping[str, str],
        right_to_left: bool,
        answer: Callable[[str | None], None],
    ) -> None:
        """Call `answer` as `Engine.ask` does, perhaps more than once. `texts` are those of the page `dialog`."""
        super().__init__(parent)
        self._answer = answer
        if right_to_left:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setAutoFillBackground(True)
        self.setPalette(QPalette(QColor(look.primary)))
        self.setStyleSheet(_style(look))
        self._field = QLineEdit(asked.default, self) if asked.kind == "prompt" else None
        self._ok = self._button(texts["ok"], "ok", self._agree)
        self._buttons = [self._ok]
        if asked.kind != "alert":
            self._buttons.append(self._button(texts["cancel"], "cancel", lambda: answer(None)))
        self._lay_out(texts["title"].replace("{host}", asked.host), asked.text, min(_WIDTH, parent.width()))

    def take_focus(self) -> None:
        """Have the keys from now on."""
        first = self._field or self._ok
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._field is not None:
            self._field.selectAll()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:  # noqa: N802 - Qt's name
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            (focused if isinstance(focused, QPushButton) else self._ok).click()
        elif event.key() == Qt.Key.Key_Escape:
            self._answer(None)

    def focusNextPrevChild(self, next_: bool, /) -> bool:  # noqa: N802, FBT001 - Qt's name and its signature
        """Go round the field and the buttons: nothing below is reached."""
        ring: list[QWidget] = [*([self._field] if self._field else []), *self._buttons]
        here = [at for at, widget in enumerate(ring) if widget.hasFocus()]
        ring[(here[0] + (1 if next_ else -1)) % len(ring) if here else 0].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _agree(self) -> None:
        self._answer(self._field.text() if self._field is not None else "")

    def _button(self, text: str, name: str, call: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setMinimumHeight(_BUTTON)
        button.clicked.connect(call)
        return button

    def _lay_out(self, title: str, text: str, width: int) -> None:
        card = QFrame(self)
        card.setObjectName("card")
        card.setFixedWidth(width)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(36, 32, 36, 32)
        inside.setSpacing(20)
        inside.addWidget(_label(title, "title"))
        room = QScrollArea()
        room.setWidget(_label(text, "text"))
        room.setWidgetResizable(True)
        room.setFrameShape(QFrame.Shape.NoFrame)
        inside.addWidget(room, 1)
        if self._field is not None:
            self._field.setMaxLength(LONGEST)
            self._field.setMinimumHeight(_BUTTON)
            self._field.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
            inside.addWidget(self._field)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        inside.addLayout(row)
        outside = QVBoxLayout(self)
        outside.addStretch(1)
        outside.addWidget(card, 3, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(1)


def _label(text: str, name: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)  # before the text: Qt would read it as HTML
    label.setText(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
    return label


def _style(look: Look) -> str:
    ink = text_on(look.primary)
    panel = mix(look.primary, ink, 0.12)
    return f"""
        #card {{ background: {panel}; border-radius: 28px; }}
        QLabel, QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; color: {ink}; }}
        #title {{ font-size: 26px; font-weight: bold; }}
        #text {{ font-size: 22px; }}
        QLineEdit {{ background: {look.primary}; color: {ink}; border: 2px solid {ink}; border-radius: 12px;
          font-size: 22px; padding: 0 14px; }}
        QPushButton {{ border: 2px solid {look.accent}; border-radius: 26px; padding: 0 44px; font-size: 22px;
          font-weight: bold; min-width: 90px; }}
        #ok {{ background: {look.accent}; color: {text_on(look.accent)}; }}
        #cancel {{ background: {panel}; color: {ink}; }}
        QPushButton:focus {{ border-color: {ink}; }}
    """
