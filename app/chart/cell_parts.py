"""What a cell is made of, as data, and painting a grid of numbers. Knows no widget."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from app.chart.drawing import MIDDLE, Drawing
from app.chart.tiles import image, pixels
from app.wording import number

Numbers = NDArray[np.floating]
WRITTEN = 26  # px: cells from this size on bear their numbers
ROOMY = 44  # px: from this size on, small ones as powers of ten


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A map (height, width), or its picture, with a box around some of its cells: top, bottom, left, right."""

    title: str
    size: str
    values: Numbers
    pixels: NDArray[np.uint32] | None
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane of the window: x, w and whether x lies inside the input, each (height, width)."""

    name: str
    x: Numbers
    w: Numbers
    inside: NDArray[np.bool_]

    @property
    def total(self) -> float:
        """The sum of its products."""
        return float(np.nansum(self.x * self.w))


@dataclass(frozen=True, slots=True, eq=False)
class Dissection:
    """A cell, taken apart; without planes it is no sum of products."""

    source: Scene | None
    map: Scene | None
    planes: tuple[Plane, ...]
    bias: float
    total: float
    value: float
    head: str
    said: str
    agrees: bool

    @property
    def count(self) -> int:
        """How many products there are."""
        return sum(int(np.isfinite(plane.x).sum()) for plane in self.planes)


def paint_grid(
    drawing: Drawing, values: Numbers, box: QRectF, colours: tuple[NDArray[np.uint32], float]
) -> None:
    """Numbers as coloured cells, with lines between them and their figures where there is room.

    `colours` are a packed table and the end of its range.
    """
    tokens, (high, wide) = drawing.tokens, values.shape
    drawing.smooth(False)
    drawing.painter.drawImage(box, image(np.ascontiguousarray(pixels(values, *colours))))
    side = box.width() / wide
    if side >= 6:
        for column in range(wide + 1):
            x = box.left() + column * side
            drawing.line((x, box.top()), (x, box.bottom()), tokens.line2)
        for row in range(high + 1):
            y = box.top() + row * side
            drawing.line((box.left(), y), (box.right(), y), tokens.line2)
    if side >= WRITTEN:
        for row, column in np.ndindex(values.shape):
            place = (box.left() + (column + 0.5) * side, box.top() + (row + 0.5) * side + 4)
            words = _short(float(values[row, column]), roomy=side >= ROOMY)
            drawing.text(*place, words, tokens.t1, "tick", MIDDLE)


def paint_outside(drawing: Drawing, inside: NDArray[np.bool_], box: QRectF) -> None:
    """A stroke through each place that is padding."""
    high, wide = inside.shape
    x, y = box.width() / wide, box.height() / high
    for row, column in np.argwhere(~inside).tolist():
        left, top = box.left() + column * x, box.top() + row * y
        drawing.line((left + x - 2, top + 2), (left + 2, top + y - 2), drawing.tokens.line3)


def _short(value: float, *, roomy: bool = False) -> str:
    """A number in the room of a cell: .57, −1.1, 0; nothing for what is not there."""
    if math.isnan(value):
        return ""
    text = f"{value:.2f}" if abs(value) < 9.995 else f"{value:.0f}"
    if float(text) == 0:
        return number(value, 1) if roomy else "0"
    return (
        text.replace("0.", ".", 1).replace("-", "−") if abs(value) < 1 else text.replace("-", "−")
    )
