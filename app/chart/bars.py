"""One bar a layer on a fixed axis of powers of ten, with ghosts, zones, and names that never overlap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.axes import GUTTER_LEFT, GUTTER_RIGHT, TALL, Frame, paint_empty
from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, width
from app.chart.figure import Readout
from app.chart.readout import paint_box
from app.chart.scale import Scale
from app.controls.mark import State, draw_mark
from app.theme import Theme, ink

WIDEST, GAP = 28.0, 16.0  # px: a bar, and what lies between bars where there is room
UPRIGHT = 64.0  # px: room for names that read upwards
SLOT = 12.0  # px: what a name that reads upwards takes
IMPORTANT = 3  # figures that get room before all others
HIGHEST_LIFT = 48.0  # px: a figure further above its bar would not be seen as its own
FADED = 0.62  # of bars that are not selected


@dataclass(frozen=True, slots=True)
class Bar:
    """One layer: its value as a power of ten. Beyond the axis: −∞ is zero, +∞ infinity, NaN not a number."""

    name: str
    power: float
    text: str  # written above it
    ghost: float | None = None  # the power it had at the first step
    readout: Readout | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the axis with a name at the right, tinted unless it is where values should be."""

    low: float
    high: float
    name: str
    state: State
    opacity: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """All that is shown; `verdict` is a sentence with its mark."""

    bars: tuple[Bar, ...]
    axis: Scale  # powers of ten
    zones: tuple[Zone, ...]
    quantity: str
    verdict: str = ""
    state: State = "none"
    empty: str = ""
    selected: str = ""


