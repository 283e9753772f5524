"""The widget that shows ridgelines; a press picks a row, the pointer and the arrow keys read off. See `ridges`."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.chart import ridges as painting
from app.chart.drawing import MIDDLE, Drawing, width
from app.chart.pointed import Cell, Pointed
from app.chart.readout import paint_box
from app.chart.ridges import Ridges
from app.theme import Theme, ink

LEAST_GUTTER, GUTTER_RIGHT = 44.0, 52.0  # px
TOP, BOTTOM = 34.0, 22.0
LEAST_ROW = 10.0  # px: more rows than that has room for are not shown


class RidgeChart(Pointed):
    """Shows the ridges last given; `picked(name)` when one is pressed."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.shown: Ridges | None = None

    def show_ridges(self, shown: Ridges) -> None:
        """Shows these from now on."""
        self.shown = shown
        self.update()

    @property
    def room(self) -> int:
        """How many rows there is room for."""
        return max(1, int((self.height() - TOP - BOTTOM) / LEAST_ROW))

    def box(self) -> QRectF:
        """Where the histograms are."""
        names = (ridge.name for ridge in self.shown.ridges) if self.shown else ()
        widest = max((width(name, "note", 600) for name in names), default=0.0)
        left = max(LEAST_GUTTER, min(painting.WIDEST_NAME, widest) + 16)
        wide = max(40.0, self.width() - left - GUTTER_RIGHT)
        return QRectF(left, TOP, wide, max(30.0, self.height() - TOP - BOTTOM))

    def cell_at(self, at: QPointF) -> Cell | None:
        """The row and bin at a point."""
        rows, bins = self.extent()
        box = self.box()
        across, down = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
        if not rows or not (0 <= across < 1 and 0 <= down < 1):
            return None
        return int(down * rows), int(across * bins)

    def extent(self) -> Cell:
        ridges = self.shown.ridges if self.shown else ()
        return (len(ridges), len(ridges[0].shares)) if ridges else (0, 0)

    def first(self) -> Cell:
        """The bin in the middle, of what is about 0."""
        return 0, self.extent()[1] // 2

    def pick(self, cell: Cell) -> None:
        if self.shown is not None and cell[0] < len(self.shown.ridges):
            self.picked.emit(self.shown.ridges[cell[0]].name)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            if (shown := self.shown) is None:
                return
            drawing, box = Drawing(painter, tokens), self.box()
            painting.paint_head(drawing, shown, self.width())
            painting.paint_axis(drawing, box, shown)
            if not shown.ridges:
                at = box.center()
                drawing.text(at.x(), at.y(), shown.empty, tokens.t3, "label", MIDDLE, halo=True)
                return
            painting.paint_ridges(drawing, box, shown, self.under[0] if self.under else None)
            self._paint_pointer(drawing, box, shown)

    def _paint_pointer(self, drawing: Drawing, box: QRectF, shown: Ridges) -> None:
        if self.under is None or self.under[0] >= len(shown.ridges):
            return
        row, place = self.under
        x = box.left() + box.width() * (place + 0.5) / len(shown.ridges[row].shares)
        foot = box.top() + (row + 1) * box.height() / len(shown.ridges)
        drawing.line((x, box.top()), (x, foot), drawing.tokens.t2)
        if (readout := shown.read(row, place)) is not None:
            paint_box(drawing, readout, x, box)
