"""How a node is divided: header, body, footer, ports. Pure geometry in the node's own pixels at 100 %."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics

from app.canvas.face import Face
from app.canvas.lettering import lettering, width_of_words
from app.canvas.pictures import Picture
from app.canvas.ports import Side, place_of
from app.placing import FOOTER, HEADER, rows_of
from app.theme import Role

INSET, ABOVE = 10.0, 8.0  # px beside, and above and below, what is in the body
_BUTTON = 24.0
_LINE = 15.0
COMPLAINT: Role = "label"  # larger than notes: it has to be read first


@dataclass(frozen=True, slots=True)
class Layout:
    """The rectangles of a node."""

    whole: QRectF
    picture: QRectF | None
    complaint: QRectF | None  # words of an error, in the body
    button: QRectF | None  # the fix
    footer: QRectF | None

    def port(self, side: Side, number: int) -> QPointF:
        """Where a port sits."""
        return place_of(side, number, self.whole.width())


def complaint_of(face: Face) -> str:
    """What the body of a node in error says: what came."""
    return f"Gets {face.misfit.got}." if face.misfit else ""


def wanted_of(face: Face) -> str:
    """What the footer of a node in error says: what was wanted."""
    return f"wants {face.misfit.wanted}" if face.misfit else ""


def layout_of(face: Face, picture: Picture | None) -> Layout:
    """The layout of a node with this face and picture."""
    width = face.width
    if face.frame is not None:
        return Layout(QRectF(0, 0, *face.frame), None, None, None, None)
    if face.misfit:
        return _in_error(face, width)
    rows = rows_of(face.layer.inputs, face.layer.outputs)
    top, box = HEADER + (rows and rows + 4), None
    if not face.is_card:
        return Layout(QRectF(0, 0, width, top), None, None, None, None)
    if picture is not None:
        high = picture.height(width - 2 * INSET)
        box = QRectF(INSET, top + ABOVE, width - 2 * INSET, high)
        top += high + 2 * ABOVE
    whole = QRectF(0, 0, width, round(top + FOOTER))
    return Layout(whole, box, None, None, QRectF(0, whole.height() - FOOTER, width, FOOTER))


def _in_error(face: Face, width: float) -> Layout:
    room = width - 2 * INSET
    rows = rows_of(face.layer.inputs, face.layer.outputs)
    words = QRectF(INSET, HEADER + rows + ABOVE, room, _height(complaint_of(face), room))
    top, button = words.bottom() + ABOVE, None
    if face.problem and face.problem.fix:
        wide = min(room, width_of_words(face.problem.fix.text, COMPLAINT, 500) + 18)
        button = QRectF(INSET, top - 2, wide, _BUTTON)
        top += _BUTTON + ABOVE - 2
    footer = _height(wanted_of(face), room) + 10
    whole = QRectF(0, 0, width, round(top + footer))
    return Layout(whole, None, words, button, QRectF(0, whole.height() - footer, width, footer))


def _height(words: str, width: float) -> float:
    """How high words are when they are broken into lines of this width."""
    metrics = QFontMetrics(lettering(COMPLAINT, 500))
    flags = Qt.TextFlag.TextWordWrap
    return max(
        _LINE, float(metrics.boundingRect(QRect(0, 0, int(width), 1000), flags, words).height())
    )
