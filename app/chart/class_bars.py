"""One bar a class or value, with its figures in columns and a line below."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import RIGHT, Drawing, elided, pen, width
from app.theme import Theme, ink

EDGE, HEAD, FOOT = 12, 30, 24  # px
ROW, LEAST_ROW = 24.0, 15.0  # px
FIGURE = 58.0  # px: a column of figures
MOST_NAME = 96.0  # px


@dataclass(frozen=True, slots=True)
class ClassBar:
    """A class: the share of the bar that is filled, its figures in words, and whether it is the truth."""

    name: str
    share: float
    figures: tuple[str, ...]
    true: bool = False


@dataclass(frozen=True, slots=True)
class ClassBars:
    """What is shown. `columns` are the titles of the figures; `said` stands below."""

    bars: tuple[ClassBar, ...]
    columns: tuple[str, ...]
    said: str = ""
    hidden: str = ""  # how many more there are


class ClassBarsView(QWidget):
    """Shows bars of classes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: ClassBars | None = None
        self.empty = "Train to see what the network answers"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Answer for the example")

    def sizeHint(self) -> QSize:
        return QSize(240, 300)

    def show_bars(self, shown: ClassBars | None) -> None:
        """Shows these from now on."""
        self.shown = shown
        bars = shown.bars if shown else ()
        said = [f"{b.name} {b.figures[0]}{' (truth)' if b.true else ''}" for b in bars]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def rows(self) -> int:
        """How many bars there is room for."""
        return max(1, int((self.height() - HEAD - FOOT) // LEAST_ROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
            drawing = Drawing(painter, self.theme.tokens)
            if self.shown is None or not self.shown.bars:
                words = self.shown.said if self.shown else self.empty
                room = self.width() - 2 * EDGE
                drawing.text(EDGE, 24, elided(words, room, "label"), drawing.tokens.t3, "label")
                return
            self._paint(drawing, self.shown)

    def _paint(self, drawing: Drawing, shown: ClassBars) -> None:
        tokens, room = drawing.tokens, self.height() - HEAD - FOOT
        row = max(LEAST_ROW, min(ROW, room / len(shown.bars)))
        names = min(MOST_NAME, max(width(bar.name, "note", 600) for bar in shown.bars) + 1)
        count = len(shown.columns)
        while count > 1 and self.width() - 2 * EDGE - names - count * FIGURE < 70:
            count -= 1
        left, right = EDGE + names + 8, self.width() - EDGE - count * FIGURE
        for number, title in enumerate(shown.columns[:count]):
            at = right + (number + 1) * FIGURE
            drawing.text(at, HEAD - 10, title, tokens.t3, align=RIGHT)
        for place, bar in enumerate(shown.bars):
            top = HEAD + place * row
            box = QRectF(left, round(top + 2), max(10.0, right - left), max(8.0, round(row - 5)))
            _paint_bar(drawing, bar, box)
            y = box.center().y() + 4
            colour = tokens.t1 if bar.true else tokens.t2
            name = elided(bar.name, names, "note", 600 if bar.true else 0)
            drawing.text(left - 8, y, name, colour, align=RIGHT, weight=600 if bar.true else 0)
            for number, text in enumerate(bar.figures[:count]):
                at = right + (number + 1) * FIGURE
                drawing.text(at, y, text, tokens.t1, "figure", RIGHT)
        words = " · ".join(part for part in (shown.hidden, shown.said) if part)
        y = self.height() - 8
        drawing.text(EDGE, y, elided(words, self.width() - 2 * EDGE), tokens.t2)


def _paint_bar(drawing: Drawing, bar: ClassBar, box: QRectF) -> None:
    tokens, painter = drawing.tokens, drawing.painter
    drawing.smooth(True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(tokens.s3))
    painter.drawRoundedRect(box, 2, 2)
    filled = QRectF(box)
    filled.setWidth(max(2.0, box.width() * min(1.0, max(0.0, bar.share))))
    painter.setBrush(ink(tokens.train if bar.true else tokens.line3, 0.85))
    painter.drawRoundedRect(filled, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if bar.true:
        painter.setPen(pen(tokens.train, 1.5))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
