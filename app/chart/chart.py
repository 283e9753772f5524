"""The widget that shows a figure: painting, reading off under the pointer, and zooming along x.

Wheel zooms about the pointer, dragging zooms to what was dragged over, a double click shows everything again. The
arrow keys move the readout, Escape puts it away.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart import axes, lines
from app.chart.backdrop import Backdrop
from app.chart.drawing import Drawing
from app.chart.figure import Figure
from app.chart.readout import paint_readout
from app.chart.scale import Scale
from app.controls.surface import rounded
from app.theme import Theme, ink

BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_LEAST_DRAG = 4  # px: less is a click
_WHEEL = 1.25  # zoom of one notch
_DEEPEST = 1e-4  # the smallest share of the whole that can be zoomed to


class Chart(QWidget):
    """Shows the figure last given. `zoomed` asks for one that is fine enough for the new window."""

    zoomed = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.figure: Figure | None = None
        self.window_: Scale | None = None  # what of x is shown; None: everything
        self._backdrop = Backdrop(self, theme)
        self._cursor: float | None = None  # px
        self._pressed: float | None = None  # px, while dragging
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(480, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def show_figure(self, figure: Figure) -> None:
        """Shows this from now on."""
        self.figure = figure
        self.update()

    def reset(self) -> None:
        """Shows everything again, and no readout."""
        self.window_, self._cursor, self._pressed = None, None, None

    @property
    def columns(self) -> int:
        """How many pixels lie between the ends of the x axis."""
        return int(
            axes.frame_of((self.width(), self.height()), Scale(0, 1), Scale(0, 1)).box.width()
        )

    def frame(self) -> axes.Frame | None:
        """Where the axes are; None before the first figure."""
        if self.figure is None:
            return None
        x = self.window_ or self.figure.x
        return axes.frame_of((self.width(), self.height()), x, self.figure.y)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame, figure = self.frame(), self.figure
            if figure is None or frame is None:
                painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
                return
            key = (frame.x, figure.y, figure.unit, figure.second, len(figure.key))
            self._backdrop.paint(painter, key, lambda d: self._paint_axes(d, frame, figure))
            self._paint(Drawing(painter, self.theme.tokens), frame, figure)

    def _paint_axes(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        axes.paint_axes(drawing, frame, figure, tall=self.height() > axes.TALL)
        axes.paint_key(drawing, frame, figure.key)

    def _paint(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        if not figure.lines:
            axes.paint_empty(drawing, frame, figure.empty)
            return
        lines.paint_lines(drawing, frame, figure)
        lines.paint_moments(drawing, frame, figure)
        for flag in figure.flags:
            lines.paint_flag(drawing, frame, flag)
        lines.paint_labels(drawing, frame, figure)
        self._paint_pointer(drawing, frame, figure)

    def _paint_pointer(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        if self._cursor is None:
            return
        if self._pressed is not None and abs(self._cursor - self._pressed) >= _LEAST_DRAG:
            left, right = sorted((self._pressed, self._cursor))
            band = QRectF(left, frame.box.top(), right - left, frame.box.height())
            drawing.fill(band, drawing.tokens.accent, 0.12)
            rounded(drawing.painter, band, 0, None, drawing.tokens.accent)
        elif readout := figure.read(frame.x_at(self._cursor)):
            paint_readout(drawing, frame, readout)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def _within(self, place: QPointF) -> float | None:
        """The pixel column in the frame that is meant; None outside it."""
        frame = self.frame()
        if frame is None or not frame.box.adjusted(-6, -6, 6, 6).contains(place):
            return None
        return min(max(place.x(), frame.box.left()), frame.box.right())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame()
        if self._pressed is not None and frame is not None:
            x = event.position().x()
            self._cursor = min(max(x, frame.box.left()), frame.box.right())
        else:
            self._cursor = self._within(event.position())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._within(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        frame, start, end = self.frame(), self._pressed, self._cursor
        self._pressed = None
        if frame and start is not None and end is not None and abs(start - end) >= _LEAST_DRAG:
            low, high = sorted((start, end))
            self._zoom(frame.x_at(low), frame.x_at(high))
        self.update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton and self.window_ is not None:
            self.window_ = None
            self.zoomed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        frame, x = self.frame(), self._within(event.position())
        turns = event.angleDelta().y() / 120
        if frame is None or x is None or not turns:
            event.ignore()
            return
        centre, factor = frame.x_at(x), _WHEEL**-turns
        low, high = frame.x.low, frame.x.high
        self._zoom(centre - (centre - low) * factor, centre + (high - centre) * factor)
        event.accept()

    def _zoom(self, low: float, high: float) -> None:
        if self.figure is None:
            return
        whole = self.figure.x
        least = (whole.high - whole.low) * _DEEPEST
        low, high = max(low, whole.low), min(high, whole.high)
        everything = low <= whole.low and high >= whole.high
        self.window_ = None if everything or high - low < least else Scale(low, high)
        self.zoomed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        frame = self.frame()
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if frame is not None and away is not None:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            start = frame.box.right() if self._cursor is None else self._cursor + away * far
            self._cursor = min(max(start, frame.box.left()), frame.box.right())
            self.update()
        elif event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._cursor = None
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        frame = self.frame()
        if frame is not None and event.reason() in BY_KEYBOARD:
            self._cursor = frame.box.right()  # shows where the keyboard is
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._cursor = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)
