"""What is drawn on a node beside its face: badges for its marks, the sheets behind a group, the names of its ports."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.canvas.face import Face
from app.canvas.layout import Layout
from app.canvas.lettering import letter, width_of_words
from app.canvas.ports import SIDES, ports_of
from app.controls.surface import rounded
from app.theme import Theme, Tokens, ink
from app.theme.measures import RADIUS_CARD, RADIUS_CHIP
from engine.graph import Group

OFF = 0.45  # opacity of a node that is switched off
NAMES = 96.0  # px beside a node for the names of its ports
_BADGE = 18.0
_SHEETS = (6.0, 3.0)  # px by which the sheets behind a group stick out


def draw_stack(painter: QPainter, tokens: Tokens, face: Face, whole: QRectF) -> None:
    """Sheets behind a group: several layers are one node."""
    if not isinstance(face.layer, Group):
        return
    for out in _SHEETS:
        sheet = whole.translated(0, -out).adjusted(out, 0, -out, 0)
        rounded(painter, sheet, RADIUS_CARD, tokens.s3, tokens.line3)


def draw_badges(painter: QPainter, theme: Theme, face: Face, whole: QRectF) -> None:
    """A small disc on the upper edge for each mark, from the right; each has an icon of its own."""
    icons = [
        icon
        for said, icon in (
            (face.note, "info"),
            (face.shares, "link"),
            (face.frozen, "lock"),
            (not face.enabled, "power"),
        )
        if said
    ]
    tokens, ratio = theme.tokens, painter.device().devicePixelRatio() if painter.device() else 1.0
    for place, icon in enumerate(icons):
        box = QRectF(0, 0, _BADGE, _BADGE)
        box.moveCenter(QPointF(whole.right() - 14 - place * (_BADGE + 3), whole.top()))
        painter.setPen(QPen(ink(tokens.line3), 1))
        painter.setBrush(ink(tokens.s3))
        painter.drawEllipse(box)
        inner = box.adjusted(4, 4, -4, -4)
        pixmap = theme.icons.pixmap(icon, tokens.t1, round(inner.height()), max(2.0, ratio))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(inner, pixmap, QRectF(pixmap.rect()))


def has_names(face: Face) -> bool:
    """Whether its ports need names: there are several on one side."""
    return len(face.layer.inputs) > 1 or len(face.layer.outputs) > 1


def draw_names(painter: QPainter, tokens: Tokens, face: Face, layout: Layout) -> None:
    """The names of the ports beside them, on sides that have several."""
    for side in SIDES:
        ports = ports_of(face.layer, side)
        if len(ports) < 2:
            continue
        for number, port in enumerate(ports):
            at = layout.port(side, number)
            words = f"{port.name}?" if port.optional else port.name
            wide = min(width_of_words(words, "note") + 10, NAMES - 16)
            left = at.x() - 12 - wide if side == "in" else at.x() + 12
            box = QRectF(left, at.y() - 8, wide, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            rounded(painter, box, RADIUS_CHIP, tokens.s3, tokens.line2)
            place = QPointF(box.left() + 5, box.center().y() + 4)
            letter(painter, place, words, ink(tokens.t1), "note", room=wide - 8)
