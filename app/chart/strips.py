"""A column of strips, one a layer: maps as tiles, rows of numbers as bars or cells, each on a range of its own.

Only what can be seen is made into pictures, so that the cost of a frame does not grow with the depth of a network.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.colour_bar import paint_ends, paint_scale
from app.chart.drawing import RIGHT, Drawing, elided, pen
from app.chart.tiles import Layout, arrange, image, packed, pixels, reach, strip, tiled
from app.theme import Theme, ink, signed_table
from app.wording import number

HEAD, AFTER = 18, 10  # px: title row, space below a strip
SCALE_ROOM, POWER_ROOM = 52, 80  # px: for the colour bar and its numbers, also as powers of ten
LIKED, LIMIT = 44, 160  # px: height of a map, and of all maps of a layer
LIKED_SMALL, LIMIT_SMALL = 28, 84  # in a low dock
BARS, ROW_LIMIT = 40, 48  # px: height of bars, and of cells
LEAST_HEIGHT, FIRST_LINE = 32, 22  # px, of an empty column, and where its one grey line stands
LEAST_BAR, WIDEST_BAR = 4, 20.0  # px: below this, numbers are cells, not bars
MOST_MAPS = 1024  # of one layer that are drawn


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One layer: values (channels, height, width) or (units,), which of them are dead, and the cell that is marked."""

    name: str
    shape: str
    values: NDArray[np.floating]
    dead: NDArray[np.bool_] | None = None
    remark: str = ""
    marked: tuple[int, ...] = ()  # a place in `values`, or of a whole map


@dataclass(slots=True, eq=False)
class _Placed:
    """A strip, where it lies, and its picture once it was made."""

    strip: Strip
    top: int
    layout: Layout | None  # None: bars
    high: int
    room: int  # px: the width without that of the numbers
    end: float  # of the signed range
    picture: QImage | None = field(default=None)


class StripColumn(QWidget):
    """Shows strips; `picked(name)` when one is pressed."""

    picked = Signal(str)
    cell_picked = Signal(str, object)  # and the place in the strip's values that was pressed

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = ""  # said while there are no strips
        self.theme = theme
        self.low = False  # whether the dock is low
        self.liked = (LIKED, LIMIT)  # px: height of a map, and of all maps of a layer
        self._strips: Sequence[Strip] = ()
        self._placed: list[_Placed] = []
        self._selected = ""
        self._ends: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Activations of each layer")
        theme.changed.connect(self._dress)
        self._dress()

    def show_strips(
        self, strips: Sequence[Strip], selected: str = "", *, low: bool = False
    ) -> None:
        """Shows these from now on. Pictures of strips whose values are the same are kept."""
        before, self._strips, self.low = self._placed, strips, low
        self._selected = selected
        self._place({placed.strip.name: placed for placed in before})
        self.update()

    def forget(self) -> None:
        """Forget the ranges: another run is shown."""
        self._ends = {}

    def span(self, name: str) -> tuple[int, int] | None:
        """Top and bottom of a strip, in pixels."""
        return next(
            ((p.top, p.top + HEAD + p.high) for p in self._placed if p.strip.name == name), None
        )

    def sizeHint(self) -> QSize:
        last = self._placed[-1] if self._placed else None
        return QSize(300, last.top + HEAD + last.high + AFTER if last else 0)

    # -- where things are ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place({})

    def _dress(self) -> None:
        """Take the colours of the theme; pictures made in others are forgotten."""
        self._table = packed(signed_table(self.theme.tokens))
        self._bar = image(self._table[::-1, None].copy())
        for placed in self._placed:
            placed.picture = None
        self.update()

    def _place(self, before: dict[str, _Placed]) -> None:
        top, self._placed = 10, []
        for shown in self._strips:
            end = self._ends[shown.name] = reach(shown.values, self._ends.get(shown.name, 0.0))
            room = max(40, self.width() - (POWER_ROOM if "^" in number(end, 2) else SCALE_ROOM))
            layout = self._layout(shown, room)
            high = layout.size[1] if layout else BARS
            placed = _Placed(shown, top, layout, high, room, end)
            old = before.get(shown.name)
            if old and (old.strip.values is shown.values) and old.layout == layout:
                placed.picture = old.picture if old.end == end else None
            self._placed.append(placed)
            top += HEAD + high + AFTER
        self.setFixedHeight(max(LEAST_HEIGHT, top))

    def _layout(self, shown: Strip, room: int) -> Layout | None:
        values = shown.values
        if values.ndim == 3:
            count, high, wide = min(len(values), MOST_MAPS), *values.shape[1:]
            liked, limit = (LIKED_SMALL, LIMIT_SMALL) if self.low else self.liked
            return arrange(count, (high, wide), room, liked, limit)
        return None if len(values) * LEAST_BAR <= room else strip(len(values), room, ROW_LIMIT)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), ink(self.theme.tokens.s1))
            drawing = Drawing(painter, self.theme.tokens)
            if not self._placed:
                room, colour = self.width() - 12, self.theme.tokens.t3
                drawing.paragraph((0, FIRST_LINE), self.empty, room, colour)
            for placed in self._placed:
                box = QRectF(0, placed.top, self.width(), HEAD + placed.high)
                if box.intersects(QRectF(event.rect())):
                    self._paint_strip(drawing, placed)

    def _paint_strip(self, drawing: Drawing, placed: _Placed) -> None:
        shown, tokens, y = placed.strip, drawing.tokens, placed.top
        chosen = shown.name == self._selected
        colour = tokens.accent if chosen else tokens.t1
        end = drawing.text(0, y + 10, elided(shown.name, 160, "note", 600), colour, weight=600)
        end = drawing.text(end + 8, y + 10, shown.shape, tokens.t2, "figure") + 12
        words = elided(shown.remark, max(0, self.width() - 8 - end))
        drawing.text(self.width() - 8, y + 10, words, tokens.bad, align=RIGHT, weight=0)
        if placed.layout is None:
            _paint_bars(drawing, placed, QRectF(0, y + HEAD, placed.room, BARS))
            end = _slot(shown, placed.room) * len(shown.values)
            paint_ends(drawing, placed.end, QRectF(end, y + HEAD, 0, BARS))
            self._paint_mark(drawing, placed)
            return
        if placed.picture is None:
            placed.picture = self._picture(placed, placed.layout)
        drawing.painter.drawImage(QRectF(0, y + HEAD, *placed.layout.size), placed.picture)
        _paint_dead(drawing, shown, placed.layout, y + HEAD)
        self._paint_mark(drawing, placed)
        left = placed.layout.size[0] + 8.0
        paint_scale(drawing, self._bar, placed.end, QRectF(left, y + HEAD, 8, placed.high))

    def _picture(self, placed: _Placed, layout: Layout) -> QImage:
        tokens = self.theme.tokens
        values = placed.strip.values[: layout.count]
        cells = pixels(
            values if values.ndim == 3 else values[:, None, None], self._table, placed.end
        )
        gutter = (
            tokens.line2 if tokens.name == "dark" else tokens.s1
        )  # what parts pale and dark maps
        return tiled(cells, layout, gutter, tokens.s1, self.devicePixelRatioF())

    def _paint_mark(self, drawing: Drawing, placed: _Placed) -> None:
        """A frame around the marked cell and its map."""
        if not placed.strip.marked:
            return
        drawing.smooth(False)
        drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in {placed.strip.marked[:1], placed.strip.marked}:
            box = self._box(placed, place)
            if box is not None:
                drawing.painter.setPen(pen(drawing.tokens.accent, 2))
                drawing.painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _box(self, placed: _Placed, place: tuple[int, ...]) -> QRectF | None:
        """Where a map, or a cell of it, lies; None if it is not drawn."""
        top, values = placed.top + HEAD, placed.strip.values
        if placed.layout is None:
            slot = _slot(placed.strip, placed.room)
            return QRectF(place[0] * slot, top, max(1.0, slot - 1), BARS)
        if place[0] >= placed.layout.count:
            return None
        left, down = placed.layout.corner(place[0])
        box = QRectF(left, top + down, placed.layout.wide, placed.layout.high)
        if len(place) == 1:
            return box
        wide, high = box.width() / values.shape[2], box.height() / values.shape[1]
        return QRectF(box.left() + place[2] * wide, box.top() + place[1] * high, wide, high)

    def place_at(self, name: str, at: QPointF) -> tuple[int, ...] | None:
        """The place in a strip's values that lies under a point."""
        placed = next((p for p in self._placed if p.strip.name == name), None)
        if placed is None:
            return None
        values, count = placed.strip.values, len(placed.strip.values)
        for place in range(min(count, placed.layout.count if placed.layout else count)):
            box = self._box(placed, (place,))
            if box is not None and box.contains(at):
                if values.ndim == 1:
                    return (place,)
                row = int((at.y() - box.top()) / box.height() * values.shape[1])
                column = int((at.x() - box.left()) / box.width() * values.shape[2])
                return place, min(row, values.shape[1] - 1), min(column, values.shape[2] - 1)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        for placed in self._placed:
            if placed.top <= y <= placed.top + HEAD + placed.high:
                name = placed.strip.name
                place = self.place_at(name, event.position())
                self.picked.emit(name)
                if place is not None:
                    self.cell_picked.emit(name, place)
                return


