"""The widget that shows a heat map: rows with names at the left, a colour bar at the right, and reading off.

What it shows is in `heat`. A press picks the row; arrow keys walk over the cells.
"""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, width
from app.chart.heat import Heat, painted
from app.chart.pointed import Cell, Pointed
from app.chart.readout import paint_box
from app.theme import Theme, ink
from app.theme.colormaps import viridis_table
from app.wording import tick

WIDEST_NAME, LEAST_GUTTER, GUTTER_RIGHT = 92.0, 44.0, 64.0  # px
TOP, BOTTOM = 34.0, 36.0
SLOT = 11.0  # px: what a name takes
BAR, BAR_AWAY = 8.0, 12.0  # px: how wide the colour bar is, and how far from the map
STOPS = 16  # of the gradient that stands for the colours


class HeatMap(Pointed):
    """Shows the heat map last given; `picked(name)` when a row with a name is pressed."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.shown: Heat | None = None
        self._picture: QImage | None = None
        theme.changed.connect(self._repaint)

    def show_heat(self, shown: Heat) -> None:
        """Shows this from now on."""
        self.shown = shown
        self._repaint()

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    def box(self) -> QRectF:
        """Where the cells are."""
        names = self.shown.labels if self.shown else ()
        widest = max((width(name, "note", 600) for _, name in names), default=0.0)
        left = max(LEAST_GUTTER, min(WIDEST_NAME, widest) + 16)
        wide = max(40.0, self.width() - left - GUTTER_RIGHT)
        return QRectF(left, TOP, wide, max(30.0, self.height() - TOP - BOTTOM))

    @property
    def columns(self) -> int:
        """How many columns can be told apart, whatever the names take."""
        return max(1, int(self.width() - LEAST_GUTTER - GUTTER_RIGHT) // 2)

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell at a point."""
        box, (rows, columns) = self.box(), self.extent()
        across, down = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
        if not rows or not (0 <= across < 1 and 0 <= down < 1):
            return None
        return int(down * rows), int(across * columns)

    def extent(self) -> Cell:
        if self.shown is None or not self.shown.values.size:
            return 0, 0
        rows, columns = self.shown.values.shape
        return rows, columns

    def pick(self, cell: Cell) -> None:
        names = (
            name for at, name in (self.shown.labels if self.shown else ()) if int(at) == cell[0]
        )
        if name := next(names, ""):
            self.picked.emit(name)

    def centre(self, cell: Cell) -> QPointF:
        """Where a cell is."""
        box, shape = self.box(), self.shown.values.shape if self.shown else (1, 1)
        return QPointF(
            box.left() + box.width() * (cell[1] + 0.5) / shape[1],
            box.top() + box.height() * (cell[0] + 0.5) / shape[0],
        )

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            if (shown := self.shown) is None:
                return
            drawing, box = Drawing(painter, tokens), self.box()
            drawing.text(12, 17, elided(shown.quantity, self.width() - 24), tokens.t2)
            self._paint_x(drawing, box, shown)
            self._paint_key(drawing, box, shown)
            if not shown.values.size:
                drawing.text(
                    box.center().x(), box.center().y(), shown.empty, tokens.t3, "label", MIDDLE
                )
                return
            if self._picture is None:
                self._picture = painted(shown.values, shown.colours, tokens)
            painter.drawImage(box, self._picture)
            self._paint_names(drawing, box, shown)
            self._paint_pointer(drawing, box, shown)

    def _paint_x(self, drawing: Drawing, box: QRectF, shown: Heat) -> None:
        tokens = drawing.tokens
        drawing.smooth(False)
        drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), tokens.line2)
        for value in shown.x.ticks(int(box.width() // 52)):
            x = box.left() + float(shown.x.share(value)) * box.width()
            drawing.line((x, box.bottom()), (x, box.bottom() + 4), tokens.line2)
            drawing.text(x, box.bottom() + 16, tick(value), tokens.t3, "figure", MIDDLE)
        drawing.text(box.right(), box.bottom() + 30, shown.x_name, tokens.t2, align=RIGHT)

    def _paint_key(self, drawing: Drawing, box: QRectF, shown: Heat) -> None:
        """The colour bar with its numbers, and the colour of what is not finite."""
        bar = QRectF(box.right() + BAR_AWAY, box.top(), BAR, box.height())
        if shown.outside:
            bar.setBottom(bar.bottom() - 18)
        shades, gradient = viridis_table(), QLinearGradient(bar.bottomLeft(), bar.topLeft())
        for stop in range(STOPS + 1):
            red, green, blue = shades[round(stop / STOPS * (len(shades) - 1))].tolist()
            gradient.setColorAt(stop / STOPS, QColor(red, green, blue))
        drawing.painter.fillRect(bar, gradient)
        for value, text in shown.ticks:
            y = bar.bottom() - float(shown.colours.share(value)) * bar.height()
            drawing.text(bar.right() + 5, round(y) + 4, text, drawing.tokens.t3, "figure")
        if shown.outside:
            drawing.fill(QRectF(bar.left(), box.bottom() - 9, BAR, 9), drawing.tokens.bad)
            drawing.text(bar.right() + 5, box.bottom(), shown.outside, drawing.tokens.t3, "figure")

    def _paint_names(self, drawing: Drawing, box: QRectF, shown: Heat) -> None:
        """As many names as have room: the selected, the first and the last before all others."""
        rows, count, free = len(shown.values), len(shown.labels), list[float]()
        chosen = [i for i, (_, name) in enumerate(shown.labels) if name == shown.selected]
        for place in dict.fromkeys([*chosen, 0, count - 1, *range(count)]):
            if not 0 <= place < count:
                continue
            at, name = shown.labels[place]
            y = box.top() + box.height() * at / rows
            if all(abs(y - other) >= SLOT for other in free):
                free.append(y)
                is_chosen = place in chosen
                weight, colour = (600, drawing.tokens.t1) if is_chosen else (0, drawing.tokens.t2)
                short = elided(name, WIDEST_NAME, "note", weight)
                drawing.text(
                    box.left() - 8, round(y) + 4, short, colour, "note", RIGHT, weight=weight
                )

    def _paint_pointer(self, drawing: Drawing, box: QRectF, shown: Heat) -> None:
        if self.under is None:
            return
        rows, columns = shown.values.shape
        row, column = min(self.under[0], rows - 1), min(self.under[1], columns - 1)
        readout, at = shown.read(row, column), self.centre((row, column))
        high = max(2.0, box.height() / rows)
        cell = QRectF(at.x() - 2, at.y() - high / 2, 4, high)
        drawing.smooth(False)
        drawing.painter.setPen(ink(drawing.tokens.t1))
        drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
        drawing.painter.drawRect(cell)
        drawing.smooth(True)
        if readout is not None:
            paint_box(drawing, readout, at.x(), box)
