"""The widget that shows a matrix: reading off under the pointer, and choosing a cell."""

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.chart.backdrop import Backdrop
from app.chart.drawing import MIDDLE, Drawing
from app.chart.matrix import Matrix, paint_frame, paint_matrix, spots_of
from app.chart.pointed import Cell, Pointed
from app.chart.readout import paint_box
from app.theme import Theme, ink


class MatrixChart(Pointed):
    """Shows the matrix last given; `picked(row, column)` when a cell is pressed. Arrows walk, Enter picks."""

    picked = Signal(int, int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.empty = ""
        self.matrix: Matrix | None = None
        self._backdrop = Backdrop(self, theme)

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
                Drawing(painter, tokens).paragraph(
                    (centre.x(), centre.y()), self.empty, self.width() - 24, tokens.t3, align=MIDDLE
                )
                return
            spots = spots_of((self.width(), self.height()), matrix)
            key = (matrix.counts.tobytes(), matrix.by_row, matrix.names, matrix.said)
            self._backdrop.paint(painter, key, lambda d: paint_matrix(d, spots, matrix))
            drawing = Drawing(painter, tokens)
            if matrix.chosen is not None:
                paint_frame(drawing, spots.cell(*matrix.chosen), tokens.accent)
            if self.under is not None and max(self.under) < len(matrix.names):
                cell = spots.cell(*self.under)
                paint_frame(drawing, cell, tokens.t1)
                room = spots.box.adjusted(0, cell.top() - spots.box.top() - 30, 0, 0)
                paint_box(drawing, matrix.read(*self.under), cell.right(), room)

    # -- cells --------------------------------------------------------------------------------------------------------

    def cell_at(self, at: QPointF) -> Cell | None:
        if self.matrix is None:
            return None
        spots = spots_of((self.width(), self.height()), self.matrix)
        return spots.at(at, len(self.matrix.names))

    def extent(self) -> Cell:
        count = len(self.matrix.names) if self.matrix else 0
        return count, count

    def pick(self, cell: Cell) -> None:
        self.picked.emit(*cell)
