"""Examples side by side, each with two lines of words below; a press or Enter chooses one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import MIDDLE, Drawing, elided, pen, wrapped
from app.chart.tiles import image, packed, pixels, reach
from app.theme import Theme, ink, signed_table

EDGE, GAP, WORDS, LINE = 12, 10, 32, 14  # px
LEAST, MOST = 56, 112  # px: side of a picture
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One example: its picture in pixels, its text, or numbers that become bars; what is said and what is true.

    Two numbers are a point, drawn `among` those of other examples, (points, 2).
    """

    number: int
    pixels: NDArray[np.uint32] | None
    values: NDArray[np.floating]
    said: str
    detail: str
    wrong: bool
    among: NDArray[np.floating] | None = None
    text: str = ""  # what it says, where it is a text


class Gallery(QWidget):
    """Shows cards from the left, row by row. `picked(number)` when one is chosen."""

    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.cards: Sequence[Card] = ()
        self.empty = ""
        self.chosen: int | None = None
        self._pictures: dict[int, tuple[object, QImage]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Examples")

    def sizeHint(self) -> QSize:
        return QSize(300, self._high())

    def show_cards(self, cards: Sequence[Card], chosen: int | None) -> None:
        """Shows these from now on; `chosen` is the number of the one that is framed."""
        self.cards, self.chosen = cards, chosen
        kept = {card.number for card in cards}
        self._pictures = {n: p for n, p in self._pictures.items() if n in kept}
        self.setFixedHeight(self._high())
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    @property
    def _columns(self) -> int:
        return max(1, (self.width() - 2 * EDGE + GAP) // (MOST - 24 + GAP))

    @property
    def _side(self) -> int:
        room = (self.width() - 2 * EDGE + GAP) // self._columns - GAP
        return max(LEAST, min(MOST, room))

    def _high(self) -> int:
        rows = math.ceil(len(self.cards) / self._columns)
        return max(40, rows * (self._side + WORDS + GAP) + EDGE)

    def box(self, place: int) -> QRectF:
        """Where a card's picture lies."""
        row, column = divmod(place, self._columns)
        side = self._side
        top = 8 + row * (side + WORDS + GAP)
        return QRectF(EDGE + column * (side + GAP), top, side, side)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), ink(self.theme.tokens.s1))
            drawing = Drawing(painter, self.theme.tokens)
            if not self.cards:
                room, colour = self.width() - 2 * EDGE, drawing.tokens.t3
                drawing.paragraph((EDGE, 24), self.empty, room, colour)
            for place, card in enumerate(self.cards):
                box = self.box(place)
                if box.adjusted(0, 0, 0, WORDS).intersects(QRectF(event.rect())):
                    self._paint_card(drawing, card, box)

    def _paint_card(self, drawing: Drawing, card: Card, box: QRectF) -> None:
        tokens, painter = drawing.tokens, drawing.painter
        drawing.smooth(False)
        if card.pixels is not None:
            drawing.fill(box, tokens.s2)
            painter.drawImage(_fitted(box, card.pixels.shape), self._picture(card))
        else:
            drawing.fill(box, tokens.s2)
            if card.text:
                _paint_text(drawing, card.text, box.adjusted(5, 4, -5, -4))
            elif card.values.size == 2 and card.among is not None:
                _paint_point(drawing, card.values.ravel(), card.among, box.adjusted(6, 6, -6, -6))
            else:
                _paint_bars(drawing, card.values, box.adjusted(4, 4, -4, -4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chosen = card.number == self.chosen
        painter.setPen(pen(tokens.accent if chosen else tokens.line2, 2 if chosen else 1))
        painter.drawRect(box.adjusted(-1, -1, 1, 1) if chosen else box)
        colour = tokens.bad if card.wrong else tokens.t1
        middle = box.center().x()
        said = elided(card.said, box.width() + GAP - 2, "note", 500)
        drawing.text(middle, box.bottom() + 14, said, colour, align=MIDDLE, weight=500)
        detail = elided(card.detail, box.width() + GAP - 2)
        drawing.text(middle, box.bottom() + 28, detail, tokens.t2, align=MIDDLE)

    def _picture(self, card: Card) -> QImage:
        kept = self._pictures.get(card.number)
        if kept is None or kept[0] is not self.theme.tokens:
            made = image(np.ascontiguousarray(card.pixels))
            kept = self._pictures[card.number] = (self.theme.tokens, made)
        return kept[1]

    # -- choosing -----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setFixedHeight(self._high())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place, card in enumerate(self.cards):
            if self.box(place).adjusted(0, 0, 0, WORDS).contains(event.position()):
                self.picked.emit(card.number)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = KEYS.get(Qt.Key(event.key()))
        if step is None or not self.cards:
            super().keyPressEvent(event)
            return
        numbers = [card.number for card in self.cards]
        place = numbers.index(self.chosen) + step if self.chosen in numbers else 0
        self.picked.emit(numbers[place % len(numbers)])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()


def _fitted(box: QRectF, shape: tuple[int, ...]) -> QRectF:
    """As large as fits into a box, in its proportions."""
    high, wide = shape[:2]
    zoom = min(box.width() / wide, box.height() / high)
    size = wide * zoom, high * zoom
    return QRectF(box.center().x() - size[0] / 2, box.center().y() - size[1] / 2, size[0], size[1])


def _paint_text(drawing: Drawing, text: str, box: QRectF) -> None:
    """A text in the middle, in as many lines as there is room for."""
    lines = wrapped(text, box.width(), int(box.height() // LINE))
    top = box.center().y() - LINE * len(lines) / 2
    for place, line in enumerate(lines):
        y = top + LINE * (place + 0.75)
        drawing.text(box.center().x(), y, line, drawing.tokens.t1, align=MIDDLE)


def _paint_bars(drawing: Drawing, values: NDArray[np.floating], box: QRectF) -> None:
    """A row as bars around its middle, or from the bottom up where none is below 0."""
    shown = np.nan_to_num(values.ravel()[: int(box.width())].astype(np.float64))
    end = float(np.abs(shown).max()) or 1.0 if len(shown) else 1.0
    slot, floor = box.width() / max(1, len(shown)), box.center().y()
    if not (shown < 0).any():
        floor, box = box.bottom(), box.adjusted(0, -box.height(), 0, 0)
    for place, value in enumerate(shown.tolist()):
        high = abs(value) / end * box.height() / 2
        top = floor - (high if value > 0 else 0)
        colour = drawing.tokens.positive if value > 0 else drawing.tokens.negative
        drawing.fill(QRectF(box.left() + place * slot, top, max(1.0, slot - 1), high), colour)


def _paint_point(
    drawing: Drawing, point: NDArray[np.floating], among: NDArray[np.floating], box: QRectF
) -> None:
    """A point of the plane, ringed, among others: where it lies says more than its two numbers."""
    cloud = np.vstack([among, point])
    middle = (cloud.max(0) + cloud.min(0)) / 2
    half = max(float((cloud.max(0) - cloud.min(0)).max()) / 2, 1e-9)
    places = (cloud - middle) / half * [box.width() / 2, -box.height() / 2]
    places += [box.center().x(), box.center().y()]
    drawing.smooth(True)
    drawing.painter.setPen(pen(drawing.tokens.t3, 2, opacity=0.5))
    drawing.painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places[:-1].tolist()]))
    at = QPointF(*places[-1].tolist())
    drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thick in ((drawing.tokens.s2, 4.0), (drawing.tokens.t1, 2.0)):
        drawing.painter.setPen(pen(colour, thick))
        drawing.painter.drawEllipse(at, 4.5, 4.5)
    drawing.smooth(False)


def signed(values: NDArray[np.floating], theme: Theme) -> NDArray[np.uint32]:
    """A map as pixels in signed colours."""
    return pixels(values, packed(signed_table(theme.tokens)), reach(values))
