"""The line of a wire from one port to another. Pure geometry in the pixels of the scene."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from app.placing import FIRST

SHORTEST_HANDLE = 24.0
_ARCH, _CORNER = 56.0, 12.0  # px: how long an arch takes to rise; the radius of a corner
_PIECES = 16


def route(start: QPointF, end: QPointF, lift: float = 0.0) -> QPainterPath:
    """The line of a wire: a cubic; an arch above what stands between; or, to a lower line, back to its left end."""
    path = QPainterPath(start)
    if lift:
        top = min(start.y(), end.y()) - FIRST - lift
        rise, fall = QPointF(start.x() + _ARCH, top), QPointF(end.x() - _ARCH, top)
        path.cubicTo(start + QPointF(_ARCH / 2, 0), rise - QPointF(_ARCH / 2, 0), rise)
        path.lineTo(fall)
        path.cubicTo(fall + QPointF(_ARCH / 2, 0), end - QPointF(_ARCH / 2, 0), end)
    elif end.x() < start.x() + SHORTEST_HANDLE and abs(end.y() - start.y()) > 4 * _CORNER:
        _turn_back(path, start, end)
    else:
        handle = max(SHORTEST_HANDLE, abs(end.x() - start.x()) / 2)
        path.cubicTo(start + QPointF(handle, 0), end - QPointF(handle, 0), end)
    return path


def _turn_back(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    """Run right, to just above the lower line, left, and into the port, with round corners."""
    out, into = start.x() + SHORTEST_HANDLE, end.x() - SHORTEST_HANDLE
    level = max(start.y(), end.y()) - FIRST - SHORTEST_HANDLE
    points = [
        QPointF(out, start.y()),
        QPointF(out, level),
        QPointF(into, level),
        QPointF(into, end.y()),
    ]
    for corner, onward in zip(points, [*points[1:], end], strict=True):
        path.lineTo(_towards(corner, path.currentPosition()))
        path.quadTo(corner, _towards(corner, onward))
    path.lineTo(end)


def along(path: QPainterPath) -> list[QRectF]:
    """Narrow boxes that together cover a line."""
    pieces = 1 if path.boundingRect().height() < 1 else _PIECES
    fine = 4 * pieces  # a piece may hold a corner or two
    places = [path.pointAtPercent(place / fine) for place in range(fine + 1)]
    groups = (places[4 * piece : 4 * piece + 5] for piece in range(pieces))
    return [QPolygonF(group).boundingRect().adjusted(-2, -2, 2, 2) for group in groups]


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    """The point on the way from a corner to another point where the rounding ends."""
    way = other - corner
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    return corner + way * (min(_CORNER, length / 2) / length) if length else corner


def is_straight_on(start: QPointF, end: QPointF) -> bool:
    """Whether a wire between these runs to the right, without a turn."""
    return bool(end.x() >= start.x() + SHORTEST_HANDLE)
