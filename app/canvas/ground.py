"""The ground of the canvas: a dot at every crossing of the grid, fewer of them from afar."""

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.placing import GRID
from app.theme import Tokens, ink

LEAST_APART = 8.0  # px on the screen
_SIZE = 1.8  # px on the screen


def paint(painter: QPainter, area: QRectF, tokens: Tokens, zoom: float) -> None:
    """Fill an area of the scene with the ground."""
    painter.fillRect(area, ink(tokens.canvas))
    apart = spacing(zoom)
    columns = range(floor(area.left() / apart), ceil(area.right() / apart) + 1)
    rows = range(floor(area.top() / apart), ceil(area.bottom() / apart) + 1)
    points = QPolygonF([QPointF(x * apart, y * apart) for x in columns for y in rows])
    to_screen = painter.worldTransform()
    painter.save()
    painter.resetTransform()  # dots are as large on the screen at every zoom
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(ink(tokens.dot), _SIZE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(to_screen.map(points))
    painter.restore()


def spacing(zoom: float) -> float:
    """How far apart the dots are in the scene: the grid, or a multiple of it from afar."""
    apart = GRID
    while apart * zoom < LEAST_APART:
        apart *= 5
    return apart
