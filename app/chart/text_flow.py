"""A text whose symbols are coloured by a number each; a press picks one, arrow keys walk.

Characters stand in columns, words side by side. A text that is read from the right runs from the right.
"""

import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import Drawing, pen
from app.theme import Theme, ink

EDGE, LINE, PIXELS = 12.0, 24.0, 14  # px
STRONGEST = 0.78  # opacity of the strongest colour: the letter must be read on it
GAP = 5.0  # px between words


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of the text; its colour, how strong from 0 to 1, whether a person typed it, and what a tip says."""

    text: str
    colour: str = ""
    strength: float = 0.0
    typed: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole text. `chosen` is the symbol that is looked at; `key` explains the colours: words, colour, words."""

    symbols: tuple[Symbol, ...]
    chosen: int | None = None
    spaced: bool = False  # whether words are shown rather than characters
    key: tuple[tuple[str, str, str], ...] = ()


class TextFlow(QWidget):
    """Shows the flow last given; `picked(place)` when a symbol is pressed."""

    picked = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.shown, self.empty = theme, Flow(()), ""
        self._boxes: list[QRectF] = []
        self._metrics = QFontMetricsF(theme.font("mono", size=PIXELS))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def show_flow(self, flow: Flow) -> None:
        """Shows this from now on."""
        self.shown = flow
        self.setAccessibleDescription("".join(symbol.text for symbol in flow.symbols)[:2000])
        self._lay_out()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def box_of(self, place: int) -> QRectF:
        """Where a symbol stands."""
        return self._boxes[place]

    # -- where things are ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Break the text into lines, and be as high as they need."""
        room, self._boxes = max(40.0, self.width() - 2 * EDGE), []
        x, y = 0.0, EDGE / 2
        for symbol in self.shown.symbols:
            wide = self._width(symbol.text)
            if x and x + wide > room and symbol.text != "\n":
                x, y = 0.0, y + LINE
            self._boxes.append(QRectF(EDGE + x, y, wide, LINE - 4))
            x += wide + (GAP if self.shown.spaced else 0.0)
            if symbol.text == "\n":
                x, y = 0.0, y + LINE
        if _from_the_right(self.shown):
            for box in self._boxes:
                box.moveLeft(self.width() - box.right())
        self.setMinimumHeight(round(y + LINE + (LINE if self.shown.key else 0)))

    def _width(self, text: str) -> float:
        shown = "⏎" if text == "\n" else text
        if self.shown.spaced:
            return self._metrics.horizontalAdvance(shown) + 6
        return max(self._metrics.horizontalAdvance(shown), self._metrics.horizontalAdvance("m"))

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(event.rect(), ink(tokens.s1))
            drawing = Drawing(painter, tokens)
            if not self.shown.symbols:
                drawing.text(EDGE, 24, self.empty, tokens.t3, "label")
                return
            for box, symbol in zip(self._boxes, self.shown.symbols, strict=True):
                if box.intersects(QRectF(event.rect())):
                    self._paint_symbol(drawing, box, symbol)
            self._paint_chosen(drawing)
            self._paint_key(drawing)

    def _paint_symbol(self, drawing: Drawing, box: QRectF, symbol: Symbol) -> None:
        tokens, painter = drawing.tokens, drawing.painter
        drawing.smooth(False)
        if symbol.colour and symbol.strength > 0:
            drawing.fill(box, symbol.colour, STRONGEST * min(1.0, symbol.strength))
        if symbol.typed:
            y = box.bottom() + 1
            drawing.line((box.left(), y), (box.right(), y), tokens.accent, 2)
        drawing.smooth(True)
        painter.setFont(self.theme.font("mono", size=PIXELS))
        painter.setPen(ink(tokens.t3 if symbol.text == "\n" else tokens.t1))
        shown = "⏎" if symbol.text == "\n" else symbol.text
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, shown)

    def _paint_chosen(self, drawing: Drawing) -> None:
        chosen = self.shown.chosen
        if chosen is None or not 0 <= chosen < len(self._boxes):
            return
        drawing.painter.setPen(pen(drawing.tokens.accent, 1.5))
        drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
        drawing.painter.drawRoundedRect(self._boxes[chosen].adjusted(-1, -1, 1, 1), 3, 3)

    def _paint_key(self, drawing: Drawing) -> None:
        """What the colours mean, below the text: a bar from nothing to the strongest."""
        x, y = EDGE, self.height() - 8.0
        for low, colour, high in self.shown.key:
            x = drawing.text(x, y, low, drawing.tokens.t3) + 6
            for step in range(12):
                drawing.fill(QRectF(x + 4 * step, y - 8, 4, 8), colour, STRONGEST * (step + 1) / 12)
            x = drawing.text(x + 54, y, high, drawing.tokens.t3) + 18

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def place_at(self, at: QPointF) -> int | None:
        """The symbol at a point."""
        return next((i for i, box in enumerate(self._boxes) if box.contains(at)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.picked.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        self.setToolTip("" if place is None else self.shown.symbols[place].said)

    def leaveEvent(self, event: QEvent) -> None:
        self.setToolTip("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        count = len(self.shown.symbols)
        if way is None or not count:
            super().keyPressEvent(event)
            return
        start = count if self.shown.chosen is None else self.shown.chosen
        self.picked.emit(min(max(start + way, 0), count - 1))


def _from_the_right(flow: Flow) -> bool:
    """Whether the first letter that says so is of a script that runs from the right."""
    for symbol in flow.symbols:
        for character in symbol.text:
            kind = unicodedata.bidirectional(character)
            if kind in ("R", "AL", "L"):
                return kind != "L"
    return False
