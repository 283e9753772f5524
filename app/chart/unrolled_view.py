"""The widget that unrolls a recurrent layer: one weight drawn once, a copy of the cell at each step, joined by threads.

Press a copy, or walk with the arrow keys, to look at its step; over a weight all of its threads light up.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, pen
from app.chart.tiles import image, packed, pixels
from app.chart.unrolled_sheet import UnrolledSheet, places, strength
from app.controls.surface import rounded
from app.theme import Theme, ink
from app.theme.colormaps import signed_table, viridis_table

SLOT, BOX, EDGE = 62.0, 40.0, 56.0  # px from copy to copy, a copy, and room beside them
WEIGHT = (76.0, 30.0)  # px, of the box of a weight
CELL_HIGH, THREAD = (
    84.0,
    120.0,
)  # px: the highest copy, and the longest way from a weight to the copies
BELOW = 36.0  # px below a copy, for what comes in
PLACES = {"W_xh": 0.2, "W_hh": 0.5, "W_hy": 0.8}  # of the boxes of the weights, along the width


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that is drawn: which step it is, and where. A gap between two is a step of −1."""

    step: int
    box: QRectF


class UnrolledView(QWidget):
    """Shows the sheet last given; `chosen(step)` when a copy is pressed, `opened(step)` at a double click."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: UnrolledSheet | None = None
        self.empty = ""
        self._glows = ""  # the weight under the pointer
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def show_sheet(self, shown: UnrolledSheet | None, empty: str = "") -> None:
        """Shows this from now on."""
        self.shown, self.empty = shown, empty
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    def copies(self) -> list[Copy]:
        """The copies that have room: around the one that is looked at, the first and the last always."""
        if self.shown is None:
            return []
        steps = len(self.shown.states)
        most = max(3, int((self.width() - 2 * EDGE) // SLOT) + 1)
        top, high = self._band()
        wide = (self.width() - 2 * EDGE) / max(1, min(most, steps) - 1) if steps > 1 else 0.0
        wide = min(wide, 1.6 * SLOT)
        left = (self.width() - wide * (min(most, steps) - 1)) / 2
        return [
            Copy(step, QRectF(left + place * wide - BOX / 2, top, BOX, high))
            for place, step in enumerate(places(steps, most, self.shown.chosen))
        ]

    def _band(self) -> tuple[float, float]:
        """The top and height of the row of copies."""
        high = min(CELL_HIGH, max(34.0, self.height() - 150.0))
        return (self.height() - high - BELOW) / 2 + 6, high

    def weight_boxes(self) -> dict[str, QRectF]:
        """Where each weight is drawn: W_xh below the copies, the others above."""
        if self.shown is None:
            return {}
        (wide, high), (top, row) = WEIGHT, self._band()
        above = max(6.0, top - THREAD - high)
        below = min(self.height() - high - 6.0, top + row + BELOW + THREAD)
        found = {}
        for weight in self.shown.weights:
            at = self.width() * PLACES.get(weight.name, 0.5)
            y = below if weight.name == "W_xh" else above
            found[weight.name] = QRectF(at - wide / 2, y, wide, high)
        return found

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            drawing, shown = Drawing(painter, tokens), self.shown
            drawing.smooth(True)
            if shown is None:
                middle = QPointF(self.rect().center())
                drawing.text(middle.x(), middle.y(), self.empty, tokens.t3, "label", MIDDLE)
                return
            copies = self.copies()
            self._paint_threads(drawing, copies, shown)
            for place, copy in enumerate(copies):
                before = copies[place - 1] if place else None
                self._paint_link(drawing, before, copy, shown)
            for copy in copies:
                if copy.step < 0:
                    middle = copy.box.center()
                    drawing.text(middle.x(), middle.y() + 4, "…", tokens.t2, "title", MIDDLE)
                else:
                    self._paint_copy(drawing, copy, shown)
            self._paint_weights(drawing, shown)

    def _paint_weights(self, drawing: Drawing, shown: UnrolledSheet) -> None:
        sizes = {weight.name: weight.size for weight in shown.weights}
        for name, box in self.weight_boxes().items():
            colour = self._colour(name)
            rounded(drawing.painter, box, 6, drawing.tokens.s2, colour)
            lower = 0 if sizes[name] else 6
            drawing.text(
                box.center().x(), box.top() + 13 + lower, name, colour, "note", MIDDLE, weight=600
            )
            drawing.text(
                box.center().x(), box.top() + 25, sizes[name], drawing.tokens.t3, "tick", MIDDLE
            )

    def _colour(self, name: str) -> str:
        series = self.theme.tokens.series
        return {"W_xh": series[0], "W_hh": series[3], "W_hy": series[2]}.get(name, series[0])

    def _paint_threads(self, drawing: Drawing, copies: list[Copy], shown: UnrolledSheet) -> None:
        """From each weight to its place at every copy: strong where the step adds much to its gradient."""
        boxes = self.weight_boxes()
        for weight in shown.weights:
            box = boxes[weight.name]
            below = weight.name == "W_xh"
            start = QPointF(box.center().x(), box.top() if below else box.bottom())
            for place, copy in enumerate(copies):
                if copy.step < 0 or (end := self._end(weight.name, copies, place, shown)) is None:
                    continue
                share = weight.shares[copy.step] if copy.step < len(weight.shares) else np.nan
                bright = strength(float(share))
                glows = self._glows == weight.name
                thread = pen(
                    self._colour(weight.name), 2.0 if glows else 1.2, (), 1.0 if glows else bright
                )
                drawing.painter.setPen(thread)
                drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
                drawing.painter.drawPath(_bend(start, end))

    def _end(
        self, name: str, copies: list[Copy], place: int, shown: UnrolledSheet
    ) -> QPointF | None:
        """Where the thread of a weight ends at a copy: at what comes in, on the way from copy to copy, or goes out."""
        box = copies[place].box
        if name == "W_xh":
            return QPointF(box.center().x(), box.bottom() + BELOW)
        if name == "W_hy":
            last = copies[place].step == (0 if shown.backward else len(shown.states) - 1)
            if shown.predicts == "every step" or last:
                return QPointF(box.center().x(), box.top() - 12)
            return None
        neighbour = place + 1 if shown.backward else place - 1
        if 0 <= neighbour < len(copies):
            return QPointF(
                (box.center().x() + copies[neighbour].box.center().x()) / 2, box.center().y()
            )
        return None  # nothing comes before the first

    def _paint_link(
        self, drawing: Drawing, before: Copy | None, copy: Copy, shown: UnrolledSheet
    ) -> None:
        if before is None:
            return
        y = copy.box.center().y()
        ends = (before.box.right() + 2, copy.box.left() - 2)
        start, end = ends[::-1] if shown.backward else ends
        drawing.line((start, y), (end, y), drawing.tokens.wire, 1.6)
        _arrow(drawing, QPointF(end, y), QPointF(-1 if shown.backward else 1, 0))

    def _paint_copy(self, drawing: Drawing, copy: Copy, shown: UnrolledSheet) -> None:
        box, tokens, step = copy.box, drawing.tokens, copy.step
        is_chosen = step == shown.chosen
        x, below = box.center().x(), box.bottom()
        drawing.line((x, below + 18), (x, below + 2), tokens.wire, 1.6)
        _arrow(drawing, QPointF(x, below + 3), QPointF(0, -1))
        rounded(drawing.painter, box, 6, tokens.s2, tokens.accent if is_chosen else tokens.line2)
        inner = box.adjusted(5, 5, -5, -10)
        drawing.painter.drawImage(inner, self._state(shown, step))
        share = float(shown.arrives[step]) if step < len(shown.arrives) else float("nan")
        if not np.isnan(share):
            red, green, blue = viridis_table()[int(np.clip(share, 0, 1) * 255)].tolist()
            bar = QRectF(inner.left(), box.bottom() - 8, inner.width(), 4)
            drawing.fill(bar, f"#{red:02x}{green:02x}{blue:02x}")
        text = shown.inputs[step] if step < len(shown.inputs) else ""
        drawing.text(x, below + 30, elided(text, SLOT - 4, "figure"), tokens.t1, "figure", MIDDLE)
        drawing.text(
            box.left() - 3,
            box.top() - 3,
            f"{step + 1}",
            tokens.t1 if is_chosen else tokens.t3,
            "tick",
            RIGHT,
        )
        last = step == (0 if shown.backward else len(shown.states) - 1)
        if shown.predicts == "every step" or (shown.predicts == "the end" and last):
            drawing.line((x, box.top() - 2), (x, box.top() - 18), tokens.wire, 1.6)
            _arrow(drawing, QPointF(x, box.top() - 18), QPointF(0, -1))

    def _state(self, shown: UnrolledSheet, step: int) -> QImage:
        """The state of a step as a block of its units, orange to blue."""
        units = shown.states[step]
        columns = int(np.ceil(np.sqrt(len(units) / 2)))
        rows = int(np.ceil(len(units) / columns))
        block = np.full(rows * columns, np.nan)
        block[: len(units)] = units
        table = packed(signed_table(self.theme.tokens))
        return image(np.ascontiguousarray(pixels(block.reshape(rows, columns), table, shown.end)))

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def _step_at(self, place: QPointF) -> int | None:
        near = (
            c
            for c in self.copies()
            if c.step >= 0 and c.box.adjusted(-6, -20, 6, 34).contains(place)
        )
        return next((copy.step for copy in near), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        boxes = self.weight_boxes().items()
        glows = next((name for name, box in boxes if box.contains(event.position())), "")
        if glows != self._glows:
            self._glows = glows
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self._step_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and step is not None:
            self.chosen.emit(step)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        step = self._step_at(event.position())
        if step is not None:
            self.opened.emit(step)

    def leaveEvent(self, event: QEvent) -> None:
        self._glows = ""
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if away is None or self.shown is None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.shown is not None:
                self.opened.emit(self.shown.chosen)
            else:
                super().keyPressEvent(event)
            return
        self.chosen.emit(min(max(self.shown.chosen + away, 0), len(self.shown.states) - 1))


def _bend(start: QPointF, end: QPointF) -> QPainterPath:
    path = QPainterPath(start)
    half = (start.y() + end.y()) / 2
    path.cubicTo(QPointF(start.x(), half), QPointF(end.x(), half), end)
    return path


def _arrow(drawing: Drawing, tip: QPointF, way: QPointF) -> None:
    side, back = QPointF(-way.y(), way.x()) * 3.0, tip - way * 5.0
    path = QPainterPath(tip)
    path.lineTo(back + side)
    path.lineTo(back - side)
    path.closeSubpath()
    drawing.painter.fillPath(path, ink(drawing.tokens.wire))
