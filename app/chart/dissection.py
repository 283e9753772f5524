"""The picture of one cell: the input with what the cell sees, its map, and x · w = product plane by plane, with Σ + b.

Arrow keys and presses on the map move to another cell; the numbers of a place stand under the pointer.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.chart.cell_parts import Dissection, Scene, paint_grid, paint_outside
from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, pen, width
from app.chart.tiles import image, packed, pixels, reach
from app.theme import Theme, ink, signed_table
from app.wording import number

Numbers = NDArray[np.floating]
EDGE, GAP, HEAD, FOOT = 12, 18, 44, 58  # px
PRESS = "Press a cell of a map in Activations, to see what it is made of"
NO_SUM = "This layer's numbers are no single sum of products: convolutions, dense layers, poolings and batch norm are."
THIN = 30  # px: what is a few cells high or wide, such as a sequence, is drawn at least so thick
SUMS = 88  # px: the column of sums
LARGEST = 52  # px: cells
ARROWS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the planes lie, and how large their cells are."""

    left: float
    top: float
    side: float
    shown: tuple[int, ...]  # which planes


class DissectionChart(QWidget):
    """Shows a cell. `moved(rows, columns)` asks for a neighbour, `picked(row, column)` for another of the map."""

    moved = Signal(int, int)
    picked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: Dissection | None = None
        self.empty = PRESS
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The cell taken apart")

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def show_cell(self, shown: Dissection | None) -> None:
        """Shows this from now on."""
        self.shown = shown
        self.setAccessibleDescription(f"{shown.head} = {number(shown.value)}" if shown else "")
        self.update()

    # -- where things are ---------------------------------------------------------------------------------------------

    @property
    def _side_room(self) -> float:
        """The width of the column at the left."""
        return min(max(96.0, self.width() * 0.24), (self.height() - HEAD) / 2 - 20, 340.0)

    def scene_box(self, scene: Scene, second: bool) -> QRectF:
        """Where the input, or the map below it, is drawn: as large as fits, in whole pixels a cell if it can be."""
        room = self._side_room
        high, wide = scene.values.shape
        zoom = min(room / wide, room / high)
        zoom = math.floor(zoom) if zoom >= 1 and math.floor(zoom) > 0.75 * zoom else zoom
        top = HEAD + 14 + (room + 24 if second else 0)
        across, down = (max(zoom, min(room, THIN) / count) for count in (wide, high))
        return QRectF(EDGE, round(top), round(wide * across), round(high * down))

    def places(self) -> _Places | None:
        """Where the planes lie; as many are shown as there is room for, those with the largest sums."""
        if self.shown is None or not self.shown.planes:
            return None
        planes = self.shown.planes
        left = EDGE + (self._side_room + GAP if self.shown.source or self.shown.map else 0) + 12
        high, wide = planes[0].x.shape
        room = self.width() - left - EDGE - SUMS - 2 * GAP
        tall = self.height() - HEAD - FOOT - 18
        side = min(LARGEST, room / (3 * wide), tall / high)
        fit = max(1, int(tall // (high * side + 8)))
        while fit < len(planes) and side > 7 and fit < 3:
            side -= 1
            fit = max(1, int(tall // (high * side + 8)))
        side = float(math.floor(side)) if side >= 4 else max(0.5, side)
        order = sorted(range(len(planes)), key=lambda place: -abs(planes[place].total))
        chosen = order[: fit if fit >= len(planes) else max(1, fit)]
        return _Places(left, HEAD + 18, side, tuple(sorted(chosen)))

    def grid(self, places: _Places, row: int, column: int) -> QRectF:
        """The box of x (0), w (1) or the products (2) of a plane that is shown."""
        high, wide = self.shown.planes[0].x.shape if self.shown else (1, 1)
        across = wide * places.side + GAP
        down = high * places.side + 8
        return QRectF(
            places.left + column * across,
            places.top + row * down,
            wide * places.side,
            high * places.side,
        )

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
            drawing = Drawing(painter, self.theme.tokens)
            if self.shown is None:
                room, colour = self.width() - 2 * EDGE, drawing.tokens.t3
                drawing.paragraph((EDGE, 24), self.empty, room, colour)
                return
            self._table = packed(signed_table(self.theme.tokens))
            self._paint_head(drawing, self.shown)
            for scene, second in ((self.shown.source, False), (self.shown.map, True)):
                if scene is not None:
                    self._paint_scene(drawing, scene, second)
            if (places := self.places()) is not None:
                self._paint_planes(drawing, self.shown, places)
                self._paint_formula(drawing, self.shown, places)
            else:
                self._paint_why(drawing)

    def _paint_why(self, drawing: Drawing) -> None:
        """Why there are no products."""
        left = EDGE + self._side_room + GAP
        drawing.paragraph((left, HEAD + 26), NO_SUM, self.width() - left - EDGE, drawing.tokens.t3)

    def _paint_head(self, drawing: Drawing, shown: Dissection) -> None:
        tokens, room = drawing.tokens, self.width() - 2 * EDGE
        words = f"{shown.head} = {number(shown.value, 5)}"
        drawing.text(EDGE, 16, elided(words, room, "note", 600), tokens.t1, weight=600)
        drawing.text(EDGE, 32, elided(shown.said, room), tokens.t2)

    def _paint_scene(self, drawing: Drawing, scene: Scene, second: bool) -> None:
        box, tokens, painter = self.scene_box(scene, second), drawing.tokens, drawing.painter
        words = f"{scene.title} {scene.size}"
        if width(words) > self._side_room + GAP:
            words = elided(scene.title, self._side_room + GAP)
        drawing.text(EDGE, box.top() - 4, words, tokens.t2)
        cells = scene.pixels
        if cells is None:
            cells = pixels(scene.values, self._table, reach(scene.values))
        drawing.smooth(False)
        painter.drawImage(box, image(np.ascontiguousarray(cells)))
        high, wide = scene.values.shape
        top, bottom, left, right = scene.box
        x, y = box.width() / wide, box.height() / high
        frame = QRectF(
            box.left() + left * x,
            box.top() + top * y,
            (right - left + 1) * x,
            (bottom - top + 1) * y,
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(tokens.s1, 4))
        painter.drawRect(frame.adjusted(-1, -1, 1, 1))
        painter.setPen(pen(tokens.accent, 2))
        painter.drawRect(frame.adjusted(-1, -1, 1, 1))

    def _paint_planes(self, drawing: Drawing, shown: Dissection, places: _Places) -> None:
        tokens = drawing.tokens
        planes = [shown.planes[place] for place in places.shown]
        parts = [(p.x, p.w, p.x * p.w) for p in shown.planes]
        ends = [reach(np.concatenate([p[column].ravel() for p in parts])) for column in range(3)]
        names = (("window x", "x"), ("weights w", "w"), ("product", "x·w"))
        for column, (long, short) in enumerate(names):
            head = self.grid(places, 0, column)
            words = long if width(long) < head.width() + GAP - 4 else short
            drawing.text(head.center().x(), places.top - 6, words, tokens.t2, align=MIDDLE)
        for row, plane in enumerate(planes):
            boxes = [self.grid(places, row, column) for column in range(3)]
            for column, (values, box) in enumerate(
                zip((plane.x, plane.w, plane.x * plane.w), boxes, strict=True)
            ):
                paint_grid(drawing, values, box, (self._table, ends[column]))
                if column != 1:
                    paint_outside(drawing, plane.inside | ~np.isfinite(values), box)
            middle = boxes[0].center().y() + 4
            drawing.text(boxes[0].left() - 5, middle, plane.name, tokens.t2, align=RIGHT)
            for box, sign in ((boxes[0], "×"), (boxes[1], "=")):
                drawing.text(box.right() + GAP / 2, middle, sign, tokens.t3, align=MIDDLE)
            total = f"Σ {number(plane.total, 4)}"
            drawing.text(boxes[2].right() + 8, middle, total, tokens.t1, "figure")

    def _paint_formula(self, drawing: Drawing, shown: Dissection, places: _Places) -> None:
        tokens = drawing.tokens
        y = self.height() - 26
        left = places.left - 12
        hidden = len(shown.planes) - len(places.shown)
        if hidden:
            rest = sum(p.total for i, p in enumerate(shown.planes) if i not in places.shown)
            words = f"and {hidden} more channel{'s' if hidden > 1 else ''}: Σ {number(rest, 4)}"
            drawing.text(left, y - 16, elided(words, self.width() - left), tokens.t3)
        sign = "−" if shown.bias < 0 else "+"
        total, bias = number(shown.total - shown.bias, 5), number(abs(shown.bias), 5)
        end = drawing.text(left, y, f"Σ of {shown.count:,} w·x", tokens.t2)
        end = drawing.text(end + 8, y, f"= {total}", tokens.t1, "figure")
        end = drawing.text(end + 8, y, f"{sign} b", tokens.t2)
        end = drawing.text(end + 8, y, bias, tokens.t1, "figure")
        mark = "= the cell" if shown.agrees else f"but the cell is {number(shown.value, 5)}"
        colour = tokens.ok if shown.agrees else tokens.bad
        whole = f"together {number(shown.total, 5)}"
        room = self.width() - end - 24 - width(whole, "figure") - width(mark, "note", 500)
        left, y = (end + 16, y) if room > 0 else (left, y + 17)
        end = drawing.text(left, y, whole, tokens.t1, "figure")
        drawing.text(end + 8, y, mark, colour, weight=500)

    # -- pointer and keys ---------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS and self.shown is not None:
            self.moved.emit(*ARROWS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scene = self.shown.map if self.shown else None
        if scene is None:
            return
        box, place = self.scene_box(scene, second=True), event.position()
        if box.contains(place):
            high, wide = scene.values.shape
            row = int((place.y() - box.top()) / box.height() * high)
            column = int((place.x() - box.left()) / box.width() * wide)
            self.picked.emit(min(row, high - 1), min(column, wide - 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = self.words_at(event.position())
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
        else:
            QToolTip.hideText()

    def words_at(self, place: QPointF) -> str:
        """The numbers of the place of the window that lies under a point."""
        places = self.places()
        if places is None or self.shown is None:
            return ""
        for row, number_of in enumerate(places.shown):
            plane = self.shown.planes[number_of]
            for column in range(3):
                box = self.grid(places, row, column)
                if box.contains(place):
                    i = min(int((place.y() - box.top()) / places.side), plane.x.shape[0] - 1)
                    j = min(int((place.x() - box.left()) / places.side), plane.x.shape[1] - 1)
                    x, w = float(plane.x[i, j]), float(plane.w[i, j])
                    if math.isnan(x):
                        return ""
                    where = "" if plane.inside[i, j] else " (padding)"
                    return f"{number(x, 4)}{where} × {number(w, 4)} = {number(x * w, 4)}"
        return ""
