"""The widget that shows bars: where they lie, pressing and reading off. What they are is in `bars`."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.chart import bar_painting as painting
from app.chart.axes import GUTTER_LEFT, GUTTER_RIGHT, TALL, Frame, paint_empty
from app.chart.backdrop import Backdrop
from app.chart.bars import Bars
from app.chart.drawing import Drawing, wrapped
from app.chart.pointed import Cell, Pointed
from app.chart.readout import paint_box
from app.chart.scale import Scale
from app.theme import Theme, ink


class BarChart(Pointed):
    """Shows bars; `picked(name)` when one is pressed. Arrow keys walk along them, Enter picks."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.shown: Bars | None = None
        self._backdrop = Backdrop(self, theme)

    def show_bars(self, shown: Bars) -> None:
        """Shows these from now on."""
        self.shown = shown
        self.setAccessibleDescription(shown.verdict)
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    def frame(self, shown: Bars) -> Frame:
        """The frame between the axes: higher where names can lie, lower where they must stand."""
        top = 43.0 if self.height() > TALL else 38.0
        top += painting.HEAD_ROW * len(self._said(shown))
        wide = max(40, self.width() - GUTTER_LEFT - GUTTER_RIGHT)
        high = max(30.0, self.height() - top - painting.room_for_names(shown, wide))
        return Frame(QRectF(GUTTER_LEFT, top, wide, high), Scale(0, 1), shown.axis)

    def _said(self, shown: Bars) -> list[str]:
        """The verdict in lines: two where there is room, or else as much of it as fits into one."""
        return wrapped(shown.verdict, self.width() - 40, 2 if self.height() > TALL else 1)

    def cell_at(self, at: QPointF) -> Cell | None:
        """Which bar's slot lies at a point: a row of cells."""
        if self.shown is None or not self.shown.bars:
            return None
        frame = self.frame(self.shown)
        share = (at.x() - frame.box.left()) / frame.box.width()
        inside = 0 <= share < 1 and at.y() > frame.box.top() - 16
        return (0, int(share * len(self.shown.bars))) if inside else None

    def extent(self) -> Cell:
        return 1, len(self.shown.bars) if self.shown else 0

    def pick(self, cell: Cell) -> None:
        if self.shown is not None and cell[1] < len(self.shown.bars):
            self.picked.emit(self.shown.bars[cell[1]].name)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            shown = self.shown
            if shown is None:
                painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
                return
            frame, names = self.frame(shown), tuple(bar.name for bar in shown.bars)
            key = (names, shown.selected, shown.axis, shown.zones)
            self._backdrop.paint(painter, key, lambda d: painting.paint_axes(d, frame, shown))
            self._paint(Drawing(painter, self.theme.tokens), frame, shown)

    def _paint(self, drawing: Drawing, frame: Frame, shown: Bars) -> None:
        painting.paint_head(drawing, shown, self._said(shown), self.width())
        if not shown.bars:
            paint_empty(drawing, frame, shown.empty)
            return
        spots = painting.spots_of(frame, shown)
        under = self.under[1] if self.under else None
        painting.paint_bars(drawing, frame, shown, spots, under)
        painting.paint_figures(drawing, frame, shown, spots)
        if under is not None and under < len(spots):
            spot, readout = spots[under], shown.read(under)
            if readout is not None:
                paint_box(drawing, readout, spot.left + spot.thick / 2, frame.box)
