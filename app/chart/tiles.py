"""Many small maps as one picture: where its cells lie, its colours, and a range that moves in steps.

Orange is negative, blue is positive, and what lies beyond the 99th percentile is as strong as the ends.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.chart.scale import round_up
from app.theme.colormaps import Table

Floats = NDArray[np.floating]
STEPS = (1, 1.5, 2, 3, 5, 7)
PERCENTILE = 99.0
MOST_LOOKED_AT = 20_000  # numbers from which a percentile is taken


@dataclass(frozen=True, slots=True)
class Layout:
    """`count` cells in rows of `columns`, each `wide` × `high` pixels, with gutters between them."""

    count: int
    columns: int
    wide: float
    high: float
    gutter: int = 1

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return math.ceil(self.count / self.columns)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of all of it, in pixels, with a gutter around."""
        across, down = (
            self.columns * (self.wide + self.gutter),
            self.rows * (self.high + self.gutter),
        )
        return across + self.gutter, down + self.gutter

    def corner(self, place: int) -> tuple[float, float]:
        """Where a cell begins, from the top left."""
        row, column = divmod(place, self.columns)
        left = self.gutter + column * (self.wide + self.gutter)
        return left, self.gutter + row * (self.high + self.gutter)


def arrange(count: int, shape: tuple[int, int], room: float, liked: float, limit: float) -> Layout:
    """Cells for maps of (height, width): in the fewest rows in which they are as high as is `liked`.

    If there are too many for that, they get as large as fits into a height of `limit`, but not below 8 pixels. Cells
    are a whole number of times as large as the map where that costs at most a quarter of their size.
    """
    high, wide = shape
    ratio = wide / high
    most = liked * 1.45
    found = (0.0, 1)
    for rows in range(1, count + 1):
        cell = min(most, _cell(count, rows, room, ratio))
        if rows * (cell + 1) > limit and rows > 1 and found[0] >= 8:
            break
        if cell > found[0]:
            found = (cell, rows)
        if cell >= liked:
            break
    cell, rows = found
    whole = math.floor(cell / high) * high
    cell = whole if whole >= 0.75 * cell else max(cell, 2.0)
    return Layout(count, math.ceil(count / rows), cell * ratio, cell)


def _cell(count: int, rows: int, room: float, ratio: float) -> float:
    """How high cells are if they fill the room in so many rows."""
    columns = math.ceil(count / rows)
    return ((room - 1) / columns - 1) / ratio


def strip(count: int, room: float, limit: float) -> Layout:
    """Square cells without gutters for the numbers of a row: as large as fits into the room and the limit."""
    for side in (10, 8, 6, 5, 4, 3, 2):
        columns = max(1, int(room // side))
        if math.ceil(count / columns) * side <= limit:
            return Layout(count, min(count, columns), side, side, gutter=0)
    return Layout(count, max(1, int(room // 2)), 2, 2, gutter=0)


def reach(values: Floats, before: float = 0.0) -> float:
    """The end of a signed range: the 99th percentile of the sizes, rounded up. It stays unless it fits no longer.

    `before` is the end used so far; it is given up when it is exceeded or twice too large.
    """
    sizes = np.abs(values.ravel()[:: max(1, values.size // MOST_LOOKED_AT)])
    sizes = sizes[np.isfinite(sizes)]
    wanted = float(np.percentile(sizes, PERCENTILE)) if len(sizes) else 0.0
    if wanted == 0 and len(sizes):
        wanted = float(sizes.max())
    if before and wanted <= before <= 3 * wanted:
        return before
    return round_up(wanted, STEPS) if wanted > 1e-30 else (before or 1.0)


def coloured(values: Floats, table: Table, end: float) -> NDArray[np.uint8]:
    """Signed numbers as colours, (…, 3): −end is the first of the table, +end the last; NaN is the middle."""
    middle = (len(table) - 1) / 2
    with np.errstate(invalid="ignore", over="ignore"):
        places = np.clip(np.nan_to_num(values / end, nan=0.0), -1, 1) * middle + middle
    return table[np.rint(places).astype(np.intp)]


def image(colours: NDArray[np.uint8]) -> QImage:
    """A picture (height, width, 3) or (height, width) as an image of its own."""
    grey = colours.ndim == 2
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    kept = np.ascontiguousarray(colours)
    high, wide = kept.shape[:2]
    return QImage(kept.data, wide, high, kept.strides[0], form).copy()


def stacked(maps: Floats, columns: int) -> Floats:
    """Maps (count, height, width) side by side in rows, without gutters; empty places are NaN."""
    count, high, wide = maps.shape
    rows = math.ceil(count / columns)
    whole = np.full((rows * columns, high, wide), np.nan, np.float32)
    whole[:count] = maps
    grid = whole.reshape(rows, columns, high, wide).swapaxes(1, 2)
    return grid.reshape(rows * high, columns * wide)
