"""What is drawn on a node beside its words: sheets of a group, the names of its ports, and the marks a person made."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.canvas.face import Face
from app.canvas.layout import Layout
from app.canvas.lettering import fitted, letter, width_of_words
from app.canvas.ports import SIDES, PortRef, ports_of
from app.controls.surface import rounded
from app.placing import FIRST
from app.theme import Theme, ink
from app.theme.measures import RADIUS_CARD, RADIUS_CHIP
from engine.graph import Composite, NodeId

SHEETS, SHEET = 2, 4.0  # sheets behind a group, and how far each stands out, in px
BAND = 4.0  # px, in the colour of an encoder or a decoder
BADGE = 18.0  # px, a disc that marks a node
PALE = 0.55  # how strong what is switched off is drawn
NAMES = 96.0  # px beside a node for the names of its main ports
_BESIDE_PORT = 9.0  # px from a port to its name


def draw_sheets(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """Draw the sheets behind a group: it is a stack of paper."""
    if not isinstance(face.layer, Composite):
        return
    for number in range(SHEETS, 0, -1):
        out = SHEET * number
        sheet = whole.adjusted(out, -out, -out, -whole.height() / 2)
        rounded(painter, sheet, RADIUS_CARD - 1, theme.tokens.s2, theme.tokens.line3)


def draw_side(painter: QPainter, theme: Theme, face: Face, shape: QPainterPath) -> None:
    """Draw a band along the upper edge in the colour of its side: what reads is blue, what writes teal."""
    if face.side:
        band = QPainterPath()
        band.addRect(QRectF(0, 0, shape.boundingRect().width(), BAND))
        colour = theme.tokens.series[0 if face.side == "reads" else 2]
        painter.fillPath(shape.intersected(band), ink(colour))


def draw_bypass(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """Draw the line on which what comes in goes out again, through a node that is switched off."""
    if face.enabled or not (face.layer.inputs and face.layer.outputs):
        return
    pen = QPen(ink(theme.tokens.wire), 1.5)
    pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.drawLine(QPointF(6, FIRST + 1.5), QPointF(whole.width() - 6, FIRST + 1.5))


def draw_names(
    painter: QPainter, theme: Theme, face: Face, layout: Layout, hot: PortRef | None, zoom: float
) -> None:
    """Draw the names of the ports that stand in rows; the one under the hand is lit."""
    for side in SIDES:
        for number, port in enumerate(ports_of(face.layer, side)[1:], 1):
            lit = hot == PortRef(NodeId(face.name), side, port.name)
            colour = ink(theme.tokens.t1 if lit else theme.tokens.t2)
            room = layout.whole.width() * 0.6
            scale = fitted(port.name, "note", zoom, room)
            at = layout.port(side, number) + QPointF(
                _BESIDE_PORT if side == "in" else -_BESIDE_PORT, 3.5 * scale
            )
            is_right = side == "out"
            letter(painter, at, port.name, colour, room=room, to_left=is_right, scale=scale)


def has_names(face: Face) -> bool:
    """Whether its ports need names: there are several on one side."""
    return len(face.layer.inputs) > 1 or len(face.layer.outputs) > 1


def draw_first_names(painter: QPainter, theme: Theme, face: Face, layout: Layout) -> None:
    """Draw the names of the ports on the header's line, beside the node, where a side has several."""
    for side in SIDES:
        ports = ports_of(face.layer, side)
        if len(ports) < 2:
            continue
        at, words = layout.port(side, 0), ports[0].name
        wide = min(width_of_words(words, "note") + 10, NAMES - 16)
        left = at.x() - 12 - wide if side == "in" else at.x() + 12
        box = QRectF(left, at.y() - 8, wide, 16)
        rounded(painter, box, RADIUS_CHIP, theme.tokens.s3, theme.tokens.line2)
        place = QPointF(box.left() + 5, box.center().y() + 4)
        letter(painter, place, words, ink(theme.tokens.t1), "note", room=wide - 8)


def marks_of(face: Face) -> tuple[str, ...]:
    """The icons of what a person has marked a node with, from the right."""
    marks = (("snowflake", face.frozen), ("message-square", bool(face.note)))
    return tuple(icon for icon, is_on in marks if is_on)


def draw_marks(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """Draw a small disc on the upper edge for each mark, from the right; each has an icon of its own."""
    tokens, device = theme.tokens, painter.device()
    ratio = max(2.0, device.devicePixelRatio() if device else 1.0)
    for place, icon in enumerate(marks_of(face)):
        disc = QRectF(0, 0, BADGE, BADGE)
        disc.moveCenter(QPointF(whole.right() - 16 - place * (BADGE + 3), whole.top()))
        painter.setPen(QPen(ink(tokens.line3), 1))
        painter.setBrush(ink(tokens.s3))
        painter.drawEllipse(disc)
        inner = disc.adjusted(3.5, 3.5, -3.5, -3.5)
        pixmap = theme.icons.pixmap(icon, tokens.t1, round(inner.height()), ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(inner, pixmap, QRectF(pixmap.rect()))


def draw_owner(painter: QPainter, theme: Theme, at: QPointF, scale: float) -> float:
    """Draw the link before the name of the node whose weights are used; how wide it is."""
    size = round(11 * scale)
    theme.icons.paint(
        painter, "link", QRectF(at.x(), at.y() - size + 1.5, size, size), theme.tokens.t2
    )
    return size + 3.0


def dashed(painter: QPainter, theme: Theme, whole: QRectF) -> None:
    """Draw the outline of a node that is switched off."""
    pen = QPen(ink(theme.tokens.line3), 1.25)
    pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
