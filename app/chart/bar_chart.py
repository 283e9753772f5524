"""The widget that shows bars: where they lie, pressing and reading off. What they are is in `bars`."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart import bar_painting as painting
from app.chart.axes import GUTTER_LEFT, GUTTER_RIGHT, TALL, Frame, paint_empty
from app.chart.backdrop import Backdrop
from app.chart.bars import Bars
from app.chart.chart import BY_KEYBOARD
from app.chart.drawing import Drawing, wrapped
from app.chart.readout import paint_box
from app.chart.scale import Scale
from app.theme import Theme, ink


class BarChart(QWidget):
    """Shows bars; `picked(name)` when one is pressed. Arrow keys walk along them, Enter picks."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Bars | None = None
        self._backdrop = Backdrop(self, theme)
        self._under: int | None = None  # the bar under the pointer
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(372, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

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

    def _place(self, at: QPointF) -> int | None:
        """Which bar's slot lies at a point."""
        if self.shown is None or not self.shown.bars:
            return None
        frame = self.frame(self.shown)
        share = (at.x() - frame.box.left()) / frame.box.width()
        inside = 0 <= share < 1 and at.y() > frame.box.top() - 16
        return int(share * len(self.shown.bars)) if inside else None

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
        painting.paint_bars(drawing, frame, shown, spots, self._under)
        painting.paint_figures(drawing, frame, shown, spots)
        if self._under is not None and self._under < len(spots):
            spot, readout = spots[self._under], shown.read(self._under)
            if readout is not None:
                paint_box(drawing, readout, spot.left + spot.thick / 2, frame.box)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def _point_at(self, place: int | None) -> None:
        if place != self._under:
            self._under = place
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._place(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None and self.shown:
            self.picked.emit(self.shown.bars[place].name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and self.shown and self.shown.bars:
            self._point_at(0)  # shows where the keyboard is

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars = self.shown.bars if self.shown else ()
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if away is not None and bars:
            start = -1 if self._under is None else self._under
            self._point_at(min(max(start + away, 0), len(bars) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._under is not None:
            self.picked.emit(bars[self._under].name)
        else:
            super().keyPressEvent(event)