def _slot(shown: Strip, room: float) -> float:
    """How wide a bar and its gap are."""
    return min(WIDEST_BAR, room / len(shown.values))


def _paint_bars(drawing: Drawing, placed: _Placed, box: QRectF) -> None:
    """A row of numbers as bars around their zero line; dead units get a mark below it."""
    tokens, painter, shown = drawing.tokens, drawing.painter, placed.strip
    slot = _slot(shown, box.width())
    shares = np.clip(np.nan_to_num(shown.values / placed.end, nan=0.0), -1, 1)
    signed = bool((shares < 0).any())
    zero = box.center().y() if signed else box.bottom() - 1
    reach = box.height() / 2 if signed else box.height() - 1
    drawing.smooth(False)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, sign in ((tokens.positive, 1), (tokens.negative, -1)):
        painter.setBrush(ink(colour))
        painter.drawRects(
            [
                QRectF(
                    box.left() + i * slot,
                    zero - max(share, 0) * reach,
                    slot - 1,
                    abs(share) * reach,
                )
                for i, share in enumerate(shares.tolist())
                if share * sign > 0
            ]
        )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    end = box.left() + slot * len(shares)
    drawing.line((box.left(), zero), (end, zero), tokens.line3)
    for i in np.flatnonzero(shown.dead) if shown.dead is not None else ():
        x = box.left() + float(i) * slot
        drawing.fill(QRectF(x, zero, max(1.0, slot - 1), 2), tokens.bad)


def _paint_dead(drawing: Drawing, shown: Strip, layout: Layout, top: float) -> None:
    """An edge around each channel that never fires."""
    if shown.dead is None or not shown.dead.any():
        return
    drawing.smooth(False)
    drawing.painter.setPen(QPen(ink(drawing.tokens.bad), 1.0 if layout.high < 12 else 2.0))
    inset = 0.5 if layout.high < 12 else 1.0
    for place in np.flatnonzero(shown.dead[: layout.count]):
        left, down = layout.corner(int(place))
        box = QRectF(left, top + down, layout.wide, layout.high)
        drawing.painter.drawRect(box.adjusted(inset, inset, -inset, -inset))
