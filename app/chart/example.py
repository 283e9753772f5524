"""One example and what the network says of it: its picture, its name, the truth, and a bar for each class."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import RIGHT, Drawing, elided, pen, width
from app.chart.tiles import Layout, picture, tiled
from app.theme import Theme, ink

WIDE, WIDE_LOW = 98, 82  # px
NAME_EDGE = 15  # px: what a bar has beside its name and figure
WIDEST = 144  # px: as wide as the longest name of a class may make it
ROW, BAR = 20, 16  # px: distance and height of the bars of classes


@dataclass(frozen=True, slots=True)
class Class:
    """A class or value that is predicted: its share of the bar, its figure in words, and whether it is the truth."""

    name: str
    share: float
    text: str
    true: bool


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What is shown. `values` is an image (channels, height, width) or a row; `among` are others, for points."""

    values: NDArray[np.floating]
    title: str
    truth: str
    classes: tuple[Class, ...] = ()
    among: NDArray[np.floating] | None = None  # (points, 2)
    labels: NDArray[np.int64] | None = None  # (points,) their classes


class ExampleCard(QWidget):
    """Shows one example, 96 pixels wide (80 in a low dock), and names of classes that may need more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.example: Example | None = None
        self._key: object = None
        self._kept = QImage()
        self._side = WIDE  # of the picture
        self._longest = 0  # width of the names so far: it does not follow each example
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The chosen example")
        self.narrow(low=False)

    def narrow(self, *, low: bool) -> None:
        """Makes room in a low dock."""
        self._side = WIDE_LOW if low else WIDE
        self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(max(self._side, min(WIDEST, self._longest)))

    def sizeHint(self) -> QSize:
        return QSize(WIDE, 300)

    def show_example(self, example: Example | None) -> None:
        """Shows this from now on."""
        self.example = example
        self.setAccessibleDescription(f"{example.title}, {example.truth}" if example else "")
        self._longest = max(self._longest, _needed(example)) if example else 0
        self._fit()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
            if self.example is not None:
                self._paint(Drawing(painter, self.theme.tokens), self.example)

    def _paint(self, drawing: Drawing, example: Example) -> None:
        wide, tokens = self.width(), drawing.tokens
        y = 10 + self._paint_values(drawing, example, self._side) + 16
        if example.title:
            for line in wrapped(example.title, wide):
                drawing.text(0, y, line, tokens.t1, weight=500)
                y += 15
        drawing.text(0, y, elided(example.truth, wide), tokens.t2)
        y += 12
        for entry in example.classes[: max(1, int((self.height() - y) // ROW))]:
            _paint_class(drawing, entry, QRectF(0, y, wide, BAR))
            y += ROW

    def _paint_values(self, drawing: Drawing, example: Example, wide: int) -> int:
        """The example itself; returns how high it is."""
        values, tokens = example.values, drawing.tokens
        if values.ndim == 3 and len(values) in (1, 3):
            high_px, wide_px = values.shape[1:]
            fits = (wide - 2) / max(high_px, wide_px)
            zoom = int(fits) if int(fits) >= 0.75 * fits else fits
            layout = Layout(1, 1, max(1, int(wide_px * zoom)), max(1, int(high_px * zoom)))
            box = QRectF(0, 10, *layout.size)  # at odd pixel ratios the picture is a little larger
            drawing.painter.drawImage(box, self._picture(values, layout))
            return layout.size[1]
        box = QRectF(0.5, 10.5, wide - 1, wide - 1)
        drawing.painter.setPen(pen(tokens.line2, 1))
        drawing.painter.drawRect(box)
        if values.size == 2:
            _paint_points(drawing, example, box)
        else:
            _paint_row(drawing, values.ravel(), box)
        return wide

    def _picture(self, values: NDArray[np.floating], layout: Layout) -> QImage:
        """The picture of an image, kept as long as the same example is shown in the same way."""
        tokens, ratio = self.theme.tokens, self.devicePixelRatioF()
        key = (values.tobytes(), layout, ratio, tokens.name)
        if key != self._key:
            self._key = key
            shown = picture(values)[None]
            self._kept = tiled(shown, layout, tokens.line2, tokens.s1, ratio)
        return self._kept


def _needed(example: Example) -> int:
    """How many pixels the truth and the names of classes with their figures take."""
    rows = (
        width(entry.name) + NAME_EDGE + width(entry.text, "figure") for entry in example.classes
    )
    return ceil(max((width(example.truth), *rows))) + 1


def wrapped(text: str, room: float) -> list[str]:
    """A title in at most two lines; the second one ends in an ellipsis where the room ends."""
    words, first = text.split(), ""
    while words and width(f"{first} {words[0]}".strip(), "note", 500) <= room:
        first = f"{first} {words.pop(0)}".strip()
    rest = elided(" ".join(words), room, "note", 500)
    return [line for line in (first, rest) if line]


def _paint_class(drawing: Drawing, entry: Class, box: QRectF) -> None:
    tokens, painter = drawing.tokens, drawing.painter
    drawing.smooth(True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(tokens.s3))
    painter.drawRoundedRect(box, 3, 3)
    filled = QRectF(box.left(), box.top(), max(3.0, box.width() * entry.share), box.height())
    painter.setBrush(ink(tokens.train if entry.true else tokens.line3, 0.55))
    painter.drawRoundedRect(filled, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if entry.true:
        painter.setPen(pen(tokens.train, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    y = box.top() + 12
    name = elided(entry.name, box.width() - NAME_EDGE - width(entry.text, "figure"))
    drawing.text(box.left() + 6, y, name, tokens.t1)
    drawing.text(box.right() - 5, y, entry.text, tokens.t1, "figure", RIGHT)


def _paint_points(drawing: Drawing, example: Example, box: QRectF) -> None:
    """A point of the plane among others of its data set."""
    point, painter, tokens = example.values.ravel(), drawing.painter, drawing.tokens
    cloud = point[None] if example.among is None else np.vstack([example.among, point])
    middle = (cloud.max(0) + cloud.min(0)) / 2
    half = max(float((cloud.max(0) - cloud.min(0)).max()) / 2 * 1.1, 1e-9)
    places = (cloud - middle) / half * [1, -1] * (box.width() / 2) + [
        box.center().x(),
        box.center().y(),
    ]
    drawing.smooth(True)
    if example.labels is not None:
        for label in np.unique(example.labels):
            chosen = places[:-1][example.labels == label]
            painter.setPen(pen(tokens.series[int(label) % len(tokens.series)], 2.5, opacity=0.6))
            painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in chosen.tolist()]))
    painter.setPen(pen(tokens.t1, 2))
    painter.drawEllipse(QPointF(*places[-1].tolist()), 4.5, 4.5)


def _paint_row(drawing: Drawing, values: NDArray[np.floating], box: QRectF) -> None:
    """Bars from the middle, orange below zero and blue above."""
    end = float(np.abs(np.nan_to_num(values)).max()) or 1.0
    slot = box.width() / len(values)
    for place, value in enumerate(np.nan_to_num(values).tolist()):
        high = abs(value) / end * box.height() / 2
        top = box.center().y() - (high if value > 0 else 0)
        colour = drawing.tokens.positive if value > 0 else drawing.tokens.negative
        drawing.fill(QRectF(box.left() + place * slot, top, max(1.0, slot - 1), high), colour)
