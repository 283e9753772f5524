"""What one example costs a node, written below it: multiply-adds, and the memory of its output."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.face import Face
from app.canvas.lettering import enlarged, letter, width_of_words
from app.theme import Theme, ink

NEAREST = 0.5  # zoom below which the words could not be read
LINE = 13.0  # px from line to line at 100 %
LARGEST = 1.8  # times as large, when seen from afar


def costs_box(face: Face, whole: QRectF) -> QRectF:
    """What the words take below the node's rectangle; nothing if they are not shown."""
    if not face.shows_costs or not face.costs:
        return QRectF()
    wide = max(width_of_words(words, "note") for words in face.costs)
    high = LINE * len(face.costs) + 4
    return QRectF(whole.left(), whole.bottom(), LARGEST * wide + 4, LARGEST * high)


def draw_costs(painter: QPainter, theme: Theme, face: Face, whole: QRectF, zoom: float) -> None:
    """Write them, if they are to be shown and can be read."""
    if not face.shows_costs or zoom < NEAREST:
        return
    scale = min(LARGEST, enlarged("note", zoom))
    at = whole.bottomLeft() + QPointF(2, 1)
    for words in face.costs:
        at += QPointF(0, LINE * scale)
        letter(painter, at, words, ink(theme.tokens.t3), "note", scale=scale)
