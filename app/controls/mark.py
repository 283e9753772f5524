"""Health marks, drawn: ● ok, ▲ watch, ■ bad, ○ not measured. Shapes differ, not only colours."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.theme.palette import ink
from app.theme.tokens import Tokens

State = Literal["ok", "watch", "bad", "none"]


def state_colours(tokens: Tokens, state: State) -> tuple[str, str]:
    """Ink and background of a state."""
    return {
        "ok": (tokens.ok, tokens.okbg),
        "watch": (tokens.watch, tokens.watchbg),
        "bad": (tokens.bad, tokens.badbg),
        "none": (tokens.t2, tokens.s3),
    }[state]


def draw_mark(
    painter: QPainter, tokens: Tokens, state: State, centre: QPointF, radius: float = 4
) -> None:
    """Draws the mark of a state around `centre`; all four weigh the same to the eye."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(state_colours(tokens, state)[0]))
    x, y, r = centre.x(), centre.y(), radius
    if state == "ok":
        painter.drawEllipse(centre, r, r)
    elif state == "watch":
        corners = [(x, y - r - 0.4), (x + r + 0.6, y + r - 0.2), (x - r - 0.6, y + r - 0.2)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    elif state == "bad":
        painter.drawRoundedRect(QRectF(x - r + 0.2, y - r + 0.2, 2 * r - 0.4, 2 * r - 0.4), 1, 1)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink(tokens.t3), 1.4))
        painter.drawEllipse(centre, r - 0.7, r - 0.7)
    painter.restore()
