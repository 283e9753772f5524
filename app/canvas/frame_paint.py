"""How a group that is open in place is drawn: a frame around its inside, and what its ports are inside."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.canvas.face import Face
from app.canvas.ports import SIDES, place_of, ports_of
from app.placing import FIRST, HEADER, inside_of, own_name, width_of
from app.theme import Theme, ink
from app.theme.measures import RADIUS_CARD
from engine.graph import Group, Node, NodeId

FOLD = 20.0  # px of a group's header, for the sign that opens it in place and closes it


def fold_box(whole: QRectF) -> QRectF:
    """Where the sign is that opens a group in place, and closes it."""
    return QRectF(whole.right() - FOLD - 4, 4, FOLD, 20)


def draw_fold(painter: QPainter, theme: Theme, face: Face, box: QRectF) -> None:
    """Draw the sign: it points down where the group is open."""
    icon = "chevron-down" if face.frame is not None else "chevron-right"
    inner = QRectF(0, 0, 14, 14)
    inner.moveCenter(box.center())
    theme.icons.paint(painter, icon, inner, theme.tokens.t2)


def draw_frame(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """Draw the ground of the frame, its header and the lines from its ports to their doors inside."""
    tokens = theme.tokens
    shape, header = QPainterPath(), QPainterPath()
    shape.addRoundedRect(whole, RADIUS_CARD, RADIUS_CARD)
    painter.fillPath(shape, ink(tokens.s1, 0.75))
    header.addRect(QRectF(0, 0, whole.width(), HEADER))
    if face.enabled:
        painter.fillPath(shape.intersected(header), ink(tokens.group(face.layer.group).tint))
    painter.fillRect(QRectF(0, HEADER, whole.width(), 1), ink(tokens.line2))
    _lead_in(painter, theme, face, whole)


def _lead_in(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """Each port of the frame and the door inside are one: a broken line joins them."""
    if not isinstance(face.layer, Group):
        return
    pen = QPen(ink(theme.tokens.wire), 1.5)
    pen.setDashPattern([2.0, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    right, down = inside_of(Node(NodeId(face.name), face.layer))
    for side in SIDES:
        for number, port in enumerate(ports_of(face.layer, side)):
            door = face.layer.graph.nodes[NodeId(port.name)]
            x, y = door.position[0] + right, door.position[1] + down + FIRST
            if side == "out":
                x += width_of(own_name(door.id), door.layer)
            painter.drawPath(_between(place_of(side, number, whole.width()), QPointF(x, y)))


def _between(port: QPointF, door: QPointF) -> QPainterPath:
    """A line from a port on the frame to its door, which leaves and comes level."""
    path, half = QPainterPath(port), (door.x() - port.x()) / 2
    path.cubicTo(port + QPointF(half, 0), door - QPointF(half, 0), door)
    return path
