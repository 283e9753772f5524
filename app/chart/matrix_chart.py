"""The widget that shows a matrix: reading off under the pointer, and choosing a cell."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.backdrop import Backdrop
from app.chart.chart import BY_KEYBOARD
from app.chart.drawing import MIDDLE, Drawing
from app.chart.matrix import Matrix, paint_frame, paint_matrix, spots_of
from app.chart.readout import paint_box
from app.theme import Theme, ink

Cell = tuple[int, int]


class MatrixChart(QWidget):
    """Shows the matrix last given; `picked(row, column)` when a cell is pressed. Arrows walk, Enter picks."""

    picked = Signal(int, int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.empty = theme, ""
        self.matrix: Matrix | None = None
        self._backdrop = Backdrop(self, theme)
        self._under: Cell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 120)

    def show_matrix(self, matrix: Matrix | None, empty: str = "") -> None:
        """Shows this from now on, or why there is nothing."""
        self.matrix, self.empty = matrix, empty
        self.setAccessibleDescription(matrix.said if matrix else empty)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens, matrix = self.theme.tokens, self.matrix
            if matrix is None:
                painter.fillRect(self.rect(), ink(tokens.s1))
                centre = self.rect().center()
                Drawing(painter, tokens).text(
                    centre.x(), centre.y(), self.empty, tokens.t3, "label", MIDDLE
                )
                return
            spots = spots_of((self.width(), self.height()), matrix)
            key = (matrix.counts.tobytes(), matrix.by_row, matrix.names, matrix.said)
            self._backdrop.paint(painter, key, lambda d: paint_matrix(d, spots, matrix))
            drawing = Drawing(painter, tokens)
            if matrix.chosen is not None:
                paint_frame(drawing, spots.cell(*matrix.chosen), tokens.accent)
            if self._under is not None and max(self._under) < len(matrix.names):
                cell = spots.cell(*self._under)
                paint_frame(drawing, cell, tokens.t1)
                room = spots.box.adjusted(0, cell.top() - spots.box.top() - 30, 0, 0)
                paint_box(drawing, matrix.read(*self._under), cell.right(), room)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def _cell_at(self, event: QMouseEvent) -> Cell | None:
        if self.matrix is None:
            return None
        spots = spots_of((self.width(), self.height()), self.matrix)
        return spots.at(event.position(), len(self.matrix.names))

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._under:
            self._under = cell
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event)
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.picked.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and self.matrix is not None:
            self._point_at((0, 0))  # shows where the keyboard is

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        away = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }.get(Qt.Key(event.key()))
        if self.matrix is not None and away is not None:
            last = len(self.matrix.names) - 1
            row, column = self._under or (0, 0)
            self._point_at((min(max(row + away[0], 0), last), min(max(column + away[1], 0), last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._under is not None:
            self.picked.emit(*self._under)
        else:
            super().keyPressEvent(event)