class BarChart(QWidget):
    """Shows bars; `picked(name)` when one is pressed. Arrow keys walk along them, Enter picks."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Bars | None = None
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
        top = 62 if self.height() > TALL else 56
        wide = max(40, self.width() - GUTTER_LEFT - GUTTER_RIGHT)
        rows = self._rows(shown, wide)
        longest = max((width(bar.name, "note", 600) for bar in shown.bars), default=0.0)
        low = 34 if rows == 1 else 48 if rows == 2 else min(longest, UPRIGHT) + 24
        high = max(30, self.height() - top - low)
        return Frame(QRectF(GUTTER_LEFT, top, wide, high), Scale(0, 1), shown.axis)

    def _rows(self, shown: Bars, wide: float) -> int:
        """In how many rows the names lie, turn by turn: one or two; 0 if they must stand upright."""
        slot = wide / max(1, len(shown.bars))
        longest = max((width(bar.name, "note", 600) for bar in shown.bars), default=0.0)
        return 1 if longest <= slot - 4 else 2 if longest <= 2 * slot - 4 else 0

    def _box(self, frame: Frame, place: int, power: float) -> QRectF:
        """The bar at a place, from the bottom of the frame up to its power."""
        slot = frame.box.width() / max(1, len(self.shown.bars) if self.shown else 1)
        thick = max(2.0, min(WIDEST, slot - min(GAP, slot * 0.35)))
        top = float(frame.top(power))
        left = frame.box.left() + slot * place + (slot - thick) / 2
        return QRectF(left, top, thick, max(1.0, frame.box.bottom() - top))

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
            painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
            if self.shown is not None:
                self._paint(Drawing(painter, self.theme.tokens), self.shown)

    def _paint(self, drawing: Drawing, shown: Bars) -> None:
        frame = self.frame(shown)
        _paint_zones(drawing, frame, shown)
        _paint_grid(drawing, frame)
        self._paint_head(drawing, shown)
        if not shown.bars:
            paint_empty(drawing, frame, shown.empty)
            return
        drawing.smooth(True)
        for place, bar in enumerate(shown.bars):
            self._paint_bar(drawing, frame, place, bar)
        self._paint_values(drawing, frame, shown)
        self._paint_names(drawing, frame, shown)
        self._paint_readout(drawing, frame, shown)

    def _paint_head(self, drawing: Drawing, shown: Bars) -> None:
        """The verdict with its mark, and what is drawn."""
        tokens, y = drawing.tokens, 17.0
        if shown.verdict:
            draw_mark(drawing.painter, tokens, shown.state, QPointF(17, y - 4))
            drawing.text(28, y, elided(shown.verdict, self.width() - 40), tokens.t1)
            y += 19
        drawing.text(12, y, shown.quantity, tokens.t2)
        if any(bar.ghost is not None for bar in shown.bars):
            end = self.width() - 12 - width("at step 0")
            drawing.text(end, y, "at step 0", tokens.t2)
            drawing.line((end - 22, y - 4), (end - 6, y - 4), tokens.t1, 1.5, (3, 2), 0.75)

    def _paint_bar(self, drawing: Drawing, frame: Frame, place: int, bar: Bar) -> None:
        shown, painter, tokens = self.shown, drawing.painter, drawing.tokens
        full = shown is not None and bar.name == shown.selected
        inside = frame.y.low <= bar.power <= frame.y.high
        painter.setPen(Qt.PenStyle.NoPen)
        if inside:
            opacity = 1.0 if full else 0.82 if place == self._under else FADED
            painter.setBrush(ink(tokens.gradient, opacity))
            painter.drawRoundedRect(self._box(frame, place, bar.power), 2, 2)
        else:
            painter.setBrush(ink(tokens.bad))
            painter.drawPolygon(_arrow(frame, self._box(frame, place, frame.y.low), bar.power))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if bar.ghost is not None:
            box = self._box(frame, place, bar.ghost)
            reach = min(4.0, GAP / 4)
            start, end = (box.left() - reach, box.top()), (box.right() + reach, box.top())
            drawing.line(start, end, tokens.t1, 1.5, (3, 2), 0.75)

    def _paint_values(self, drawing: Drawing, frame: Frame, shown: Bars) -> None:
        """The figures above the bars, the most important first, as far as none touches a bar or another figure."""
        tops = [self._top(frame, place, bar) for place, bar in enumerate(shown.bars)]
        taken: list[QRectF] = []
        for rank, place in enumerate(_by_weight(shown)):
            bar = shown.bars[place]
            lift = 5 if frame.y.low <= bar.power <= frame.y.high else 13
            wide = width(bar.text, "figure") + 4
            for room in _rooms(frame, tops, place, (wide, lift), rank < IMPORTANT):
                if not any(room.intersects(other) for other in (*taken, *tops)):
                    taken.append(room)
                    left, y = room.left() + 2, room.bottom() - 1
                    drawing.text(left, y, bar.text, drawing.tokens.t1, "figure", halo=True)
                    break

    def _top(self, frame: Frame, place: int, bar: Bar) -> QRectF:
        """What a bar and its ghost cover."""
        if not frame.y.low <= bar.power <= frame.y.high:
            return self._box(frame, place, frame.y.high if bar.power > 0 else frame.y.low)
        powers = [p for p in (bar.power, bar.ghost) if p is not None and p >= frame.y.low]
        return self._box(frame, place, max(powers, default=frame.y.low))

    def _paint_names(self, drawing: Drawing, frame: Frame, shown: Bars) -> None:
        bottom, rows = frame.box.bottom(), self._rows(shown, frame.box.width())
        free: list[float] = []
        for place in _by_weight(shown):
            name = shown.bars[place].name
            x = self._box(frame, place, frame.y.low).center().x()
            chosen = name == shown.selected
            colour, weight = (drawing.tokens.t1, 600) if chosen else (drawing.tokens.t2, 0)
            if rows:
                row = bottom + (16 if place % rows == 0 else 29)
                drawing.text(x, row, name, colour, "note", MIDDLE, weight=weight)
            elif all(abs(x - other) >= SLOT for other in free):
                free.append(x)
                short = elided(name, UPRIGHT, "note", weight)
                drawing.upright(x + 4, bottom + 6, short, colour, weight)
        row = self.height() - 4.0
        drawing.text(frame.box.left(), row, "input", drawing.tokens.t3, "note")
        drawing.text(frame.box.right(), row, "output", drawing.tokens.t3, "note", RIGHT)

    def _paint_readout(self, drawing: Drawing, frame: Frame, shown: Bars) -> None:
        if self._under is None or self._under >= len(shown.bars):
            return
        readout = shown.bars[self._under].readout
        if readout is not None:
            box = self._box(frame, self._under, frame.y.low)
            paint_box(drawing, readout, box.center().x(), frame.box)

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

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars: Sequence[Bar] = self.shown.bars if self.shown else ()
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if away is not None and bars:
            start = -1 if self._under is None else self._under
            self._point_at(min(max(start + away, 0), len(bars) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._under is not None:
            self.picked.emit(bars[self._under].name)
        else:
            super().keyPressEvent(event)


def _paint_zones(drawing: Drawing, frame: Frame, shown: Bars) -> None:
    colours = {"ok": drawing.tokens.ok, "watch": drawing.tokens.watch, "bad": drawing.tokens.bad}
    for zone in shown.zones:
        high, low = min(zone.high, frame.y.high), max(zone.low, frame.y.low)
        if high <= low:
            continue
        colour = colours.get(zone.state, drawing.tokens.t3)
        top, bottom = float(frame.top(high)), float(frame.top(low))
        if zone.opacity:
            box = QRectF(frame.box.left(), top, frame.box.width(), bottom - top)
            drawing.fill(box, colour, zone.opacity)
        middle = float(frame.top(0.0)) if zone.state == "ok" else (top + bottom) / 2
        drawing.text(frame.box.right() + 8, middle + 4, zone.name, colour)


def _paint_grid(drawing: Drawing, frame: Frame) -> None:
    """Whole powers of ten, with a dashed line at 1."""
    box, tokens = frame.box, drawing.tokens
    drawing.smooth(False)
    for power in frame.y.ticks(int(box.height() // 21)):
        if power == round(power):
            y = float(frame.top(power))
            dashes, colour = ((3.0, 3.0), tokens.line3) if power == 0 else ((), tokens.grid)
            drawing.line((box.left(), y), (box.right(), y), colour, 1, dashes)
            text = f"10^{power:.0f}".replace("-", "−") if power else "1"
            drawing.text(box.left() - 8, round(y) + 4, text, tokens.t3, "figure", RIGHT)
    drawing.line((box.left(), box.bottom()), (box.right(), box.bottom()), tokens.line2)


def _by_weight(shown: Bars) -> list[int]:
    """Places in the order in which they get room for words: selected, last, first, lowest, then the others."""
    count = len(shown.bars)
    chosen = [place for place, bar in enumerate(shown.bars) if bar.name == shown.selected]
    lowest = min(range(count), key=lambda place: shown.bars[place].power)
    return list(dict.fromkeys([*chosen, count - 1, 0, lowest, *range(count)]))


def _rooms(
    frame: Frame, tops: Sequence[QRectF], place: int, size: tuple[float, float], important: bool
) -> Iterator[QRectF]:
    """Where the figure of a bar may stand: on its middle, flush with a side of it,
    or, if it is important, above its taller neighbours.
    """
    bar, (wide, lift) = tops[place], size
    low = frame.box.left() - 2
    for left in (bar.center().x() - wide / 2, bar.right() + 2 - wide, bar.left() - 2):
        room = QRectF(left, max(bar.top() - lift, frame.box.top() - 3) - 10, wide, 11)
        if left >= low:
            yield room
    room = QRectF(max(low, bar.center().x() - wide / 2), 0, wide, 11)
    over = min(o.top() for o in tops if o.right() > room.left() and o.left() < room.right())
    if important and bar.top() - over < HIGHEST_LIFT:
        room.moveTop(max(over - lift, frame.box.top() - 3) - 10)
        yield room


def _arrow(frame: Frame, box: QRectF, power: float) -> QPolygonF:
    """A triangle at the end of the axis beyond which the value lies."""
    x, up = box.center().x(), power > 0
    tip = frame.box.top() + 2 if up else frame.box.bottom() - 2
    base = tip + (7 if up else -7)
    return QPolygonF([QPointF(x, tip), QPointF(x + 5, base), QPointF(x - 5, base)])
