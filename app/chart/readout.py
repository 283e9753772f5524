"""The box that says what lies under the pointer, with a line and rings on the curves; it flips at the edge."""

from PySide6.QtCore import QPointF, QRectF

from app.chart.axes import Frame
from app.chart.drawing import RIGHT, Drawing, pen, width
from app.chart.figure import Readout
from app.controls.surface import rounded
from app.theme import ink

_PADDING, _ROW, _HEAD, _GAP = 10, 16, 18, 16  # px


def paint_readout(drawing: Drawing, frame: Frame, readout: Readout) -> None:
    """Line, rings and box at the readout's place."""
    x = float(frame.left(readout.x))
    drawing.smooth(False)
    drawing.line((x, frame.box.top()), (x, frame.box.bottom()), drawing.tokens.t2)
    drawing.smooth(True)
    for value in readout.values:
        if value.point is not None:
            centre = QPointF(float(frame.left(value.point[0])), float(frame.top(value.point[1])))
            drawing.painter.setPen(pen(value.colour, 2))
            drawing.painter.setBrush(ink(drawing.tokens.s1))
            drawing.painter.drawEllipse(centre, 3.5, 3.5)
    paint_box(drawing, readout, x, frame.box)


def paint_box(drawing: Drawing, readout: Readout, x: float, room: QRectF) -> None:
    """The box beside a place `x`, kept within the widget."""
    names = max((width(v.name, weight=500) for v in readout.values), default=0)
    figures = max((width(v.text, "figure") for v in readout.values), default=0)
    wide = max(names + _GAP + figures, width(readout.title)) + 2 * _PADDING
    high = _HEAD + _ROW * len(readout.values) + 10
    limit = drawing.painter.device().width() - 4
    left = x + 10 if x + 10 + wide <= limit else x - 10 - wide
    top = room.top() + max(0.0, min(34.0, room.height() - high))
    box = QRectF(round(max(4.0, left)), round(top), round(wide), high)
    tokens = drawing.tokens
    rounded(drawing.painter, box, 6, tokens.pop, tokens.line2)
    drawing.text(box.left() + _PADDING, box.top() + 17, readout.title, tokens.t2)
    y = box.top() + _HEAD + _ROW
    for value in readout.values:
        colour = value.colour or tokens.t2
        drawing.text(box.left() + _PADDING, y, value.name, colour, weight=500)
        drawing.text(box.right() - _PADDING, y, value.text, tokens.t1, "figure", RIGHT)
        y += _ROW
