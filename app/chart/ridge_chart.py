"""The widget that shows ridgelines; a press picks a row, the pointer and the arrow keys read off. See `ridges`."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart import ridges as painting
from app.chart.chart import BY_KEYBOARD
from app.chart.drawing import MIDDLE, Drawing, width
from app.chart.readout import paint_box
from app.chart.ridges import Ridges
from app.theme import Theme, ink

LEAST_GUTTER, GUTTER_RIGHT = 44.0, 52.0  # px
TOP, BOTTOM = 34.0, 22.0
LEAST_ROW = 10.0  # px: more rows than that has room for are not shown

Bin = tuple[int, int]  # row and bin


class RidgeChart(QWidget):
    """Shows the ridges last given; `picked(name)` when one is pressed."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Ridges | None = None
        self._under: Bin | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(372, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

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

    def place(self, at: QPointF) -> Bin | None:
        """The row and bin at a point."""
        if self.shown is None or not self.shown.ridges:
            return None
        box, rows = self.box(), self.shown.ridges
        across, down = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
        if not (0 <= across < 1 and 0 <= down < 1):
            return None
        return int(down * len(rows)), int(across * len(rows[0].shares))

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
            painting.paint_ridges(drawing, box, shown, self._under[0] if self._under else None)
            self._paint_pointer(drawing, box, shown)

    def _paint_pointer(self, drawing: Drawing, box: QRectF, shown: Ridges) -> None:
        if self._under is None or self._under[0] >= len(shown.ridges):
            return
        row, place = self._under
        x = box.left() + box.width() * (place + 0.5) / len(shown.ridges[row].shares)
        foot = box.top() + (row + 1) * box.height() / len(shown.ridges)
        drawing.line((x, box.top()), (x, foot), drawing.tokens.t2)
        if (readout := shown.read(row, place)) is not None:
            paint_box(drawing, readout, x, box)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def point_at(self, place: Bin | None) -> None:
        """Read off this bin, or none."""
        if place != self._under:
            self._under = place
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.place(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None and self.shown:
            self.picked.emit(self.shown.ridges[place[0]].name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and self.shown and self.shown.ridges:
            self.point_at((0, len(self.shown.ridges[0].shares) // 2))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        way, rows = ways.get(Qt.Key(event.key())), self.shown.ridges if self.shown else ()
        if way is None or not rows:
            super().keyPressEvent(event)
            return
        row, place = self._under or (0, len(rows[0].shares) // 2)
        last = len(rows[0].shares) - 1
        row, place = row + way[0], place + way[1]
        self.point_at((min(max(row, 0), len(rows) - 1), min(max(place, 0), last)))
