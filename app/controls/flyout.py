"""A panel that opens beside a button, over what is there, and goes with Esc or a press elsewhere.

It is a part of the window and no popup of the system's, so that things can be dragged out of it.
"""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.controls.surface import SHADOW_REACH, Floating
from app.theme import Theme
from app.theme.measures import HEIGHT_STATUS_BAR

Side = Literal["right", "above", "below"]
_NEAR = 4  # px between the button and what it opens


class Flyout(Floating):
    """Holds one widget; `closed` when it has gone."""

    closed = Signal()

    def __init__(self, theme: Theme, content: QWidget) -> None:
        super().__init__(theme)
        self.content = content
        self._anchor: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(content)
        content.show()
        self.hide()

    def open_at(self, anchor: QWidget, side: Side, width: int, height: int) -> None:
        """Opens beside a widget of a window; width and height are those of what can be seen."""
        self._anchor = anchor
        window = anchor.window()
        self.setParent(window)
        self.resize(
            min(width, window.width() - 16) + 2 * SHADOW_REACH,
            min(height, window.height() - 16) + 2 * SHADOW_REACH,
        )
        self.move(self._place(anchor, side, window))
        self.show()
        self.raise_()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one while there are widgets

    def close_up(self) -> None:
        """Goes."""
        self.hide()

    def _place(self, anchor: QWidget, side: Side, window: QWidget) -> QPoint:
        corner = anchor.mapTo(window, QPoint(0, 0))
        left, top = corner.x() - SHADOW_REACH, corner.y() - SHADOW_REACH
        if side == "right":
            beside = anchor.parentWidget() or anchor  # the rail that the button stands in
            right = beside.mapTo(window, QPoint(beside.width(), 0)).x()
            left = right + _NEAR - SHADOW_REACH
        elif side == "above":
            top = corner.y() - self.height() + SHADOW_REACH - _NEAR
        else:
            top = corner.y() + anchor.height() + _NEAR - SHADOW_REACH
        most_left = window.width() - self.width() + SHADOW_REACH - 8
        below = HEIGHT_STATUS_BAR + 8 if side == "right" else 8  # the status bar stays in view
        most_top = window.height() - self.height() + SHADOW_REACH - below
        least = 8 - SHADOW_REACH
        return QPoint(max(least, min(left, most_left)), max(least, min(top, most_top)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            inside = isinstance(watched, QWidget) and (
                watched is self or self.isAncestorOf(watched) or watched is self._anchor
            )
            is_here = isinstance(watched, QWidget) and watched.window() is self.window()
            if is_here and not inside:
                self.close_up()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
            if self._anchor is not None:
                self._anchor.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # nothing below it is meant

    def hideEvent(self, event: QHideEvent) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        super().hideEvent(event)
        self.closed.emit()
