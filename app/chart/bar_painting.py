"""Painting bars: zones and grid, the bars with their ghosts, figures above and names below that never overlap."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from app.chart.axes import Frame
from app.chart.bars import Bars
from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, pen, width
from app.chart.skyline import Roof, Skyline
from app.controls.mark import draw_mark
from app.theme import Role, ink

HEAD_ROW = 19.0  # px, between the lines of the head
WIDEST, GAP = 28.0, 16.0  # px: a bar, and what lies between bars where there is room
ROUND = 6.0  # px: thinner bars have square corners and plain ghosts
UPRIGHT = 64.0  # px: room for names that read upwards
SLOT = 12.0  # px: what a name that reads upwards takes
FADED, UNDER = 0.62, 0.82  # of bars that are not selected, and of the one under the pointer
LEAST_ZONE = 11.0  # px: lower zones are tinted but not named
CROWDED = 34.0  # px a bar, below which figures are smaller
GHOST = 0.6  # opacity of what was before, or is expected
IMPORTANT = 3  # figures that get room before all others


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a bar lies, in pixels. One beyond the axis has no top but an end of the axis: −1 below, +1 above."""

    left: float
    thick: float
    top: float
    ghost: float | None
    beyond: int

    def roof(self, frame: Frame) -> Roof:
        """What a figure above it must not touch."""
        if self.beyond:
            top = frame.box.top() if self.beyond > 0 else frame.box.bottom()
            return self.left, self.left + self.thick, top
        return self.left, self.left + self.thick, min(self.top, self.ghost or self.top)


def spots_of(frame: Frame, shown: Bars) -> list[Spot]:
    """Where all bars lie."""
    slot = frame.box.width() / max(1, len(shown.bars))
    thick = max(2.0, min(WIDEST, slot - min(GAP, slot * 0.35)))
    first = frame.box.left() + (slot - thick) / 2
    powers = np.array([bar.power for bar in shown.bars])
    ghosts = np.array([np.nan if bar.ghost is None else bar.ghost for bar in shown.bars])
    beyond = (powers > frame.y.high).astype(int) - ~(powers >= frame.y.low)
    tops = frame.top(np.nan_to_num(powers)).tolist()
    ghost_tops = frame.top(ghosts).tolist()
    return [
        Spot(first + slot * i, thick, top, None if ghost != ghost else ghost, int(end))  # NaN: none
        for i, (top, ghost, end) in enumerate(zip(tops, ghost_tops, beyond, strict=True))
    ]


def paint_axes(drawing: Drawing, frame: Frame, shown: Bars) -> None:
    """What does not change from frame to frame."""
    _paint_zones(drawing, frame, shown)
    _paint_grid(drawing, frame)
    if shown.bars:
        _paint_names(drawing, frame, shown)


def paint_head(drawing: Drawing, shown: Bars, said: list[str], room: float) -> None:
    """The verdict with its mark, in lines, and what is drawn."""
    tokens, y = drawing.tokens, 17.0
    if said:
        draw_mark(drawing.painter, tokens, shown.state, QPointF(17, y - 4))
    for line in said:
        drawing.text(28, y, line, tokens.t1)
        y += HEAD_ROW
    drawing.text(12, y, shown.quantity, tokens.t2)
    end = room - 12.0
    for name, dashes, there in (
        (shown.before, (3.0, 2.0), any(bar.ghost is not None for bar in shown.bars)),
        ("theory", (1.5, 2.5), any(bar.theory is not None for bar in shown.bars)),
    ):
        start = end - width(name) - 22
        if there and start > 24 + width(shown.quantity):
            drawing.text(end - width(name), y, name, tokens.t2)
            drawing.line((start, y - 4), (start + 16, y - 4), tokens.t1, 1.5, dashes, GHOST)
            end = start - 12


