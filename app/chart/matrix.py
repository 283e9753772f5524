"""What a confusion matrix shows, and where its cells, names and figures lie. Knows no widget."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from app.chart.drawing import LINE, MIDDLE, RIGHT, Drawing, elided, width
from app.chart.figure import Readout
from app.theme import ink

FIGURE = 44.0  # px, a column of figures at the right
MOST_NAME = 88.0  # px
WRITTEN = 17.0  # px: cells from this size on bear their number
HEAD, FOOT, EDGE = 34.0, 26.0, 12.0  # px above, below and beside the cells


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Counts by true class (row) and outcome (column), with figures of each row at its right."""

    names: tuple[str, ...]
    counts: NDArray[np.integer[Any]]  # (classes, classes)
    by_row: bool  # whether cells say shares of their row
    figures: tuple[tuple[str, tuple[str, ...]], ...]  # columns: a title and a text for each class
    said: str  # a line below
    chosen: tuple[int, int] | None
    read: Callable[[int, int], Readout]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Each count as a share of its row; 0 where a class has no example."""
        whole = self.counts.sum(1, keepdims=True)
        found = np.zeros(self.counts.shape)
        np.divide(self.counts, whole, out=found, where=whole > 0)
        return found

    def text(self, row: int, column: int) -> str:
        """What a cell says; nothing for 0."""
        count = int(self.counts[row, column])
        if not count:
            return ""
        return f"{100 * self.shares[row, column]:.0f}" if self.by_row else f"{count:,}"


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the cells lie in a widget, and whether there is room for the figures."""

    box: QRectF
    side: tuple[float, float]  # px, width and height of a cell
    named: bool
    figures: int  # how many columns of figures

    def cell(self, row: int, column: int) -> QRectF:
        """A cell in pixels."""
        wide, high = self.side
        return QRectF(self.box.left() + column * wide, self.box.top() + row * high, wide, high)

    def at(self, place: QPointF, classes: int) -> tuple[int, int] | None:
        """The row and column under a point."""
        wide, high = self.side
        column = int((place.x() - self.box.left()) // wide)
        row = int((place.y() - self.box.top()) // high)
        inside = 0 <= row < classes and 0 <= column < classes
        return (row, column) if inside else None


def spots_of(size: tuple[int, int], matrix: Matrix) -> Spots:
    """Cells as large as there is room for, at most twice as wide as high; figures where names still fit."""
    wide, high = size
    count = len(matrix.names)
    cell_high = (high - HEAD - FOOT - EDGE) / count
    named = cell_high >= 9
    names = min(MOST_NAME, max(width(name) for name in matrix.names)) + 8 if named else 8
    figures = len(matrix.figures) if named else 0
    while figures and (wide - names - figures * FIGURE - 2 * EDGE - 16) / count < 15:
        figures -= 1
    room = wide - names - figures * FIGURE - 2 * EDGE - 16
    cell_high = max(2.0, min(cell_high, 40.0))
    cell_wide = max(2.0, min(room / count, 2 * cell_high))
    box = QRectF(EDGE + 16 + names, HEAD, cell_wide * count, cell_high * count)
    return Spots(box, (cell_wide, cell_high), named, figures)


def paint_matrix(drawing: Drawing, spots: Spots, matrix: Matrix) -> None:
    """Cells, names and figures: what does not change until the next epoch."""
    drawing.smooth(False)
    _paint_cells(drawing, spots, matrix)
    _paint_names(drawing, spots, matrix)
    tokens, box = drawing.tokens, spots.box
    drawing.text(box.center().x(), 14, "taken for", tokens.t3, align=MIDDLE)
    drawing.painter.save()
    drawing.painter.translate(EDGE + 2, box.center().y())
    drawing.painter.rotate(-90)
    drawing.text(0, 4, "truth", tokens.t3, align=MIDDLE)
    drawing.painter.restore()
    room = drawing.painter.device().width() - 2 * EDGE
    lines = 2 if drawing.painter.device().height() - box.bottom() > 19 + LINE else 1
    drawing.paragraph((EDGE, box.bottom() + 19), matrix.said, room, tokens.t2, "note", most=lines)


def _paint_cells(drawing: Drawing, spots: Spots, matrix: Matrix) -> None:
    tokens, shares = drawing.tokens, matrix.shares
    gap = 1.0 if min(spots.side) >= 6 else 0.0
    written = spots.side[0] >= WRITTEN and spots.side[1] >= 13
    for row, column in np.ndindex(shares.shape):
        cell = spots.cell(row, column).adjusted(0, 0, -gap, -gap)
        share = float(shares[row, column])
        drawing.fill(cell, tokens.s3 if gap else tokens.s1)
        if share:
            colour = tokens.ok if row == column else tokens.bad
            drawing.fill(
                cell, colour, 0.15 + 0.6 * share**0.5 if row == column else 0.1 + 0.6 * share**0.5
            )
        if written and (text := matrix.text(row, column)) and width(text, "tick") <= cell.width():
            y = cell.center().y() + 4
            drawing.text(cell.center().x(), y, text, tokens.t1, "tick", MIDDLE)


def _paint_names(drawing: Drawing, spots: Spots, matrix: Matrix) -> None:
    if not spots.named:
        return
    box, tokens = spots.box, drawing.tokens
    room = spots.side[0] - 2
    for place, name in enumerate(matrix.names):
        cell = spots.cell(place, place)
        y = cell.center().y() + 4
        short = elided(name, MOST_NAME)
        drawing.text(box.left() - 8, y, short, tokens.t2, align=RIGHT)
        if width(name) <= room or room >= 24:
            drawing.text(cell.center().x(), HEAD - 6, elided(name, room), tokens.t2, align=MIDDLE)
        for number, (_, texts) in enumerate(matrix.figures[: spots.figures]):
            right = box.right() + (number + 1) * FIGURE
            drawing.text(right, y, texts[place], tokens.t1, "tick", RIGHT)
    for number, (title, _) in enumerate(matrix.figures[: spots.figures]):
        right = box.right() + (number + 1) * FIGURE
        drawing.text(right, HEAD - 6, title, tokens.t3, align=RIGHT)


def paint_frame(drawing: Drawing, cell: QRectF, colour: str) -> None:
    """The edge of the cell that is chosen or lies under the pointer."""
    drawing.painter.setPen(ink(colour))
    drawing.painter.drawRect(cell.adjusted(0, 0, -1, -1))
