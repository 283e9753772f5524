"""Changing a number by dragging its label: the value follows the mouse while it is dragged."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.controls.number_field import NumberField
from app.controls.numbers import Number, stepped

_PIXELS = 4  # of dragging for one step


class Scrubber(QLabel):
    """The label of a number: `began`, then `scrubbed(number)` at each new value, then `ended`.

    Escape goes back to the number there was at first.
    """

    began = Signal()
    scrubbed = Signal(object)
    ended = Signal()

    def __init__(self, text: str, field: NumberField, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._field = field
        self._from: tuple[QPointF, Number] | None = None
        self.setProperty("role", "label")
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._field.isEnabled():
            self._from = (event.globalPosition(), self._field.value())
            self.grabKeyboard()
            self.began.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            start, number = self._from
            steps = int((event.globalPosition().x() - start.x()) / _PIXELS)
            self._put(stepped(number, steps, self._field.bounds))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._from is not None:
            self._put(self._from[1])
            self._end()

    def _put(self, number: Number) -> None:
        if number != self._field.value():
            self._field.setValue(number)
            self.scrubbed.emit(number)

    def _end(self) -> None:
        if self._from is not None:
            self._from = None
            self.releaseKeyboard()
            self.ended.emit()
