"""The mark of a state as a widget, for rows and bars."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.mark import State, draw_mark
from app.theme import Theme


class MarkSign(QWidget):
    """A health mark by itself."""

    def __init__(self, theme: Theme, state: State = "ok") -> None:
        super().__init__()
        self._theme = theme
        self._state: State = state
        self.setFixedSize(12, 16)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setValue(self, state: State) -> None:
        """Shows another state."""
        self._state = state
        self.update()

    def value(self) -> State:
        """The state shown."""
        return self._state

    def sizeHint(self) -> QSize:
        return QSize(12, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_mark(QPainter(self), self._theme.tokens, self._state, QPointF(6, 8))
