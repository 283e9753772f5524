"""A sentence and its translation, word by word, and how much attention each written word pays to each that was read.

What is read has the encoder's colour, what is written the decoder's; they never mix. The colours of the map always
mean the same: 0 is dark, 1 bright.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import LEFT, RIGHT, Drawing, elided, width
from app.chart.figure import Readout, Value
from app.chart.readout import paint_box
from app.controls.surface import rounded
from app.theme import Theme, ink
from app.theme.colormaps import viridis_table

EDGE, CHIP, BETWEEN = 12.0, 22.0, 4.0  # px
HEAD, NAMES = 74.0, 96.0  # px: beside chips
SLANT, TALL = 58.0, 54.0  # degrees, px: the names above the map
LARGEST = 30.0  # px, of a cell
SAID, SAID_LINE = 22.0, 15.0  # px, below: of the first line, and of the second where there is one
MARK = 16.0  # px: before what is said


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Words read and written; `weights` (written, read), or nothing without attention; `said` stands below."""

    read: tuple[str, ...]
    written: tuple[str, ...]
    weights: NDArray[np.float64]
    said: str = ""
    mark: str = ""  # "ok" or "bad": whether it is right, where that is known


class AlignmentView(QWidget):
    """Shows what was last given."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.empty = theme, ""
        self.shown: Aligned | None = None
        self._map = QRectF()
        self._under: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Translation, word by word")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 140)

    def show_aligned(self, shown: Aligned | None) -> None:
        """Shows this from now on."""
        self.shown = shown
        self.setAccessibleDescription(" ".join(shown.written) if shown else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            drawing = Drawing(painter, tokens)
            if self.shown is None:
                drawing.text(EDGE, 24, self.empty, tokens.t3, "label")
                return
            drawing.smooth(True)
            y = self._paint_chips(drawing, 8, "encoder", self.shown.read, tokens.series[0])
            y = self._paint_chips(drawing, y + 6, "decoder", self.shown.written, tokens.series[2])
            self._paint_map(drawing, self.shown, y + 6)
            self._paint_said(drawing, self.shown)

    def _paint_chips(
        self, drawing: Drawing, top: float, name: str, words: tuple[str, ...], colour: str
    ) -> float:
        """Words as chips, in as many lines as they need; where they end."""
        drawing.text(EDGE, top + 15, name, colour, weight=600)
        x, last = EDGE + HEAD, top + self._lines() * (CHIP + BETWEEN)
        for word in words:
            wide = width(word, "label") + 12
            if x + wide > self.width() - EDGE and x > EDGE + HEAD:
                if top + CHIP + BETWEEN >= last:  # the rest of a very long text finds no room
                    drawing.text(x, top + 15, "…", drawing.tokens.t2, "label")
                    break
                x, top = EDGE + HEAD, top + CHIP + BETWEEN
            box = QRectF(x, top, wide, CHIP - 1)
            drawing.painter.setPen(Qt.PenStyle.NoPen)
            drawing.painter.setBrush(ink(colour, 0.2))
            drawing.painter.drawRoundedRect(box, 5, 5)
            drawing.text(x + 6, top + 15, word, drawing.tokens.t1, "label")
            x += wide + BETWEEN
        return top + CHIP

    def _said(self, shown: Aligned) -> list[str]:
        """What is said below, in one line or two."""
        return wrapped(shown.said, self.width() - 2 * EDGE - (MARK if shown.mark else 0))

    def _below(self) -> float:
        """What it takes, in pixels."""
        lines = len(self._said(self.shown)) if self.shown else 1
        return SAID + SAID_LINE * (lines - 1)

    def _lines(self) -> int:
        """How many lines of chips each side may have: both, and what is said below, find room then."""
        return max(1, int((self.height() - self._below() - 20) / (CHIP + BETWEEN) / 2))

    # -- the map ------------------------------------------------------------------------------------------------------

    def _box(self, shown: Aligned, top: float) -> QRectF:
        """Where the cells are; empty where there is no room for them."""
        rows, columns = shown.weights.shape
        names = min(NAMES, max(width(word, "note") for word in shown.written) + 8)
        wide = self.width() - 2 * EDGE - names - TALL / 2
        high = self.height() - top - TALL - self._below() - 6
        side = min(LARGEST, wide / columns, high / rows)
        if side < 4:
            return QRectF()
        # Cells may be broader than high: a long sentence in a low dock is to be read all the same.
        across = min(LARGEST, wide / columns)
        return QRectF(EDGE + names, top + TALL, across * columns, side * rows)

    def _paint_map(self, drawing: Drawing, shown: Aligned, top: float) -> None:
        self._map = QRectF()
        if not shown.weights.size or not shown.written:
            return
        box = self._map = self._box(shown, top)
        if box.isEmpty():
            return
        rows, columns = shown.weights.shape
        across, down = box.width() / columns, box.height() / rows
        shades = viridis_table()
        drawing.smooth(False)
        for row in range(rows):
            for column in range(columns):
                value = float(np.clip(shown.weights[row, column], 0, 1))
                red, green, blue = shades[round(value * (len(shades) - 1))].tolist()
                cell = QRectF(box.left() + column * across, box.top() + row * down, across, down)
                drawing.painter.fillRect(cell.adjusted(0, 0, -1, -1), QColor(red, green, blue))
        drawing.smooth(True)
        tokens = drawing.tokens
        for column, word in enumerate(shown.read):
            drawing.painter.save()
            at = QPointF(box.left() + (column + 0.6) * across, box.top() - 5)
            drawing.painter.translate(at)
            drawing.painter.rotate(-SLANT)
            drawing.text(0, 0, elided(word, TALL), tokens.series[0], "note", LEFT)
            drawing.painter.restore()
        each = max(1, int(np.ceil(11 / down)))
        for row, word in list(enumerate(shown.written))[::each]:
            y = box.top() + (row + 0.5) * down + 4
            drawing.text(box.left() - 6, y, elided(word, NAMES), tokens.series[2], "note", RIGHT)
        self._paint_pointer(drawing, shown, box)

    def _paint_pointer(self, drawing: Drawing, shown: Aligned, box: QRectF) -> None:
        if self._under is None:
            return
        rows, columns = shown.weights.shape
        row, column = min(self._under[0], rows - 1), min(self._under[1], columns - 1)
        across, down = box.width() / columns, box.height() / rows
        cell = QRectF(box.left() + column * across, box.top() + row * down, across - 1, down - 1)
        rounded(drawing.painter, cell, 2, None, drawing.tokens.t1)
        written = shown.written[row] if row < len(shown.written) else "end"
        value = Value("weight", f"{shown.weights[row, column]:.2f}")
        readout = Readout(0, f"{written} ← {shown.read[column]}", (value,))
        paint_box(drawing, readout, cell.center().x(), QRectF(self.rect()).adjusted(4, 4, -4, -4))

    def _paint_said(self, drawing: Drawing, shown: Aligned) -> None:
        lines, tokens, x = self._said(shown), drawing.tokens, EDGE
        y = self.height() - 8.0 - SAID_LINE * (len(lines) - 1)
        if shown.mark:
            right = shown.mark == "ok"
            drawing.text(x, y, "●" if right else "■", tokens.ok if right else tokens.bad)
            x += MARK
        for place, line in enumerate(lines):
            drawing.text(x, y + SAID_LINE * place, line, tokens.t2)

    # -- pointer ------------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box, shown = self._map, self.shown
        self._under = None
        if shown is not None and not box.isEmpty() and box.contains(event.position()):
            rows, columns = shown.weights.shape
            across = (event.position().x() - box.left()) / box.width()
            down = (event.position().y() - box.top()) / box.height()
            self._under = (int(down * rows), int(across * columns))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self.update()
        super().leaveEvent(event)


def wrapped(text: str, room: float) -> list[str]:
    """A sentence in one line, or in two where it needs them; what finds no room in two is elided."""
    words = text.split()
    count = len(words)
    while count > 1 and width(" ".join(words[:count])) > room:
        count -= 1
    lines = [" ".join(words[:count]), " ".join(words[count:])]
    return [elided(line, room) for line in lines if line] or [""]
