"""Live pictures inside nodes: maps, a photo, bars, figures. Each knows its height and how to draw itself.

A picture is made from numbers that were measured; it holds no state and is replaced as a whole.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.canvas.lettering import fitted, letter, width_of_words
from app.theme import Tokens, ink, signed_table

Numbers = NDArray[np.floating]
HEIGHT = 53.0  # px, of bars and figures
PHOTO = 72.0  # px, side of a photo
MOST_MAPS = 24
MOST_BARS = 48
WIDEST_BAR = 20.0  # px, with the gap to the next
_SAMPLE = 20_000  # numbers that are looked at to find a range


class Picture(Protocol):
    """What the body of a card can show."""

    def height(self, width: float) -> float:
        """How high it is in a body of this width."""

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:
        """Draw it, with letters that can be read at this zoom."""


def columns_for(count: int) -> int:
    """How many maps stand side by side."""
    if count <= 3:
        return count
    return 3 if count <= 6 else 4 if count <= 8 else 5 if count <= 10 else 8


def reach_of(values: Numbers) -> float:
    """The 99th percentile of the sizes, of a fair sample; 1 where all is 0."""
    flat = np.abs(values.ravel()[:: max(1, values.size // _SAMPLE)])
    return float(np.percentile(flat, 99)) or 1.0


def signed_image(values: Numbers, tokens: Tokens, reach: float) -> QImage:
    """(height, width) numbers as colours: orange below 0, blue above, clamped at `reach`."""
    table = signed_table(tokens)
    middle = len(table) // 2
    scaled = np.nan_to_num(values / reach, nan=0.0, posinf=1.0, neginf=-1.0)
    places = np.rint(np.clip(scaled, -1, 1) * middle).astype(np.intp) + middle
    return _image(table[places])


def _image(colours: NDArray[np.uint8]) -> QImage:
    height, width = colours.shape[:2]
    data = np.ascontiguousarray(colours, np.uint8).tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of a layer, tiled, in signed colours: (channels, height, width)."""

    values: Numbers
    _images: dict[str, QImage] = field(default_factory=dict, repr=False)

    @cached_property
    def _reach(self) -> float:
        return reach_of(self.values)

    @property
    def count(self) -> int:
        """How many maps are shown."""
        return min(len(self.values), MOST_MAPS)

    @property
    def _gap(self) -> float:
        """Many small maps are set further apart, or they would read as one."""
        return 2.0 if self.count > 12 else 1.0

    def _cell(self, width: float) -> tuple[int, float, float]:
        columns = columns_for(self.count)
        across = (width - (columns - 1) * self._gap) / columns
        shape = self.values.shape
        return columns, across, min(across * shape[1] / shape[2], 2 * across)

    def height(self, width: float) -> float:
        columns, _, down = self._cell(width)
        rows = -(-self.count // columns)
        return rows * down + (rows - 1) * self._gap

    def _stack(self, tokens: Tokens) -> QImage:
        """All maps below one another, as one image; made once for each theme."""
        if tokens.name not in self._images:
            tall = self.values[: self.count].reshape(-1, self.values.shape[2])
            self._images[tokens.name] = signed_image(tall, tokens, self._reach)
        return self._images[tokens.name]

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:
        columns, across, down = self._cell(box.width())
        image, (_, high, wide) = self._stack(tokens), self.values.shape
        ground = tokens.line2 if tokens.name == "dark" or self._gap == 1 else tokens.s2
        painter.fillRect(box.adjusted(-1, -1, 1, 1), ink(ground))
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, wide > 1.5 * across * max(zoom, 0.1)
        )
        for number in range(self.count):
            row, column = divmod(number, columns)
            left = box.left() + column * (across + self._gap)
            cell = QRectF(left, box.top() + row * (down + self._gap), across, down)
            painter.drawImage(cell, image, QRectF(0, number * high, wide, high))


@dataclass(frozen=True, eq=False)
class Photo:
    """An example as it is seen: grey (1, h, w) or colour (3, h, w), values in 0…1 or stretched to it."""

    values: Numbers

    @cached_property
    def _picture(self) -> QImage:
        values = np.asarray(self.values, np.float64)
        low, high = float(values.min()), float(values.max())
        if low < -1e-3 or high > 1 + 1e-3:
            values = (values - low) / ((high - low) or 1.0)
        colours = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
        if len(colours) == 1:
            colours = np.repeat(colours, 3, axis=0)
        return _image(colours.transpose(1, 2, 0))

    def height(self, width: float) -> float:  # noqa: ARG002 (it is as high in every body)
        return PHOTO

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:  # noqa: ARG002
        picture = self._picture
        scale = min(PHOTO / picture.height(), box.width() / picture.width())
        width, height = picture.width() * scale, picture.height() * scale
        place = QRectF(box.center().x() - width / 2, box.top(), width, height)
        painter.fillRect(place.adjusted(-1, -1, 1, 1), ink(tokens.line2))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(place, picture)


