"""The widget that shows gates over time: a raster with the input above it, strips below, and a histogram beside it.

A press or the arrow keys choose a step; under the pointer a unit is read off.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided
from app.chart.gate_sheet import Floats, GateSheet
from app.chart.readout import paint_box
from app.chart.scale import Scale
from app.chart.tiles import image, packed, pixels
from app.theme import Theme, ink
from app.theme.colormaps import signed_table, viridis_table
from app.wording import tick

Pixels = NDArray[np.uint32]
GUTTER, EDGE, SIDE, GAP = 68.0, 12.0, 190.0, 24.0  # px: names, right edge, histogram, between them
ROOM = 560  # px of width from which on there is room for the histogram
SYMBOLS, CHANNEL, STRIP, SPACE, TICKS = 18.0, 20.0, 13.0, 4.0, 20.0  # px of height
DIGITS = 7.0  # px: a symbol needs so much


class GateRaster(QWidget):
    """Shows the sheet last given; `chosen(step)` when a step is pressed."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: GateSheet | None = None
        self._under: tuple[int, int] | None = None
        self._picture: QImage | None = None
        self._strips: list[QImage] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self._repaint)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 130)

    def show_sheet(self, shown: GateSheet) -> None:
        """Shows this from now on."""
        self.shown = shown
        self._repaint()

    def _repaint(self) -> None:
        self._picture, self._strips = None, []
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    def box(self) -> QRectF:
        """Where the raster is."""
        shown = self.shown
        above = SYMBOLS if shown and shown.symbols else 0.0
        above += CHANNEL * len(shown.bars) if shown and shown.bars is not None else 0.0
        below = (STRIP + SPACE) * len(shown.strips) + SPACE + TICKS if shown else TICKS
        side = SIDE + GAP if self.width() >= ROOM and shown and shown.counts is not None else 0.0
        wide = max(40.0, self.width() - GUTTER - EDGE - side)
        return QRectF(GUTTER, 8 + above, wide, max(24.0, self.height() - 16 - above - below))

    def place(self, at: QPointF) -> tuple[int, int] | None:
        """The row and step under a point; of a strip or symbol its step and row 0."""
        if self.shown is None or not self.shown.values.size:
            return None
        box, (rows, steps) = self.box(), self.shown.values.shape
        across = (at.x() - box.left()) / box.width()
        down = (at.y() - box.top()) / box.height()
        if not 0 <= across < 1:
            return None
        return int(min(max(down, 0.0), 0.999) * rows), int(across * steps)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            if (shown := self.shown) is None:
                return
            drawing, box = Drawing(painter, tokens), self.box()
            if not shown.values.size:
                middle = QPointF(self.rect().center())
                drawing.text(middle.x(), middle.y(), shown.empty, tokens.t3, "label", MIDDLE)
                return
            self._paint_input(drawing, box, shown)
            if self._picture is None:
                self._picture = image(np.ascontiguousarray(self._coloured(shown)))
            painter.drawImage(box, self._picture)
            drawing.text(GUTTER - 8, box.top() + 11, shown.name, tokens.t2, align=RIGHT)
            units = f"{shown.values.shape[0]} units"
            drawing.text(GUTTER - 8, box.top() + 25, units, tokens.t3, "tick", RIGHT)
            bottom = self._paint_strips(drawing, box, shown)
            self._paint_ticks(drawing, box, bottom, shown)
            self._paint_choice(drawing, box, bottom, shown)
            if self.width() >= ROOM and shown.counts is not None:
                self._paint_side(drawing, box, shown)
            self._paint_pointer(drawing, box, shown)

    def _coloured(self, shown: GateSheet) -> Pixels:
        if shown.signed:
            return pixels(shown.values, packed(signed_table(self.theme.tokens)), shown.end)
        return self._viridis(shown.values)

    def _viridis(self, shares: Floats) -> Pixels:
        table = packed(viridis_table())
        places = np.rint(np.clip(np.nan_to_num(shares), 0, 1) * (len(table) - 1)).astype(np.intp)
        found = table[places]
        found[np.isnan(shares)] = ink(self.theme.tokens.s2).rgb()
        return np.asarray(found)

    def _paint_input(self, drawing: Drawing, box: QRectF, shown: GateSheet) -> None:
        steps, tokens, top = shown.values.shape[1], drawing.tokens, 4.0
        slot = box.width() / steps
        if shown.symbols and slot >= DIGITS:
            for place, symbol in enumerate(shown.symbols[:steps]):
                text = elided(symbol, max(slot, 10.0), "figure")
                x = box.left() + (place + 0.5) * slot
                drawing.text(x, top + 13, text, tokens.t1, "figure", MIDDLE)
        top += SYMBOLS if shown.symbols else 0.0
        channels = shown.bars if shown.bars is not None else np.empty((0, 0))
        for channel, row in enumerate(channels):
            base = top + CHANNEL - 3
            name = "input" if len(channels) == 1 else f"input {channel + 1}"
            drawing.text(GUTTER - 8, base - 3, name, tokens.t3, "note", RIGHT)
            for place, share in enumerate(row[:steps]):
                high = max(1.0, float(share) * (CHANNEL - 4))
                left = box.left() + place * slot
                bar = QRectF(left + 0.5, base - high, max(1.0, slot - 1), high)
                drawing.fill(bar, tokens.baseline if channel % 2 == 0 else tokens.dev)
            top += CHANNEL

    def _paint_strips(self, drawing: Drawing, box: QRectF, shown: GateSheet) -> float:
        if len(self._strips) != len(shown.strips):
            self._strips = [
                image(np.ascontiguousarray(self._viridis(strip.shares[None])))
                for strip in shown.strips
            ]
        top = box.bottom() + SPACE + 2
        for strip, picture in zip(shown.strips, self._strips, strict=True):
            place = QRectF(box.left(), top, box.width(), STRIP)
            drawing.painter.drawImage(place, picture)
            colour = drawing.tokens.accent if strip.copied else drawing.tokens.t2
            name = elided(strip.name, GUTTER - 10)
            drawing.text(GUTTER - 8, top + STRIP - 3, name, colour, align=RIGHT)
            top += STRIP + SPACE
        return top - SPACE

    def _paint_ticks(self, drawing: Drawing, box: QRectF, bottom: float, shown: GateSheet) -> None:
        steps = shown.values.shape[1]
        for value in Scale(1.0, float(max(2, steps))).ticks(int(box.width() // 56)):
            if value != int(value):
                continue
            x = box.left() + (value - 0.5) / steps * box.width()
            drawing.text(x, bottom + 14, tick(value), drawing.tokens.t3, "figure", MIDDLE)
        drawing.text(GUTTER - 8, bottom + 14, "step t", drawing.tokens.t3, "note", RIGHT)

    def _paint_choice(self, drawing: Drawing, box: QRectF, bottom: float, shown: GateSheet) -> None:
        if shown.chosen is not None and shown.chosen < shown.values.shape[1]:
            x = box.left() + (shown.chosen + 0.5) * box.width() / shown.values.shape[1]
            drawing.line((x, 4), (x, bottom), drawing.tokens.t1, 1, (2, 2))

    def _paint_side(self, drawing: Drawing, box: QRectF, shown: GateSheet) -> None:
        """The histogram, its colours along the axis, and what the strips' colours mean."""
        left, tokens, counts = box.right() + GAP, drawing.tokens, shown.counts
        room = QRectF(left, box.top() + 8, SIDE - EDGE, max(24.0, min(110.0, box.height() - 76)))
        if counts is None:
            return
        top, slot = max(1e-12, float(counts.max())), room.width() / len(counts)
        shares = (np.arange(len(counts)) + 0.5) / len(counts)
        table = signed_table(tokens) if shown.signed else viridis_table()
        for place, count in enumerate(counts):
            high = float(count) / top * room.height()
            red, green, blue = table[int(shares[place] * (len(table) - 1))].tolist()
            bar = QRectF(room.left() + place * slot, room.bottom() - high, max(1.0, slot - 1), high)
            drawing.fill(bar, f"#{red:02x}{green:02x}{blue:02x}")
        drawing.line((room.left(), room.bottom()), (room.right(), room.bottom()), tokens.line3)
        drawing.text(room.left(), room.bottom() + 13, shown.ends[0], tokens.t3, "tick")
        drawing.text(room.right(), room.bottom() + 13, shown.ends[1], tokens.t3, "tick", RIGHT)
        y = room.bottom() + 32
        for line in shown.said:
            drawing.text(room.left(), y, elided(line, SIDE - EDGE), tokens.t2)
            y += 15

    def _paint_pointer(self, drawing: Drawing, box: QRectF, shown: GateSheet) -> None:
        if self._under is None:
            return
        rows, steps = shown.values.shape
        row, step = min(self._under[0], rows - 1), min(self._under[1], steps - 1)
        if (readout := shown.read(row, step)) is not None:
            slot, high = box.width() / steps, max(2.0, box.height() / rows)
            cell = QRectF(
                box.left() + step * slot, box.top() + row * box.height() / rows, slot, high
            )
            drawing.painter.setPen(ink(drawing.tokens.t1))
            drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
            drawing.painter.drawRect(cell)
            paint_box(drawing, readout, cell.center().x(), box)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def _point_at(self, under: tuple[int, int] | None) -> None:
        if under != self._under:
            self._under = under
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.place(event.position()))
        if event.buttons() & Qt.MouseButton.LeftButton and self._under is not None:
            self.chosen.emit(self._under[1])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (at := self.place(event.position())):
            self.chosen.emit(at[1])

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if away is None or self.shown is None or not self.shown.values.size:
            super().keyPressEvent(event)
            return
        steps = self.shown.values.shape[1]
        before = self.shown.chosen if self.shown.chosen is not None else (-1 if away > 0 else steps)
        self.chosen.emit(min(max(before + away, 0), steps - 1))