def paint_bars(
    drawing: Drawing, frame: Frame, shown: Bars, spots: list[Spot], under: int | None
) -> None:
    """The bars and their ghosts."""
    painter, tokens, bottom = drawing.painter, drawing.tokens, frame.box.bottom()
    for place, spot in enumerate(spots):
        drawing.smooth(spot.beyond != 0)
        painter.setPen(Qt.PenStyle.NoPen)
        if spot.beyond:
            painter.setBrush(ink(tokens.bad))
            painter.drawPolygon(_arrow(frame, spot))
            continue
        full = shown.bars[place].name == shown.selected
        opacity = 1.0 if full else UNDER if place == under else FADED
        box = QRectF(spot.left, spot.top, spot.thick, max(1.0, bottom - spot.top))
        colour = ink(tokens.gradient, opacity)
        if (
            spot.thick >= ROUND
        ):  # two steps in for a round edge: a rounded rectangle costs ten times as much
            for by in (2.0, 1.0):
                painter.fillRect(
                    QRectF(box.left() + by, box.top(), box.width() - 2 * by, 1), colour
                )
                box.setTop(min(box.top() + 1, bottom))
        painter.fillRect(box, colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_theory(drawing, frame, shown, spots)
    _paint_ghosts(drawing, spots)


def _paint_theory(drawing: Drawing, frame: Frame, shown: Bars, spots: list[Spot]) -> None:
    """A dotted line from bar to bar through what theory expects."""
    points = [
        QPointF(spot.left + spot.thick / 2, float(frame.top(bar.theory)))
        for spot, bar in zip(spots, shown.bars, strict=True)
        if bar.theory is not None
    ]
    if len(points) > 1:
        drawing.smooth(True)
        drawing.painter.setPen(pen(drawing.tokens.t1, 1.5, (1.5, 2.5), GHOST))
        drawing.painter.drawPolyline(QPolygonF(points))


def _paint_ghosts(drawing: Drawing, spots: list[Spot]) -> None:
    """Dashed ticks a little wider than the bars; plain ones on thin bars."""
    for spot in spots:
        if spot.ghost is None:
            continue
        reach = min(4.0, max(1.0, spot.thick / 7)) if spot.thick >= ROUND else 1.0
        start, end = (spot.left - reach, spot.ghost), (spot.left + spot.thick + reach, spot.ghost)
        if spot.thick >= ROUND:
            drawing.line(start, end, drawing.tokens.t1, 1.5, (3, 2), GHOST)
        else:
            drawing.line(start, end, drawing.tokens.t1, 1, (), GHOST)


def paint_figures(drawing: Drawing, frame: Frame, shown: Bars, spots: list[Spot]) -> None:
    """The figures above the bars, as far as there is room."""
    skyline = Skyline(frame, [spot.roof(frame) for spot in spots])
    role: Role = "figure" if frame.box.width() >= CROWDED * len(spots) else "tick"
    for rank, place in enumerate(_by_weight(shown)):
        text = shown.bars[place].text
        lift = 13.0 if spots[place].beyond else 5.0
        spot = skyline.spot(place, width(text, role), lift, important=rank < IMPORTANT)
        if spot is not None:
            drawing.text(*spot, text, drawing.tokens.t1, role, halo=spots[place].thick >= ROUND)


def room_for_names(shown: Bars, wide: float) -> float:
    """How much room the names need below the frame, in pixels."""
    rows = _rows(shown, wide)
    return 34 if rows == 1 else 48 if rows == 2 else min(_longest(shown), UPRIGHT) + 24


def _longest(shown: Bars) -> float:
    return max((width(bar.name, "note", 600) for bar in shown.bars), default=0.0)


def _rows(shown: Bars, wide: float) -> int:
    """In how many rows the names lie, turn by turn: one or two; 0 if they must stand upright."""
    slot, longest = wide / max(1, len(shown.bars)), _longest(shown)
    return 1 if longest <= slot - 4 else 2 if longest <= 2 * slot - 4 else 0


def _paint_names(drawing: Drawing, frame: Frame, shown: Bars) -> None:
    """Each name under its bar; where they must stand upright, as many as have room, the important ones first."""
    bottom, rows = frame.box.bottom(), _rows(shown, frame.box.width())
    free: list[float] = []
    for place in _by_weight(shown):
        name = shown.bars[place].name
        x = frame.box.left() + frame.box.width() * (place + 0.5) / len(shown.bars)
        chosen = name == shown.selected
        colour, weight = (drawing.tokens.t1, 600) if chosen else (drawing.tokens.t2, 0)
        if rows:
            row = bottom + (16 if place % rows == 0 else 29)
            drawing.text(x, row, name, colour, "note", MIDDLE, weight=weight)
        elif all(abs(x - other) >= SLOT for other in free):
            free.append(x)
            short = elided(name, UPRIGHT, "note", weight)
            drawing.upright(x + 4, bottom + 6, short, colour, weight)
    row = bottom + room_for_names(shown, frame.box.width()) - 4
    drawing.text(frame.box.left(), row, "input", drawing.tokens.t3, "note")
    drawing.text(frame.box.right(), row, "output", drawing.tokens.t3, "note", RIGHT)


def _paint_zones(drawing: Drawing, frame: Frame, shown: Bars) -> None:
    colours = {"ok": drawing.tokens.ok, "watch": drawing.tokens.watch, "bad": drawing.tokens.bad}
    for zone in shown.zones:
        high, low = min(zone.high, frame.y.high), max(zone.low, frame.y.low)
        if high <= low:
            continue
        colour = colours.get(zone.state, drawing.tokens.t3)
        top, bottom = float(frame.top(high)), float(frame.top(low))
        if zone.opacity:
            box = QRectF(frame.box.left(), top, frame.box.width(), bottom - top)
            drawing.fill(box, colour, zone.opacity)
        if zone.state != "ok" and bottom - top < LEAST_ZONE:
            continue
        middle = float(frame.top(0.0)) if zone.state == "ok" else (top + bottom) / 2
        drawing.text(frame.box.right() + 8, middle + 4, zone.name, colour)


def _paint_grid(drawing: Drawing, frame: Frame) -> None:
    """Whole powers of ten, with a dashed line at 1."""
    box, tokens = frame.box, drawing.tokens
    drawing.smooth(False)
    for power in frame.y.ticks(int(box.height() // 21)):
        if power == round(power):
            y = float(frame.top(power))
            dashes, colour = ((3.0, 3.0), tokens.line3) if power == 0 else ((), tokens.grid)
            drawing.line((box.left(), y), (box.right(), y), colour, 1, dashes)
            text = f"10^{power:.0f}".replace("-", "−") if power else "1"
            drawing.text(box.left() - 8, round(y) + 4, text, tokens.t3, "figure", RIGHT)
    drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), tokens.line2)


def _by_weight(shown: Bars) -> list[int]:
    """Places in the order in which they get room for words: selected, last, first, lowest, then the others."""
    count = len(shown.bars)
    chosen = [place for place, bar in enumerate(shown.bars) if bar.name == shown.selected]
    lowest = min(range(count), key=lambda place: shown.bars[place].power)
    return list(dict.fromkeys([*chosen, count - 1, 0, lowest, *range(count)]))


def _arrow(frame: Frame, spot: Spot) -> QPolygonF:
    """A triangle at the end of the axis beyond which the value lies."""
    x = spot.left + spot.thick / 2
    tip = frame.box.top() + 2 if spot.beyond > 0 else frame.box.bottom() - 2
    base = tip + 7 * spot.beyond
    half = min(5.0, max(2.0, spot.thick / 2))
    return QPolygonF([QPointF(x, tip), QPointF(x + half, base), QPointF(x - half, base)])