@dataclass(frozen=True, eq=False)
class Bars:
    """Numbers as bars around 0. `lit` is drawn in the accent of the truth, `words` stand beside the highest."""

    values: Numbers
    lit: int | None = None
    words: str = ""

    @cached_property
    def _bars(self) -> Numbers:
        """At most MOST_BARS of them: of each bundle of neighbours the largest in size."""
        values = np.nan_to_num(np.asarray(self.values, np.float64).ravel())
        if len(values) <= MOST_BARS:
            return values
        bundles = np.array_split(values, MOST_BARS)
        return np.array([bundle[np.abs(bundle).argmax()] for bundle in bundles])

    def height(self, width: float) -> float:  # noqa: ARG002 (they are as high in every body)
        return HEIGHT

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:
        bars = self._bars
        top = 13.0 if self.words else 2.0
        high, low = max(float(bars.max()), 0.0), min(float(bars.min()), 0.0)
        scale = (box.height() - top - 1) / ((high - low) or 1.0)
        zero, (start, pitch) = box.top() + top + high * scale, self._row(box)
        wide = max(1.0, pitch - (2 if pitch > 5 else 0.5))
        kinds: dict[str, list[QRectF]] = {}
        for number, value in enumerate(bars.tolist()):
            tall = max(1.5, abs(value) * scale)
            left, high = start + number * pitch, zero - (tall if value >= 0 else 0)
            bar = QRectF(left + (pitch - wide) / 2, high, wide, tall)
            kinds.setdefault(self._colour(number, value, tokens), []).append(bar)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in kinds.items():  # all of a colour at once: their number is what costs
            painter.setBrush(ink(colour))
            painter.drawRects(rects)
        painter.fillRect(QRectF(box.left(), zero, box.width(), 1), ink(tokens.line2))
        if self.words:
            self._label(painter, box, tokens, zoom)

    def _row(self, box: QRectF) -> tuple[float, float]:
        """Where the first bar begins, and what each takes: few bars stand in the middle, or they would be walls."""
        pitch = min(WIDEST_BAR, box.width() / len(self._bars))
        return box.center().x() - pitch * len(self._bars) / 2, pitch

    def _colour(self, number: int, value: float, tokens: Tokens) -> str:
        if self.lit is None:
            return tokens.positive if value >= 0 else tokens.negative
        return tokens.train if number == self.lit else tokens.line3

    def _label(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:
        """The words; where they are too long, those up to the comma."""
        words, scale = self.words, fitted(self.words, "note", zoom, box.width(), 500)
        if width_of_words(words, "note", 500) * scale > box.width():
            words = words.split(",")[0]
            scale = fitted(words, "note", zoom, box.width(), 500)
        wide = width_of_words(words, "note", 500) * scale
        start, pitch = self._row(box)
        left = start + (int(self._bars.argmax()) + 0.5) * pitch - wide / 2
        left = max(box.left(), min(left, box.right() - wide))
        at = QPointF(left, box.top() + 9)
        letter(painter, at, words, ink(tokens.t1), weight=500, room=box.width(), scale=scale)


@dataclass(frozen=True, eq=False)
class Figures:
    """Up to three named figures, one below the other."""

    rows: tuple[tuple[str, str], ...]

    def height(self, width: float) -> float:  # noqa: ARG002 (they are as high in every body)
        return 18.0 * len(self.rows) - 1

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, zoom: float) -> None:
        for number, (name, figure) in enumerate(self.rows):
            baseline = box.top() + 12 + 18 * number
            both = f"{name}  {figure}"  # one scale for all that stands in a row
            scale = fitted(both, "figure", zoom, box.width())
            room = box.width() - width_of_words(figure, "figure") * scale - 6
            letter(
                painter, QPointF(box.left(), baseline), name, ink(tokens.t2), room=room, scale=scale
            )
            right = QPointF(box.right(), baseline)
            letter(painter, right, figure, ink(tokens.t1), "figure", to_left=True, scale=scale)
