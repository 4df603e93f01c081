"""The keyboard on the screen, for the text fields of a visit's page, where the system has none.

That a field has the focus is what Qt WebEngine tells input methods, not what a page says. The keys are a page of our
own in a strip below the visit's page; what they type arrives as key events of Qt, as from a real keyboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QChildEvent, QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.shell.engines import scripts
from kiosk.shell.engines.key_strip import HIDE, letters, strip_height
from kiosk.shell.engines.qt_script import OUR_WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWebEngineCore import QWebEngineFrame, QWebEnginePage

    from kiosk.shell.engines.qt_stage import Stage

_Hint = Qt.InputMethodHint
_Query = Qt.InputMethodQuery
_KINDS: Final = (
    (_Hint.ImhDigitsOnly | _Hint.ImhFormattedNumbersOnly | _Hint.ImhDialableCharactersOnly, "numbers"),
    (_Hint.ImhEmailCharactersOnly, "email"),
    (_Hint.ImhUrlCharactersOnly, "url"),
    (_Hint.ImhHiddenText, "latin"),
)
"""What a field asks for, by its type or `inputmode`, and the keys for it (assets/pages/on-screen-keyboard.js).

A field for a date or a time asks for none: Chromium has a picker for it.
"""

_NAMED: Final = {
    "{bksp}": (Qt.Key.Key_Backspace, "\b"),
    "{enter}": (Qt.Key.Key_Return, "\r"),
    "{tab}": (Qt.Key.Key_Tab, "\t"),
    "{arrowleft}": (Qt.Key.Key_Left, ""),
    "{arrowright}": (Qt.Key.Key_Right, ""),
}
_SETTLE_MS: Final = 60
"""How long the focus has to stay where it is: on its way to another field it is nowhere for a moment."""

_TOUCHES: Final = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})


def kind_of(hints: Qt.InputMethodHint) -> str:
    """Return the kind of keys for a field that gives input methods these hints."""
    return next((kind for wanted, kind in _KINDS if hints & wanted), "text")


def strokes(key: str) -> list[tuple[int, str]]:
    """Return what a key of our page types: Qt's code (0 where there is none) and text. Nothing if it is no such key."""
    if key in _NAMED:
        code, text = _NAMED[key]
        return [(int(code), text)]
    return [(_code(char), char) for char in letters(key)]


def _code(char: str) -> int:
    upper = char.upper()
    return ord(upper) if len(upper) == 1 and upper.isascii() else 0


class Keyboard(QObject):
    """Shows and hides the strip, and types what its keys say."""

    def __init__(self, *, stage: Stage, visit: QWebEnginePage, show: Callable[[str], None]) -> None:
        """Have `show` load the page for a kind of keys when a field of `visit` has the focus."""
        super().__init__(stage)
        self._stage = stage
        self._visit = visit
        self._show = show
        self._kind = ""
        self._dismissed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE_MS)
        self._soon.timeout.connect(self._look)
        QGuiApplication.inputMethod().cursorRectangleChanged.connect(self._look_soon)

    def press(self, key: str) -> None:
        """Type what `key` stands for into the visit's page, or hide."""
        if key == HIDE:
            self._dismissed = True
            self._look()
        elif (target := self._target()) is not None:
            for code, text in strokes(key):
                shift = Qt.KeyboardModifier.ShiftModifier if text.isupper() else Qt.KeyboardModifier.NoModifier
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QCoreApplication.postEvent(target, QKeyEvent(kind, code, shift, text))

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QChildEvent) and event.type() is QEvent.Type.ChildPolished:
            self._never_focus(watched)
        elif event.type() in _TOUCHES and watched is not self._stage.keyboard:
            self._dismissed = False  # whoever touches the field again wants the keys again
            self._look_soon()
        return False

    def _look_soon(self) -> None:
        """Look once the focus is where it goes, and then even if the page moves it on and on."""
        if not self._soon.isActive():
            self._soon.start()

    def _target(self) -> QWidget | None:
        """Return what takes the keys of the visit's page: another widget with each process that draws it."""
        view = self._stage.visit
        return view.focusProxy() if view is not None else None

    def _look(self) -> None:
        """Show the keys for the field that has the focus, or none."""
        target = self._target()
        if target is None or self._stage.is_over:
            return
        target.installEventFilter(self)
        if not target.inputMethodQuery(_Query.ImEnabled):
            self._dismissed = False
            self._hide()
        elif self._dismissed:
            self._hide()
        else:
            self._appear(kind_of(_Hint(target.inputMethodQuery(_Query.ImHints))))

    def _appear(self, kind: str) -> None:
        if kind == self._kind:
            return
        shown, self._kind = self._kind, kind
        self._show(kind)
        if not shown:
            self._keep_focus()
            self._stage.set_keyboard(strip_height(self._stage.height()))
            self._reveal(self._visit.mainFrame())

    def _hide(self) -> None:
        if self._kind:
            self._kind = ""
            self._stage.set_keyboard(0)

    def _keep_focus(self) -> None:
        """Leave the focus where it is, in the visit's page, whatever is touched in the strip."""
        if (view := self._stage.keyboard) is not None:
            view.installEventFilter(self)
            self._never_focus(view)

    def _never_focus(self, watched: QObject) -> None:
        view = self._stage.keyboard
        if view is not None and watched is view:
            for each in (view, *view.findChildren(QWidget)):
                each.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _reveal(self, frame: QWebEngineFrame) -> None:
        """Have the field scrolled to where it can be seen, in whichever frame it is. A page that hangs does not."""
        frame.runJavaScript(scripts.REVEAL, OUR_WORLD)
        for child in frame.children():
            self._reveal(child)
