"""The ground of the canvas: a dot at every crossing of the grid, fewer of them from afar."""

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.placing import GRID
from app.theme import Tokens, ink

LEAST_APART = 14.0  # px on the screen: denser dots would be a pattern of their own
_SIZE = 1.8  # px on the screen
_STRIP = 4.0  # px, height of the picture of one row


def paint(painter: QPainter, area: QRectF, tokens: Tokens, zoom: float) -> None:
    """Fill an area of the scene with the ground: one row is drawn, the others are copies of it."""
    painter.fillRect(area, ink(tokens.canvas))
    apart = spacing(zoom)
    columns = range(floor(area.left() / apart), ceil(area.right() / apart) + 1)
    rows = range(floor(area.top() / apart), ceil(area.bottom() / apart) + 1)
    to_screen, device = painter.worldTransform(), painter.device()
    ratio = device.devicePixelRatio() if device else 1.0
    left, right = (to_screen.map(QPointF(x, 0)).x() for x in (area.left(), area.right()))
    left = floor(left)
    places = [to_screen.map(QPointF(column * apart, 0)).x() - left for column in columns]
    strip = _row(places, right - left, tokens, ratio)
    painter.save()
    painter.resetTransform()  # dots are as large on the screen at every zoom
    for row in rows:
        height = round(to_screen.map(QPointF(0, row * apart)).y()) - _STRIP / 2
        painter.drawPixmap(QPointF(left, height), strip)
    painter.restore()


def _row(places: list[float], width: float, tokens: Tokens, ratio: float) -> QPixmap:
    """A picture of one row of dots at these places."""
    strip = QPixmap(ceil((width + 2) * ratio), ceil(_STRIP * ratio))
    strip.setDevicePixelRatio(ratio)
    strip.fill(ink(tokens.canvas))
    painter = QPainter(strip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(ink(tokens.dot), _SIZE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints([QPointF(place, _STRIP / 2) for place in places])
    painter.end()
    return strip


def spacing(zoom: float) -> float:
    """How far apart the dots are in the scene: the grid, or a multiple of it from afar."""
    apart = GRID
    while apart * zoom < LEAST_APART:
        apart *= 2
    return apart
