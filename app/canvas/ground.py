"""The ground of the canvas: a dot at every crossing of the grid, fewer of them from afar."""

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.placing import GRID
from app.theme import Tokens, ink

LEAST_APART = 12.0  # px on the screen
_SIZE = 1.8  # px on the screen


def paint(painter: QPainter, area: QRectF, tokens: Tokens, zoom: float) -> None:
    """Fill an area of the scene with the ground."""
    painter.fillRect(area, ink(tokens.canvas))
    apart = spacing(zoom)
    pen = QPen(ink(tokens.dot), _SIZE * min(1.0, max(0.6, zoom)))
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    columns = range(floor(area.left() / apart), ceil(area.right() / apart) + 1)
    rows = range(floor(area.top() / apart), ceil(area.bottom() / apart) + 1)
    painter.drawPoints([QPointF(x * apart, y * apart) for x in columns for y in rows])


def spacing(zoom: float) -> float:
    """How far apart the dots are in the scene: the grid, or a multiple of it from afar."""
    apart = GRID
    while apart * zoom < LEAST_APART:
        apart *= 5
    return apart
