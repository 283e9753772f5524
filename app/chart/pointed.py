"""What charts of cells have in common: read off under the pointer and by the arrow keys, a press picks."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.chart import BY_KEYBOARD
from app.theme import Theme

Cell = tuple[int, int]  # row and column
WAYS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip


class Pointed(QWidget):
    """A chart of rows and columns of which one cell is read off. A subclass says where they lie, and paints."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.under: Cell | None = None  # what is read off
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(372, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    # -- what a subclass says -----------------------------------------------------------------------------------------

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell at a point of the widget."""
        raise NotImplementedError

    def extent(self) -> Cell:
        """How many rows and columns there are to walk over; 0 while nothing is shown."""
        raise NotImplementedError

    def pick(self, cell: Cell) -> None:
        """A cell was pressed, or Enter was, on it."""

    def first(self) -> Cell:
        """Where the keyboard begins."""
        return 0, 0

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def point_at(self, cell: Cell | None) -> None:
        """Read off this cell, or none."""
        if cell != self.under:
            self.under = cell
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.pick(cell)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and all(self.extent()):
            self.point_at(self.first())  # shows where the keyboard is

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way, (rows, columns) = WAYS.get(Qt.Key(event.key())), self.extent()
        if way is not None and rows and columns:
            row, column = self.under or self.first()
            row, column = row + way[0], column + way[1]
            self.point_at((min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.under is not None:
            self.pick(self.under)
        else:
            super().keyPressEvent(event)
