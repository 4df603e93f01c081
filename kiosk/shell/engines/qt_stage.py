"""What lies where in the window, and over what: the front pane, the visit's page between two strips, and the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from kiosk.shell.engines.native import BAR_HEIGHT
from kiosk.shell.engines.showing import Pane

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage

    from kiosk.core.look import Look
    from kiosk.shell.engines.qt_dialog import Dialog


class Cover(QWidget):
    """What ends a visit: the brand, at once, whatever the pages do."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        """Be hidden at first."""
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    def paintEvent(self, _event: QPaintEvent, /) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.primary))
        painter.setPen(QColor(self._look.accent))
        font = painter.font()
        font.setBold(True)
        font.setPixelSize(max(24, min(self.width(), self.height()) // 14))
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._look.brand)
        painter.end()


class Stage(QWidget):
    """The window's contents. A view that is not shown is below what is, so that it can be drawn already."""

    def __init__(self, look: Look) -> None:
        """Have a front pane at first, and no other view: each costs a process."""
        super().__init__()
        self._views: dict[Pane, QWebEngineView] = {}
        self._visit: QWebEngineView | None = None
        self._over = True
        self._keyboard = 0
        self._dialog: Dialog | None = None
        self._palette = QPalette(QColor(look.primary))
        self.setPalette(self._palette)
        self.setAutoFillBackground(True)
        self._cover = Cover(self, look)

    def adopt(self, view: QWebEngineView) -> None:
        """Take pywebview's view for the front pane."""
        self._views[Pane.FRONT] = view
        view.setParent(self)
        view.show()
        self._lay_out()

    def set_page(self, pane: Pane, page: QWebEnginePage) -> None:
        """Have `page` in `pane`, in a view that is made now if there is none."""
        if pane not in self._views:
            self._views[pane] = self._new_view(page)
        elif self._views[pane].page() is not page:
            self._views[pane].setPage(page)
        self._views[pane].show()
        self._lay_out()

    def set_visit(self, page: QWebEnginePage) -> None:
        """Have the visit's page below all the rest."""
        if self._visit is None:
            self._visit = self._new_view(page)
            self._visit.lower()
            self._visit.show()
            self._lay_out()

    def open_dialog(self, dialog: Dialog) -> None:
        """Have `dialog` over all the rest, and with the keys."""
        self._dialog = dialog
        dialog.setGeometry(self.rect())
        dialog.show()
        dialog.raise_()
        dialog.take_focus()

    def close_dialog(self) -> None:
        """Show again what it lies over."""
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            self._top().setFocus(Qt.FocusReason.OtherFocusReason)
            dialog.hide()
            dialog.deleteLater()

    def arrange(self, *, over: bool) -> None:
        """Have the front pane over the rest, or below it."""
        self._over = over
        front = self._views[Pane.FRONT]
        front.show()
        front.raise_() if over else front.lower()
        self._cover.raise_()
        top = self._top()
        top.setFocus(Qt.FocusReason.OtherFocusReason)
        if not over:
            front.hide()  # not with the focus: Qt would pass it on as Tab does, to the first thing in the page below
        top.update()

    @property
    def is_over(self) -> bool:
        """Whether the front pane, the cover or a dialog is over the visit's page."""
        return self._over or self._cover.isVisible() or self._dialog is not None

    @property
    def visit(self) -> QWebEngineView | None:
        """The view of the visit's page, if there is one."""
        return self._visit

    @property
    def keyboard(self) -> QWebEngineView | None:
        """The view of the keyboard, if there is one."""
        return self._views.get(Pane.KEYBOARD)

    def set_keyboard(self, height: int) -> None:
        """Leave `height` pixels at the bottom for the keyboard: none hides it."""
        self._keyboard = height
        self._lay_out()

    def set_cover(self, *, up: bool) -> None:
        """Show or hide the cover."""
        self._cover.setVisible(up)
        self._cover.raise_()
        if up:
            self._cover.setFocus(Qt.FocusReason.OtherFocusReason)
            self._cover.repaint()

    def touch_up(self) -> None:
        """Have what is on top drawn once more."""
        self._top().update()

    def focusNextPrevChild(self, next_: bool, /) -> bool:  # noqa: N802, FBT001 - Qt's name and its signature
        """Go round what is on the glass, where Tab leaves a page: never into a page that another lies over."""
        ring = self._ring()
        focused = self.focusWidget()
        here = [at for at, view in enumerate(ring) if focused is not None and _holds(view, focused)]
        step = 1 if next_ else -1
        following = ring[(here[0] + step) % len(ring)] if here else ring[0]
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # or a page alone in the ring would not notice
        following.setFocus(Qt.FocusReason.TabFocusReason if next_ else Qt.FocusReason.BacktabFocusReason)
        return True

    def resizeEvent(self, event: QResizeEvent, /) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._lay_out()

    def _new_view(self, page: QWebEnginePage) -> QWebEngineView:
        view = QWebEngineView(page, self)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        return view

    def _top(self) -> QWidget:
        if self._cover.isVisible():
            return self._cover
        if self._dialog is not None:
            return self._dialog
        return self._views[Pane.FRONT] if self._over or self._visit is None else self._visit

    def _ring(self) -> list[QWidget]:
        """Return what Tab goes round: what is on top, and above a visit's page its bar."""
        top = self._top()
        bar = self._views.get(Pane.BAR)
        return [bar, top] if top is self._visit and bar is not None else [top]

    def _lay_out(self) -> None:
        width, height = self.width(), self.height()
        below = height - self._keyboard
        places = {
            Pane.FRONT: QRect(0, 0, width, height),
            Pane.BAR: QRect(0, 0, width, BAR_HEIGHT),
            Pane.KEYBOARD: QRect(0, below, width, self._keyboard),
        }
        for pane, view in self._views.items():
            view.setGeometry(places[pane])
        if self._visit is not None:
            self._visit.setGeometry(0, BAR_HEIGHT, width, max(0, below - BAR_HEIGHT))
        for over in (self._cover, self._dialog):
            if over is not None:
                over.setGeometry(0, 0, width, height)


def _holds(view: QWidget, widget: QWidget) -> bool:
    return view is widget or view.isAncestorOf(widget)
