"""A unit on its activation: the curve and its slope, and below them where the unit's own inputs lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, pen, width
from app.chart.figure import Readout, Value
from app.chart.readout import paint_box
from app.chart.scale import Scale
from app.theme import Theme, ink
from app.theme.colormaps import viridis_table
from app.wording import number, tick

Floats = NDArray[np.float64]
LEFT, RIGHT_ROOM, TOP, BOTTOM = 40.0, 14.0, 34.0, 36.0  # px
BINS = 48
SHARE = 0.42  # of the height that the fullest bin takes
RUG, MOST_TICKS = 5.0, 128  # px high, and how many of them
STEPS = (6.0, 12.0, 24.0, 48.0, 100.0, 1e3, 1e4, 1e6)  # how far the x axis reaches


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Inputs z of one unit; f and f′ at `xs`, if the activation has a curve that is known."""

    sums: Floats
    xs: Floats
    values: Floats
    slopes: Floats
    words: str = ""
    empty: str = ""

    @property
    def x(self) -> Scale:
        """As far as the inputs reach, in steps."""
        return Scale(-self.reach, self.reach)

    @property
    def reach(self) -> float:
        """The end of the x axis."""
        return reach_of(self.sums)

    @property
    def y(self) -> Scale:
        """As far as curve and slope reach, a little more; not beyond the inputs' own size."""
        both = np.concatenate([self.values, self.slopes, [0.0, 1.0]])
        low, high = float(both.min()), float(both.max())
        room = 0.08 * (high - low)
        return Scale(low - room, high + room)

    def at(self, z: float) -> tuple[float, float] | None:
        """The values of f and f′ at a place; None if there is no curve."""
        if not len(self.xs):
            return None
        f, slope = (float(np.interp(z, self.xs, ys)) for ys in (self.values, self.slopes))
        return f, slope


def reach_of(sums: Floats) -> float:
    """The end of an x axis on which these inputs lie."""
    good = np.abs(sums[np.isfinite(sums)])
    most = float(good.max()) if len(good) else 0.0
    return next((step for step in STEPS if most <= step), STEPS[-1])


class BendChart(QWidget):
    """Shows the unit last given."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Bend | None = None
        self._cursor: float | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(280, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 100)

    def show_bend(self, shown: Bend) -> None:
        """Shows this from now on."""
        self.shown = shown
        self.setAccessibleDescription(shown.words)
        self.update()

    def box(self) -> QRectF:
        """Where the axes are."""
        wide, high = self.width() - LEFT - RIGHT_ROOM, self.height() - TOP - BOTTOM
        return QRectF(LEFT, TOP, max(40.0, wide), max(30.0, high))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens, box, shown = self.theme.tokens, self.box(), self.shown
            painter.fillRect(self.rect(), ink(tokens.s1))
            drawing = Drawing(painter, tokens)
            if shown is None or (not shown.words and not len(shown.sums)):
                words = shown.empty if shown else ""
                middle, room = box.center(), box.width() + RIGHT_ROOM
                at = (middle.x(), middle.y())
                drawing.paragraph(at, words, room, tokens.t3, align=MIDDLE)
                return
            _paint_axes(drawing, box, shown, self.width())
            _paint_histogram(drawing, box, shown)
            _paint_curves(drawing, box, shown)
            if self._cursor is not None:
                self._paint_pointer(drawing, box, shown, self._cursor)

    def _paint_pointer(self, drawing: Drawing, box: QRectF, shown: Bend, left: float) -> None:
        z = shown.x.value((left - box.left()) / box.width())
        drawing.line((left, box.top()), (left, box.bottom()), drawing.tokens.t2)
        near = np.abs(shown.sums - z) <= shown.reach / BINS
        rows = [Value("inputs here", f"{100 * float(near.mean()):.0f} %")] if len(near) else []
        if (found := shown.at(z)) is not None:
            series = drawing.tokens.series
            rows = [
                Value("f", number(found[0]), series[0]),
                Value("f′", number(found[1]), series[1]),
                *rows,
            ]
        paint_box(drawing, Readout(0, f"z = {number(z)}", tuple(rows)), left, box)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_within = self.box().contains(event.position())
        self._cursor = event.position().x() if is_within else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)


def _paint_axes(drawing: Drawing, box: QRectF, shown: Bend, room: float) -> None:
    tokens, x = drawing.tokens, box.left()
    drawing.text(0, 17, elided(shown.words, room - 12), tokens.t1)
    drawing.smooth(False)
    for value in shown.x.ticks(int(box.width() // 44)):
        x = box.left() + float(shown.x.share(value)) * box.width()
        drawing.line((x, box.bottom()), (x, box.bottom() + 4), tokens.line2)
        drawing.text(x, box.bottom() + 18, tick(value), tokens.t3, "figure", MIDDLE)
    for value in shown.y.ticks(4) if len(shown.xs) else ():
        y = box.bottom() - float(shown.y.share(value)) * box.height()
        drawing.line((box.left(), y), (box.right(), y), tokens.grid)
        drawing.text(box.left() - 6, round(y) + 4, tick(value), tokens.t3, "figure", RIGHT)
    drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), tokens.line2)
    drawing.text(box.right(), box.bottom() + 31, "z", tokens.t2, align=RIGHT)


def _paint_histogram(drawing: Drawing, box: QRectF, shown: Bend) -> None:
    """Where the inputs lie: bins as bright as the slope there is steep, and a tick for each below the axis."""
    good = shown.sums[np.isfinite(shown.sums)]
    counts, edges = np.histogram(good, BINS, (-shown.reach, shown.reach))
    most, steepest = max(1, int(counts.max())), float(np.abs(shown.slopes).max(initial=0.0))
    wide, table = box.width() / BINS, viridis_table()
    drawing.smooth(False)
    for place in np.flatnonzero(counts).tolist():
        found = shown.at(float(edges[place] + edges[place + 1]) / 2)
        share = abs(found[1]) / steepest if found and steepest else 0.5
        red, green, blue = table[round(min(1.0, share) * (len(table) - 1))].tolist()
        high = SHARE * box.height() * int(counts[place]) / most
        bar = QRectF(box.left() + place * wide, box.bottom() - high, max(1.0, wide - 1), high)
        drawing.painter.fillRect(bar.adjusted(-1, -1, 1, 0), ink(drawing.tokens.wire))
        drawing.painter.fillRect(bar, QColor(red, green, blue))
    for z in good[:: -(-len(good) // MOST_TICKS)].tolist() if len(good) else ():
        x = box.left() + float(shown.x.share(z)) * box.width()
        drawing.line((x, box.bottom() + 1), (x, box.bottom() + RUG), drawing.tokens.t2, opacity=0.6)


def _paint_curves(drawing: Drawing, box: QRectF, shown: Bend) -> None:
    """f, and f′ dashed, with their names at the right."""
    drawing.smooth(True)
    series, end = drawing.tokens.series, box.right()
    for name, ys, dashes in (("f′", shown.slopes, (7.0, 3.0)), ("f", shown.values, ())):
        if not len(ys):
            continue
        colour = series[1] if dashes else series[0]
        lefts = box.left() + shown.x.share(shown.xs) * box.width()
        tops = box.bottom() - shown.y.share(ys) * box.height()
        points = [QPointF(x, y) for x, y in zip(lefts.tolist(), tops.tolist(), strict=True)]
        drawing.painter.setPen(pen(colour, 2.5 if not dashes else 2, dashes))
        drawing.painter.drawPolyline(QPolygonF(points))
        end -= width(name, weight=600) + 10
        drawing.text(end, box.top() - 4, name, colour, weight=600)
