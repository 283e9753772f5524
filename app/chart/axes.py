"""The frame of a chart: where its axes lie, and painting them. No box; horizontal grid lines only; fixed gutters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from app.chart.drawing import LEFT, MIDDLE, RIGHT, Drawing, width
from app.chart.figure import Figure, Line
from app.chart.scale import Scale
from app.wording import tick

GUTTER_LEFT, GUTTER_RIGHT = 44, 64  # px; right: for the names of zones
GUTTER_LABELS = 84  # px; right: for “train 100.0 %” at the end of a line
TALL = 260  # px; a chart higher than this has a second row of ticks


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle between the axes, in pixels, and what its edges stand for."""

    box: QRectF
    x: Scale
    y: Scale

    def left(self, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Pixels from the left of the widget."""
        return np.asarray(self.box.left() + self.x.share(values) * self.box.width())

    def top(self, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Pixels from the top of the widget, kept within one pixel of the frame: no curve is ever lost."""
        share = np.clip(self.y.share(values), -1 / self.box.height(), 1 + 1 / self.box.height())
        return np.asarray(self.box.bottom() - share * self.box.height())

    def x_at(self, left: float) -> float:
        """The number under a pixel column."""
        return self.x.value((left - self.box.left()) / self.box.width())

    def height_of(self, top: float) -> float:
        """How high a pixel row lies: 0 at the bottom of the frame, 1 at its top."""
        return (self.box.bottom() - top) / self.box.height()


def frame_of(size: tuple[int, int], x: Scale, y: Scale) -> Frame:
    """The frame of a chart in a widget of this size."""
    wide, high = size
    top, bottom = (44, 48) if high > TALL else (40, 34)
    box = QRectF(GUTTER_LEFT, top, max(40, wide - GUTTER_LEFT - GUTTER_LABELS), 0)
    box.setHeight(max(30, high - top - bottom))
    return Frame(box, x, y)


def paint_axes(drawing: Drawing, frame: Frame, figure: Figure, tall: bool) -> None:
    """Grid, ticks, names and unit."""
    box, tokens = frame.box, drawing.tokens
    drawing.smooth(False)
    for value in frame.y.ticks(int(box.height() // 28)):
        y = float(frame.top(value))
        drawing.line((box.left(), y), (box.right(), y), tokens.grid)
        drawing.text(
            box.left() - 8, round(y) + 4, figure.write_y(value), tokens.t3, "figure", RIGHT
        )
    drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), tokens.line2)
    drawing.text(12, box.top() - 8, figure.unit, tokens.t2)
    _paint_ticks(drawing, frame, figure, tall)


def _paint_ticks(drawing: Drawing, frame: Frame, figure: Figure, tall: bool) -> None:
    box, tokens, write = frame.box, drawing.tokens, figure.write_x or tick
    for value in frame.x.ticks(int(box.width() // 44)):
        x = float(frame.left(value))
        drawing.line((x, box.bottom()), (x, box.bottom() + 4), tokens.line2)
        drawing.text(x, box.bottom() + 16, write(value), tokens.t3, "figure", MIDDLE)
    row = box.bottom() + (31 if tall else 30)
    begin = box.right() - width(figure.x_name)
    drawing.text(box.right(), row, figure.x_name, tokens.t2, align=RIGHT)
    if tall and figure.second:
        _paint_second(drawing, frame, figure, (row, begin - 8))


def _paint_second(
    drawing: Drawing, frame: Frame, figure: Figure, place: tuple[float, float]
) -> None:
    """The row below, as far as it does not run into the name of the axis."""
    row, limit = place
    if figure.second is None:
        return
    name = figure.second.name
    free = drawing.text(frame.box.left(), row, name, drawing.tokens.t3, "tick", MIDDLE) + 8
    for value, text in figure.second.ticks:
        x, half = float(frame.left(value)), width(text, "tick") / 2
        if x - half >= free and x + half <= limit:
            free = 8 + drawing.text(x, row, text, drawing.tokens.t3, "tick", MIDDLE)


def paint_key(drawing: Drawing, frame: Frame, key: tuple[Line, ...]) -> None:
    """The legend: one row above the chart."""
    x, y = frame.box.left(), 17.0
    drawing.smooth(True)
    for line in key:
        drawing.line(
            (x, y - 4), (x + 16, y - 4), line.colour, line.width, line.dashes, line.opacity
        )
        x = drawing.text(x + 21, y, line.name, drawing.tokens.t2, align=LEFT) + 16


def paint_empty(drawing: Drawing, frame: Frame, text: str) -> None:
    """The one grey line of a chart that has nothing to show yet."""
    centre: QPointF = frame.box.center()
    drawing.text(centre.x(), centre.y(), text, drawing.tokens.t3, "label", MIDDLE, halo=True)
