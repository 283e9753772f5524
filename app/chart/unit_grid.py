"""The units of a layer as cells, stuck ones crossed out; a press or the arrows choose one."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import Drawing
from app.theme import Theme, ink

SIDES = (16, 14, 12, 10, 8, 6, 5, 4, 3)  # px: of a cell, with its gap


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which units are stuck, how flat each is (0 to 1), which is chosen, and what is said of one."""

    stuck: NDArray[np.bool_]
    flat: NDArray[np.float64] | None
    chosen: int
    words: Callable[[int], str]


class UnitGrid(QWidget):
    """Shows cells; `picked(unit)` when one is chosen."""

    picked = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Cells | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(200, 68)

    def show_cells(self, shown: Cells) -> None:
        """Shows these from now on."""
        self.shown = shown
        self.setAccessibleDescription(shown.words(shown.chosen) if len(shown.stuck) else "")
        self.update()

    def layout_of(self, count: int) -> tuple[int, int]:
        """The side of a cell and how many stand in a row."""
        for side in SIDES:
            columns = max(1, self.width() // side)
            if ceil(count / columns) * side <= self.height():
                return side, columns
        return SIDES[-1], max(1, self.width() // SIDES[-1])

    def cell(self, unit: int) -> QRectF:
        """Where a unit's cell is."""
        side, columns = self.layout_of(len(self.shown.stuck) if self.shown else 1)
        row, column = divmod(unit, columns)
        return QRectF(column * side, row * side, side - 1, side - 1)

    def _unit_at(self, at: QPointF) -> int | None:
        if self.shown is None or not len(self.shown.stuck):
            return None
        side, columns = self.layout_of(len(self.shown.stuck))
        row, column = int(at.y() // side), int(at.x() // side)
        unit = row * columns + column
        return unit if 0 <= column < columns and 0 <= unit < len(self.shown.stuck) else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            if self.shown is None:
                return
            drawing = Drawing(painter, tokens)
            for unit, is_stuck in enumerate(self.shown.stuck.tolist()):
                self._paint_cell(drawing, unit, is_stuck=is_stuck)

    def _paint_cell(self, drawing: Drawing, unit: int, *, is_stuck: bool) -> None:
        shown, tokens, cell = self.shown, drawing.tokens, self.cell(unit)
        drawing.smooth(False)
        drawing.fill(cell, tokens.badbg if is_stuck else tokens.s4)
        if shown is not None and shown.flat is not None and not is_stuck:
            flat = QRectF(cell)
            flat.setTop(cell.bottom() - cell.height() * float(shown.flat[unit]))
            drawing.fill(flat, tokens.watch, 0.8)  # filled from below, as far as it is flat
        if is_stuck:
            drawing.smooth(True)
            inner = cell.adjusted(2, 2, -2, -2) if cell.width() > 6 else cell
            ends = (inner.topLeft(), inner.bottomRight()), (inner.bottomLeft(), inner.topRight())
            for start, end in ends:
                drawing.line(start.toTuple(), end.toTuple(), tokens.bad, 1.5)
        if shown is not None and unit == shown.chosen:
            drawing.painter.setPen(ink(tokens.accent))
            drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
            drawing.smooth(False)
            drawing.painter.drawRect(cell.adjusted(0, 0, -1, -1))

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        unit = self._unit_at(event.position())
        self.setToolTip(self.shown.words(unit) if self.shown and unit is not None else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self._unit_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and unit is not None:
            self.picked.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self.shown.stuck) if self.shown else 0
        columns = self.layout_of(max(1, count))[1]
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None or self.shown is None or not count:
            super().keyPressEvent(event)
        elif 0 <= (unit := self.shown.chosen + way) < count:
            self.picked.emit(unit)
