"""A wire in the scene: its line, and the shape that flows along it."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.lettering import fitted, letter_with_halo, width_of_words
from app.canvas.route import along, is_straight_on, route
from app.canvas.wire_gradient import Returning
from app.theme import Theme, ink
from app.theme.measures import LINE_STRONG
from engine.axes import Axes
from engine.graph import Edge

CATCH = 12.0  # px across in which the wire is caught
LIFT = 50.0  # px that a wire which skips over nodes rises above the header line
NO_DOTS, NO_WORDS, PLAIN = 0.5, 0.5, 0.25  # zooms below which less is drawn
_LABEL_ABOVE, _SIGNAL_BELOW = 9.0, 17.0
_NAME_LINE = 12.0  # px from one axis to the next


def _widest(lines: tuple[str, ...]) -> float:
    """How wide a label is at 100 %, in pixels."""
    return max(width_of_words(line, "figure") for line in lines)


class WireItem(QGraphicsItem):
    """One wire. Its coordinates are the scene's."""

    def __init__(self, theme: Theme, edge: Edge) -> None:
        super().__init__()
        self.theme, self.edge = theme, edge
        self.words, self.is_bad = "", False
        self.axes: tuple[str, ...] = ()  # each axis of what flows by its name
        self.names_axes = False  # whether these are shown in place of the sizes alone
        self.hovered = self.selected = False
        self.signal: Returning | None = (
            None  # the error signal that comes back; None while it is not shown
        )
        self._start = self._end = QPointF()
        self._lift = 0.0
        self._flows: Axes | None = None
        self.is_placed = False
        self._path = QPainterPath()
        self._middle, self._bounds, self._letters = QPointF(), QRectF(), QRectF()
        self.reach = QRectF()  # what its line covers, and the points that bend it
        self._strips: list[QRectF] | None = None  # found when dots run
        self.setFlag(
            QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption
        )  # says what is exposed
        self.setZValue(1)
        self._tell()

    def place(self, start: QPointF, end: QPointF, lift: float) -> None:
        """Run between two points, `lift` px above the nodes between them if that is not 0."""
        if (start, end, lift) != (self._start, self._end, self._lift):
            self.prepareGeometryChange()
            if self.is_placed and lift == self._lift and self._is_carried(start, end):
                self._carry(start - self._start)
                return
            self.is_placed = True
            self._start, self._end, self._lift = start, end, lift
            self._path = route(start, end, lift)
            self._measure()

    def _is_carried(self, start: QPointF, end: QPointF) -> bool:
        """Whether both ends move alike, by whole pixels: then its line is the very one that would be found anew."""
        if end - start != self._end - self._start or not is_straight_on(start, end):
            return False
        return all(
            value.is_integer() for point in (self._start, start) for value in point.toTuple()
        )

    def _carry(self, by: QPointF) -> None:
        """Run as before, elsewhere: both ends have moved alike."""
        self._start, self._end = self._start + by, self._end + by
        self._path, self._middle = self._path.translated(by), self._middle + by
        self.reach, self._bounds = self.reach.translated(by), self._bounds.translated(by)
        self._letters, self._strips = self._letters.translated(by), None

    def show_shape(self, axes: Axes | None, *, is_bad: bool, names_axes: bool = False) -> None:
        """Say what flows, axis by axis if they are to be named; `is_bad` where its target cannot take it."""
        if axes is self._flows and (is_bad, names_axes) == (self.is_bad, self.names_axes):
            return
        self._flows = axes
        said = (
            (axes.text, axes.by_name, is_bad, names_axes) if axes else ("", (), is_bad, names_axes)
        )
        if said != (self.words, self.axes, self.is_bad, self.names_axes):
            self.prepareGeometryChange()
            self.words, self.axes, self.is_bad, self.names_axes = said
            self._measure()
            self._tell()
            self.update()

    def show_signal(self, signal: Returning | None) -> None:
        """Show the error signal that comes back along the wire, or the plain wire."""
        if signal != self.signal:
            self.signal = signal
            self._tell()
            self.update()

    def show_mood(self, *, hovered: bool | None = None, selected: bool | None = None) -> None:
        """Show what the pointer does."""
        before = (self.hovered, self.selected)
        self.hovered = self.hovered if hovered is None else hovered
        self.selected = self.selected if selected is None else selected
        if before != (self.hovered, self.selected):
            self.update()

    @property
    def strips(self) -> list[QRectF]:
        """Narrow boxes along the line: all that its dots need drawn anew."""
        if self._strips is None:
            self._strips = along(self._path)
        return self._strips

    @property
    def line(self) -> QPainterPath:
        """The wire's line in the scene."""
        return self._path

    @property
    def ends(self) -> tuple[QPointF, QPointF]:
        """Where it begins and ends."""
        return self._start, self._end

    @property
    def is_straight(self) -> bool:
        """Whether it is as good as a straight line where little of it can be seen."""
        return not self._lift and self._end.x() >= self._start.x()

    @property
    def middle(self) -> QPointF:
        """The point halfway along."""
        return self._middle

    def is_within(self, box: QRectF) -> bool:
        """Whether the whole wire lies in a box."""
        return all(box.contains(point) for point in (self._start, self.middle, self._end))

    def boundingRect(self) -> QRectF:
        return self._bounds

    def _measure(self) -> None:
        """Find the middle and what is drawn on, once for each change: Qt asks for it often."""
        is_nowhere = self._path.isEmpty()
        self._middle = self._start if is_nowhere else self._path.pointAtPercent(0.5)
        wide = 1.6 * max(8.0, _widest(self._lines))  # letters grow when far
        high = 32 + 1.6 * _NAME_LINE * (len(self._lines) - 1)
        self.reach = self._path.controlPointRect()
        around = self.reach.adjusted(-8, -8, 8, 8)
        label = QRectF(0, 0, max(wide, 90.0) + 16, high + 44)
        label.moveCenter(self._middle - QPointF(0, (high - 32) / 2))
        self._bounds = around.united(label)
        size = QSizeF(wide, high - _LABEL_ABOVE + 2)
        letters = QRectF(self._middle - QPointF(wide / 2, high), size)
        self._letters = letters  # above the dots, so that these move without drawing letters anew
        self._strips = None

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(CATCH)
        return stroker.createStroke(self._path)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        tokens = self.theme.tokens
        if zoom < PLAIN:
            painter.setPen(QPen(ink(tokens.bad if self.is_bad else tokens.wire), 0))
            if self.is_straight:
                painter.drawLine(self._start, self._end)
            else:
                painter.drawPath(self._path)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_lit = self.hovered or self.selected
        colour = tokens.bad if self.is_bad else tokens.accent if is_lit else tokens.wire
        if is_lit:
            self._stroke(painter, colour, 8, opacity=0.2)
        if self.signal is None or self.is_bad:
            width = LINE_STRONG if zoom >= NO_WORDS else 1 / max(zoom, 0.01)
            self._stroke(painter, colour, width, dashed=self.is_bad)
        else:
            self._paint_signal(painter, self.signal)
        exposed: QRectF = option.exposedRect
        if (
            self.words
            and zoom >= NO_WORDS
            and exposed.intersects(self._letters)
            and (lines := self._fitting(zoom))
        ):
            self._label(painter, lines, self._scale(lines, zoom))
        if self.signal is not None and not self.is_bad and zoom >= NO_WORDS:
            self._paint_size(painter, self.signal, zoom)

    def _paint_signal(self, painter: QPainter, signal: Returning) -> None:
        """A band as wide as the signal is large, with a casing; dashed in the colour of what is bad if it is none."""
        tokens = self.theme.tokens
        if signal.is_good:
            self._stroke(painter, tokens.wire, signal.width + 2)
            self._stroke(painter, signal.colour, signal.width)
            return
        pen = QPen(ink(tokens.bad), LINE_STRONG)
        pen.setDashPattern([2.0, 3.0])
        painter.strokePath(self._path, pen)

    def _paint_size(self, painter: QPainter, signal: Returning, zoom: float) -> None:
        """The size of the signal in words below the middle of the wire, if there is room."""
        scale = fitted(signal.words, "figure", zoom, self._room - 8)
        if width_of_words(signal.words, "figure") * scale <= self._room - 4:
            tokens = self.theme.tokens
            at = self.middle + QPointF(0, _SIGNAL_BELOW + 3 * scale)
            colour = ink(tokens.t1 if signal.is_good else tokens.bad)
            letter_with_halo(painter, at, signal.words, colour, ink(tokens.canvas), scale)

    def _stroke(
        self,
        painter: QPainter,
        colour: str,
        width: float,
        *,
        opacity: float = 1.0,
        dashed: bool = False,
    ) -> None:
        pen = QPen(ink(colour, opacity), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if dashed:  # what does not fit is known without its colour too
            pen.setDashPattern([4.0, 3.0])
        painter.strokePath(self._path, pen)

    def _label(self, painter: QPainter, lines: tuple[str, ...], scale: float) -> None:
        tokens = self.theme.tokens
        centre = self.middle - QPointF(0, _LABEL_ABOVE)
        colour = ink(tokens.bad if self.is_bad else tokens.t2)
        for line in reversed(lines):
            letter_with_halo(painter, centre, line, colour, ink(tokens.canvas), scale)
            centre -= QPointF(0, _NAME_LINE * scale)

    @property
    def _lines(self) -> tuple[str, ...]:
        """The shape as it stands above the wire: in one line, or an axis a line."""
        return ("batch", *self.axes) if self.names_axes and self.axes else (self.words,)

    def _scale(self, lines: tuple[str, ...], zoom: float) -> float:
        widest = max(lines, key=lambda line: width_of_words(line, "figure"))
        return fitted(widest, "figure", zoom, self._room - 8)

    def _fitting(self, zoom: float) -> tuple[str, ...]:
        """As much of the shape as there is room for; the rest is in the tooltip alone."""
        for lines in (self._lines, (self.words,)):
            if _widest(lines) * self._scale(lines, zoom) <= self._room - 4:
                return lines
        return ()

    @property
    def _room(self) -> float:
        """What the shape has, in pixels: the way across, and a part of the way down."""
        return abs(self._end.x() - self._start.x()) + abs(self._end.y() - self._start.y()) / 2

    def _tell(self) -> None:
        flows = f": {self.words}" if self.words else ""
        flows += f"\nbatch × {' × '.join(self.axes)}" if self.axes else ""
        back = f"\n{self.signal.words} of the last layer's error signal" if self.signal else ""
        self.setToolTip(f"{self.edge.source} → {self.edge.target}{flows}{back}")
