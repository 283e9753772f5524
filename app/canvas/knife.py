"""The knife: a stroke over the canvas that cuts every wire it crosses, as one step."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app import building
from app.canvas.camera import Camera
from app.canvas.gestures import Gesture
from app.canvas.scene import CanvasScene
from app.canvas.wire_item import WireItem
from app.studio import Studio
from app.theme import Tokens, ink
from engine.graph import Edge

_FINE = 24  # pieces into which a wire is divided to see where it is crossed
_WIDE, _DASHES = 2.0, [5.0, 3.0]


class Knife(Gesture):
    """Cuts every wire that the stroke crosses; those already crossed are struck out before the hand lets go."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, studio: Studio, scene: CanvasScene, camera: Camera, place: QPointF) -> None:
        self._studio, self._scene, self._camera = studio, scene, camera
        self._stroke = [place]
        self._lines: dict[Edge, list[QPointF]] = {}
        self.crossed: dict[Edge, None] = {}

    @property
    def words(self) -> str:
        """What letting go would do."""
        count = len(self.crossed)
        return "" if count == 0 else "Cuts 1 wire" if count == 1 else f"Cuts {count} wires"

    def move(self, place: QPointF) -> None:
        last = self._stroke[-1]
        if place == last:
            return
        self._stroke.append(place)
        for wire in self._scene.wires_in(QRectF(last, place).normalized().adjusted(-1, -1, 1, 1)):
            if wire.edge not in self.crossed and self._crosses(wire, last, place):
                self.crossed[wire.edge] = None

    def _crosses(self, wire: WireItem, start: QPointF, end: QPointF) -> bool:
        line = self._lines.get(wire.edge)
        if line is None:
            line = [wire.line.pointAtPercent(step / _FINE) for step in range(_FINE + 1)]
            self._lines[wire.edge] = line
        return any(meet(start, end, a, b) for a, b in zip(line, line[1:], strict=False))

    def finish(self) -> None:
        alive = set(self._studio.graph.edges)
        edges = [edge for edge in self.crossed if edge in alive]
        if edges:
            building.cut(self._studio, *edges)

    def cancel(self) -> None:
        """Nothing was cut yet."""

    def paint(self, painter: QPainter, tokens: Tokens) -> None:
        for edge in self.crossed:
            if edge in self._scene.wires:
                self._strike(painter, tokens, self._scene.wires[edge].line, 3.0, _DASHES)
        path = QPainterPath(self._stroke[0])
        for place in self._stroke[1:]:
            path.lineTo(place)
        self._strike(painter, tokens, path, _WIDE, None)

    def _strike(
        self,
        painter: QPainter,
        tokens: Tokens,
        path: QPainterPath,
        width: float,
        dashes: list[float] | None,
    ) -> None:
        """Draw over what is there, with a casing so that it is seen on anything."""
        for colour, more in ((tokens.canvas, 3.0), (tokens.bad, 0.0)):
            pen = QPen(ink(colour), width + more)
            pen.setCosmetic(True)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if dashes and not more:
                pen.setDashPattern(dashes)
            painter.strokePath(path, pen)


def meet(a: QPointF, b: QPointF, c: QPointF, d: QPointF) -> bool:
    """Whether the way from a to b crosses or touches the way from c to d."""
    return (
        _side(a, b, c) * _side(a, b, d) <= 0
        and _side(c, d, a) * _side(c, d, b) <= 0
        and _near(a, b, c, d)
    )


def _side(a: QPointF, b: QPointF, point: QPointF) -> float:
    """On which side of the line through a and b a point lies, as a signed area; 0 on it."""
    return (b.x() - a.x()) * (point.y() - a.y()) - (b.y() - a.y()) * (point.x() - a.x())


def _near(a: QPointF, b: QPointF, c: QPointF, d: QPointF) -> bool:
    """Whether the boxes around both ways touch: on one line the sides alone do not tell."""
    across = max(min(a.x(), b.x()), min(c.x(), d.x())) <= min(max(a.x(), b.x()), max(c.x(), d.x()))
    down = max(min(a.y(), b.y()), min(c.y(), d.y())) <= min(max(a.y(), b.y()), max(c.y(), d.y()))
    return across and down
