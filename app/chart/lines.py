"""Painting what a figure holds inside its frame: areas, curves, moments, flags and the labels at line ends."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.chart.axes import GUTTER_LABELS, Frame
from app.chart.drawing import Drawing, elided, pen, width
from app.chart.figure import Area, Dots, Figure, Flag, Line
from app.theme import ink

Floats = NDArray[np.float64]
_LABEL = 13.0  # px between two labels at line ends
_BEHIND = 40.0  # px from which a curve ends visibly before the others
LEAD_UP, LEAD_RIGHT = 7.0, 10.0  # px from the left end of a line to its name
LEAST_COLUMN = 1.5  # of a line's thickness: lower columns would not be seen beside it
WIDEST_COLUMN = 4.0  # px: what lies further apart is a gap
LIFT = 5.0  # px by which the words for a moment stand above the frame


def _points(xs: Floats, ys: Floats) -> QPolygonF:
    """Points, (n,) each, as Qt takes them."""
    import pyqtgraph  # a quarter of a second, which the window need not wait for

    made: QPolygonF = pyqtgraph.functions.arrayToQPolygonF(xs, ys)
    return made


def paint_lines(drawing: Drawing, frame: Frame, figure: Figure) -> None:
    """Areas, then curves, clipped to the frame."""
    painter = drawing.painter
    painter.save()
    _clip(drawing, frame)
    for area in figure.areas:
        _paint_area(painter, frame, area)
    _paint_curves(painter, frame, figure.lines)
    for dots in figure.dots:
        _paint_dots(painter, frame, dots)
    painter.restore()


def _paint_dots(painter: QPainter, frame: Frame, dots: Dots) -> None:
    round_pen = pen(dots.colour, dots.width, opacity=dots.opacity)
    round_pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(round_pen)
    good = np.isfinite(dots.xs) & np.isfinite(dots.ys)
    xs, ys = frame.left(dots.xs[good]), frame.top(dots.ys[good])
    if len(xs):
        painter.drawPoints(_points(xs, ys))


def paint_ghosts(drawing: Drawing, frame: Frame, ghosts: tuple[Line, ...]) -> None:
    """Curves that stand still, clipped to the frame."""
    drawing.painter.save()
    _clip(drawing, frame)
    _paint_curves(drawing.painter, frame, ghosts)
    drawing.painter.restore()


def _clip(drawing: Drawing, frame: Frame) -> None:
    drawing.painter.setClipRect(frame.box.adjusted(0, -1.5, 4, 1.5))
    drawing.smooth(True)


def _paint_curves(painter: QPainter, frame: Frame, curves: tuple[Line, ...]) -> None:
    for line in curves:
        xs, ys = frame.left(line.xs), frame.top(line.ys)
        if line.tops is not None:
            highs = frame.top(line.tops)
            _paint_columns(painter, line, columns(xs, ys, highs))
            if line.width <= 1:
                continue
            ys = (ys + highs) / 2  # through the middle goes a line of its own
        painter.setPen(pen(line.colour, line.width, line.dashes, line.opacity))
        for polygon in _polygons(xs, ys):
            painter.drawPolyline(polygon)
        if len(xs) == 1 and line.label:  # the first of what will be a curve
            _dot(painter, QPointF(xs[0], ys[0]), 3, line.colour)


def _paint_columns(painter: QPainter, line: Line, found: tuple[Floats, Floats, Floats]) -> None:
    """A line of very many points as one upright stroke a pixel: as a zigzag it would cost as much as all else."""
    import pyqtgraph

    xs, lows, highs = found
    if line.width > 1:
        tall = lows - highs > LEAST_COLUMN * line.width
        if not tall.any():
            return
        xs, lows, highs = xs[tall], lows[tall], highs[tall]
    ends = np.stack([lows, highs], 1).ravel()
    path = pyqtgraph.functions.arrayToQPath(
        np.repeat(xs, 2), ends, connect="pairs", finiteCheck=False
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.strokePath(path, pen(line.colour, 1, opacity=line.opacity))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def columns(xs: Floats, lows: Floats, highs: Floats) -> tuple[Floats, Floats, Floats]:
    """Middles of pixels from left to right, and in each the lowest and highest pixel that the line touches.

    Pixels are counted from the top, so that `lows` are the larger numbers; `xs` ascend. Neighbours meet, as those of a
    line do; where nothing is known there is no column.
    """
    good = np.isfinite(lows + highs)
    if not good.all():
        xs, lows, highs = xs[good], lows[good], highs[good]
    if not len(xs):
        return xs, xs, xs
    pixels = np.floor(xs)
    first = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
    pixels = pixels[first]
    downs, ups = np.maximum.reduceat(lows, first), np.minimum.reduceat(highs, first)
    places = np.arange(pixels[0], pixels[-1] + 1)
    if len(places) > len(pixels):
        of = np.searchsorted(pixels, places, "right") - 1
        near = places - pixels[of] < WIDEST_COLUMN
        downs, ups, places = downs[of][near], ups[of][near], places[near]
    down, up = downs.copy(), ups.copy()
    np.minimum(ups[1:], down[:-1], out=up[1:])
    np.maximum(downs[1:], ups[:-1], out=down[1:])
    return places + 0.5, down, np.minimum(up, down - 1)


def _polygons(xs: Floats, ys: Floats) -> list[QPolygonF]:
    """One polygon for each stretch without a gap; a stretch of one point is a short dash."""
    good = np.isfinite(ys)
    if good.all():
        return [_polygon(xs, ys)] if len(xs) else []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.view(np.int8), [0]))))
    return [_polygon(xs[a:b], ys[a:b]) for a, b in edges.reshape(-1, 2)]


def _polygon(xs: Floats, ys: Floats) -> QPolygonF:
    if len(xs) == 1:
        xs, ys = xs[0] + np.array([-1.0, 1.0]), ys[[0, 0]]
    return _points(xs, ys)


def _paint_area(painter: QPainter, frame: Frame, area: Area) -> None:
    xs = frame.left(area.xs)
    ys = np.concatenate([frame.top(area.lows), frame.top(area.highs)[::-1]])
    if len(xs) > 1 and np.isfinite(ys).all():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(area.colour, area.opacity))
        painter.drawPolygon(_polygon(np.concatenate([xs, xs[::-1]]), ys))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_moments(drawing: Drawing, frame: Frame, figure: Figure) -> None:
    """Dotted lines with a dot at the top and words, which are left out where they would touch the last ones."""
    free = frame.box.left() - 1
    for moment in figure.moments:
        x = float(frame.left(moment.x))
        if not frame.box.left() <= x <= frame.box.right():
            continue
        top, tokens = frame.box.top(), drawing.tokens
        drawing.smooth(False)
        drawing.line((x, top - LIFT), (x, frame.box.bottom()), tokens.t3, 1, (1, 3))
        if x >= free:
            drawing.smooth(True)
            _dot(drawing.painter, QPointF(int(x) + 0.5, top - LIFT), 3, tokens.t2)
            place = min(x + 8, drawing.painter.device().width() - width(moment.text) - 4)
            free = drawing.text(place, top + 4 - LIFT, moment.text, tokens.t2, halo=True) + 8


def _dot(painter: QPainter, centre: QPointF, radius: float, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(colour))
    painter.drawEllipse(centre, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_flag(drawing: Drawing, frame: Frame, flag: Flag) -> None:
    """A green flag on its mast, with words beside it; on the other side where room is short."""
    x, y = float(frame.left(flag.x)), float(frame.top(flag.y))
    if not frame.box.left() <= x <= frame.box.right():
        return
    y = max(y, frame.box.top() + 26)
    drawing.smooth(True)
    drawing.line((x, y - 4), (x, y - 22), drawing.tokens.ok, 1.25)
    drawing.painter.setPen(Qt.PenStyle.NoPen)
    drawing.painter.setBrush(ink(drawing.tokens.ok))
    corners = ((0, -22), (9, -22), (6.5, -18.5), (9, -15), (0, -15))
    drawing.painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
    drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
    fits = x + 14 + width(flag.text) < frame.box.right()
    place = x + 14 if fits else x - 5 - width(flag.text)
    drawing.text(place, y - 14, flag.text, drawing.tokens.t1, halo=True)


def paint_labels(drawing: Drawing, frame: Frame, figure: Figure) -> None:
    """Names at the ends of lines, in their colour: in one column, moved apart where they would overlap."""
    named = [line for line in (*figure.lines, *figure.ghosts) if line.label]
    ends = ((line, line.end) for line in named)
    placed = [
        (float(frame.top(end[1])), float(frame.left(end[0])), line)
        for line, end in ends
        if end is not None and frame.x.low <= end[0] <= frame.x.high * (1 + 1e-9)
    ]
    placed.sort(key=lambda entry: entry[0])
    ends_at = [float(frame.left(line.end[0])) for line in named if line.end is not None]
    column = min(max(ends_at, default=0.0), frame.box.right()) + 7
    limit = float(drawing.painter.device().width())
    for y, (_, end, line) in zip(
        apart([entry[0] for entry in placed], frame.box), placed, strict=True
    ):
        text = elided(line.label, GUTTER_LABELS - 10, weight=600)
        behind = column - end - 7 > _BEHIND  # a curve that was read long ago is named where it ends
        place = min(end + 7 if behind else column, limit - width(text, weight=600) - 4)
        drawing.text(place, y + 4, text, line.colour, weight=600, halo=True)


def paint_leads(drawing: Drawing, frame: Frame, figure: Figure) -> None:
    """Names above the left ends of lines, in their colour, moved apart where they would overlap."""
    named = [(line, line.begin) for line in (*figure.lines, *figure.ghosts) if line.lead]
    placed = [
        (_above(frame, line), float(frame.left(at[0])), line)
        for line, at in named
        if at is not None and frame.x.low <= at[0] <= frame.x.high
    ]
    placed.sort(key=lambda entry: entry[0])
    ys = apart([max(entry[0], frame.box.top() + 4) for entry in placed], frame.box)
    for y, (_, x, line) in zip(ys, placed, strict=True):
        ground = QRectF(x + LEAD_RIGHT - 2, y - 11, width(line.lead, weight=600) + 4, 14)
        drawing.fill(ground, drawing.tokens.s1, 0.7)  # other lines may run through
        drawing.text(x + LEAD_RIGHT, y, line.lead, line.colour, weight=600, halo=True)


def _above(frame: Frame, line: Line) -> float:
    """The pixel row on which a name at the left end of a line clears it."""
    xs, ys = frame.left(line.xs), frame.top(line.ys)
    start = float(xs[np.isfinite(ys)][0])
    under = ys[np.isfinite(ys) & (xs <= start + LEAD_RIGHT + width(line.lead, weight=600))]
    return float(under.min()) - LEAD_UP


def apart(places: list[float], box: QRectF) -> list[float]:
    """Ascending places moved down, and up again from the bottom, until no two labels touch."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + _LABEL) if moved else place)
    limit = box.bottom()
    for index in reversed(range(len(moved))):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - _LABEL
    return moved
