"""What ridgelines show, as plain data, and painting them: one histogram a row, each as high as its own highest bin."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from app.chart.drawing import LEFT, MIDDLE, RIGHT, Drawing, elided, pen, width
from app.chart.figure import Readout
from app.theme import ink

Floats = NDArray[np.float64]
OVERLAP, HIGHEST = 2.2, 44.0  # slots, and px, that a ridge may be high
SLOT = 11.0  # px: what a name takes
WIDEST_NAME, FADED, GHOST = 92.0, 0.5, 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """One histogram: the share in each bin, what lies below and above all of them, and the shares it had before."""

    name: str
    shares: Floats  # (bins,)
    below: float = 0.0
    above: float = 0.0
    before: Floats | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Ridges:
    """Histograms over the same bins, from top to bottom; `ticks` say where numbers lie, as shares of the width."""

    ridges: tuple[Ridge, ...]
    ticks: tuple[tuple[float, str], ...]
    quantity: str
    colour: str
    selected: str = ""
    before: str = "at step 0"
    remark: str = ""  # what stands at the right of each
    empty: str = ""
    read: Callable[[int, int], Readout | None] = lambda _row, _bin: None


def paint_head(drawing: Drawing, shown: Ridges, room: float) -> None:
    """What is drawn, and what the dashes are."""
    tokens = drawing.tokens
    end = drawing.text(12, 17, shown.quantity, tokens.t2)
    start = room - 12 - width(shown.before) - 22
    if start > end + 12 and any(ridge.before is not None for ridge in shown.ridges):
        drawing.text(start + 22, 17, shown.before, tokens.t2)
        drawing.line((start, 13), (start + 16, 13), tokens.t1, 1.2, (3, 2), GHOST)


def paint_axis(drawing: Drawing, box: QRectF, shown: Ridges) -> None:
    """Numbers below, each with a line through all rows; those that would touch are left out, 0 never."""
    drawing.smooth(False)
    free: list[tuple[float, float]] = []
    for share, text in sorted(shown.ticks, key=lambda tick: abs(tick[0] - 0.5)):
        x, half = box.left() + share * box.width(), width(text, "figure") / 2 + 4
        if all(x + half <= low or x - half >= high for low, high in free):
            free.append((x - half, x + half))
            colour = drawing.tokens.line3 if share == 0.5 else drawing.tokens.grid
            drawing.line((x, box.top()), (x, box.bottom()), colour)
            drawing.text(x, box.bottom() + 15, text, drawing.tokens.t3, "figure", MIDDLE)
    drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), drawing.tokens.line2)


def paint_ridges(drawing: Drawing, box: QRectF, shown: Ridges, under: int | None) -> None:
    """The histograms from the top down: each hides a little of those behind it."""
    slot = box.height() / len(shown.ridges)
    high = min(HIGHEST, OVERLAP * slot, slot + 24.0)
    for row, ridge in enumerate(shown.ridges):
        foot = box.top() + (row + 1) * slot
        is_full = ridge.name == shown.selected or row == under
        _paint(drawing, box, ridge, (foot, high), shown.colour, 1.0 if is_full else FADED)
    _paint_words(drawing, box, shown, slot)


def _paint(
    drawing: Drawing,
    box: QRectF,
    ridge: Ridge,
    place: tuple[float, float],
    colour: str,
    opacity: float,
) -> None:
    painter, (foot, high) = drawing.painter, place
    most = max(float(ridge.shares.max(initial=0.0)), 1e-12)
    outline = _steps(box, ridge.shares / most, foot, high)
    path = QPainterPath()
    path.addPolygon(outline)
    drawing.smooth(True)
    painter.fillPath(path, ink(drawing.tokens.s1, 0.75))
    painter.fillPath(path, ink(colour, 0.45 * opacity + 0.1))
    painter.setPen(pen(colour, 1.2, (), 0.4 + 0.6 * opacity))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(outline)
    if ridge.before is not None:
        before = max(float(ridge.before.max(initial=0.0)), 1e-12)
        painter.setPen(pen(drawing.tokens.t1, 1.2, (3, 2), GHOST))
        painter.drawPolyline(_steps(box, ridge.before / before, foot, high))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(drawing.tokens.bad))
    for share, edge, way in ((ridge.below, box.left(), -1), (ridge.above, box.right(), 1)):
        if share > 0:  # an arrow: there is more beyond
            tip, base = QPointF(edge + 6 * way, foot - 4), edge + 1 * way
            painter.drawPolygon(QPolygonF([tip, QPointF(base, foot - 8), QPointF(base, foot)]))


def _steps(box: QRectF, heights: Floats, foot: float, high: float) -> QPolygonF:
    """The outline of a histogram: bins with nothing in them lie on the foot."""
    wide = box.width() / len(heights)
    middles = box.left() + wide * (np.arange(len(heights)) + 0.5)
    points = [QPointF(box.left(), foot)]
    tops = foot - high * heights
    points += [QPointF(x, y) for x, y in zip(middles.tolist(), tops.tolist(), strict=True)]
    return QPolygonF([*points, QPointF(box.right(), foot)])


def _paint_words(drawing: Drawing, box: QRectF, shown: Ridges, slot: float) -> None:
    """Names at the left and remarks at the right, as many as have room."""
    free: list[float] = []
    tokens, count = drawing.tokens, len(shown.ridges)
    chosen = [row for row, ridge in enumerate(shown.ridges) if ridge.name == shown.selected]
    drawing.text(box.right() + 8, box.top() - 2, shown.remark, tokens.t3, "tick", LEFT)
    for row in dict.fromkeys([*chosen, 0, count - 1, *range(count)]):
        foot = box.top() + (row + 1) * slot
        if any(abs(foot - other) < SLOT for other in free):
            continue
        free.append(foot)
        ridge, is_chosen = shown.ridges[row], row in chosen
        weight, colour = (600, tokens.t1) if is_chosen else (0, tokens.t2)
        name = elided(ridge.name, WIDEST_NAME, "note", weight)
        drawing.text(box.left() - 8, round(foot) - 1, name, colour, "note", RIGHT, weight=weight)
        drawing.text(box.right() + 8, round(foot) - 1, ridge.remark, tokens.t2, "tick", LEFT)
