"""The ends of the colours of maps: a bar with three figures, or one figure where there is no room."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from app.chart.drawing import Drawing
from app.wording import number

LEAST_BAR_HEIGHT = 64  # px: below this, both ends of a range are said in one figure


def paint_scale(drawing: Drawing, bar: QImage, end: float, box: QRectF) -> None:
    """The colour bar with its numbers; without room for three it says both ends in one."""
    if box.height() < LEAST_BAR_HEIGHT:
        paint_ends(drawing, end, box.adjusted(-8, 0, 0, 0))
        return
    box.setHeight(min(box.height(), 120))
    drawing.painter.drawImage(box, bar)
    text = number(end, 2)
    x, colour = box.right() + 6, drawing.tokens.t2
    drawing.text(x, box.top() + 8, f"+{text}", colour, "tick")
    drawing.text(x, box.center().y() + 4, "0", colour, "tick")
    drawing.text(x, box.bottom(), f"−{text}", colour, "tick")


def paint_ends(drawing: Drawing, end: float, box: QRectF) -> None:
    """Both ends of a signed range in one figure, at the right of a box."""
    text = f"±{number(end, 2)}"
    drawing.text(box.left() + 8, box.center().y() + 4, text, drawing.tokens.t3, "tick")
