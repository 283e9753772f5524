"""The widget that shows a figure: painting, reading off under the pointer, and zooming.

Wheel zooms along x about the pointer, dragging zooms to the box that was drawn, or to a span of x where that is flat; a
double click shows everything again. The arrow keys move the readout, Escape puts it away.
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
_LEAST_BOX = 16  # px: what is dragged over is lower than that: a span of x is meant
_WHEEL = 1.25  # zoom of one notch
_DEEPEST = 1e-4  # the smallest share of the whole that can be zoomed to


class Chart(QWidget):
    """Shows the figure last given. `zoomed` asks for one that is fine enough for the new window.

    `picked(x, y)` says where in the units of the axes it was pressed.
    """

    zoomed = Signal()
    picked = Signal(float, float)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.figure: Figure | None = None
        self.window_: Scale | None = None  # what of x is shown; None: everything
        self._heights: Scale | None = None  # what of y is shown; None: as the figure says
        self._backdrop = Backdrop(self, theme)
        self._cursor: float | None = None  # px
        self._pressed: QPointF | None = None  # while dragging
        self._dragged: float | None = None  # px from the top: how high the box is
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
        self.window_, self._heights, self._cursor, self._pressed = None, None, None, None

    def forget_heights(self) -> None:
        """Shows all of y again: another quantity, or another axis."""
        self._heights = None

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
        return axes.frame_of((self.width(), self.height()), x, self._heights or self.figure.y)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame, figure = self.frame(), self.figure
            if figure is None or frame is None:
                painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
                return
            key = (frame.x, frame.y, figure.unit, figure.second, len(figure.key), figure.ghosts)
            self._backdrop.paint(painter, key, lambda d: self._paint_axes(d, frame, figure))
            self._paint(Drawing(painter, self.theme.tokens), frame, figure)

    def _paint_axes(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        axes.paint_axes(drawing, frame, figure, tall=self.height() > axes.TALL)
        axes.paint_key(drawing, frame, figure.key)
        lines.paint_ghosts(drawing, frame, figure.ghosts)

    def _paint(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        if not figure.lines and not figure.ghosts:
            axes.paint_empty(drawing, frame, figure.empty)
            return
        lines.paint_lines(drawing, frame, figure)
        lines.paint_moments(drawing, frame, figure)
        for flag in figure.flags:
            lines.paint_flag(drawing, frame, flag)
        lines.paint_labels(drawing, frame, figure)
        lines.paint_leads(drawing, frame, figure)
        self._paint_pointer(drawing, frame, figure)

    def _paint_pointer(self, drawing: Drawing, frame: axes.Frame, figure: Figure) -> None:
        if self._cursor is None:
            return
        box = self._box(frame)
        if box is not None:
            drawing.fill(box, drawing.tokens.accent, 0.12)
            rounded(drawing.painter, box, 0, None, drawing.tokens.accent)
        elif readout := figure.read(frame.x_at(self._cursor)):
            paint_readout(drawing, frame, readout)

    def _box(self, frame: axes.Frame) -> QRectF | None:
        """What is being dragged over: a box, or a span of x at full height; None if it is no more than a click."""
        if self._pressed is None or self._cursor is None or self._dragged is None:
            return None
        left, right = sorted((self._pressed.x(), self._cursor))
        top, bottom = sorted((self._pressed.y(), self._dragged))
        is_box, is_span = bottom - top >= _LEAST_BOX, right - left >= _LEAST_DRAG
        if not is_box and not is_span:
            return None
        across, down = (left, right - left), (top, bottom - top)
        if not is_span:
            across = (frame.box.left(), frame.box.width())
        if not is_box:
            down = (frame.box.top(), frame.box.height())
        return QRectF(across[0], down[0], across[1], down[1])

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
            x, y = event.position().x(), event.position().y()
            self._cursor = min(max(x, frame.box.left()), frame.box.right())
            self._dragged = min(max(y, frame.box.top()), frame.box.bottom())
        else:
            self._cursor = self._within(event.position())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = self._within(event.position())
            self._pressed = None if x is None else QPointF(x, event.position().y())
            self._dragged = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        frame = self.frame()
        box = self._box(frame) if frame is not None else None
        if frame is not None and box is None and self._pressed is not None:
            height = frame.height_of(self._pressed.y())
            self.picked.emit(frame.x_at(self._pressed.x()), frame.y.value(height))
        self._pressed = self._dragged = None
        if frame is not None and box is not None:
            if box.height() < frame.box.height() - 1:
                y = frame.y
                low, high = (y.value(frame.height_of(at)) for at in (box.bottom(), box.top()))
                self._heights = Scale(low, high, y.log)
            self._zoom(frame.x_at(box.left()), frame.x_at(box.right()))
        self.update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        zoomed = self.window_ is not None or self._heights is not None
        if event.button() == Qt.MouseButton.LeftButton and zoomed:
            self.window_ = self._heights = None
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
