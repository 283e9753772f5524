"""Many small maps as one picture: where its cells lie, its colours, and a range that moves in steps.

Orange is negative, blue is positive, and what lies beyond the 99th percentile is as strong as the ends.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.chart.scale import round_up
from app.theme.colormaps import Table

Floats = NDArray[np.floating]
STEPS = (1, 1.5, 2, 3, 5, 7)
PERCENTILE = 99.0
MANY = 12  # maps, from which on they are set further apart
WIDE_ENOUGH = 2.5  # times what is needed: a wider range would make pale pictures
MOST_LOOKED_AT = 4_096  # numbers from which a percentile is taken


@dataclass(frozen=True, slots=True)
class Layout:
    """`count` cells in rows of `columns`, each `wide` × `high` pixels, with gutters between them."""

    count: int
    columns: int
    wide: int
    high: int
    gutter: int = 1

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return math.ceil(self.count / self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all of it, in pixels, with a gutter around."""
        across, down = (
            self.columns * (self.wide + self.gutter),
            self.rows * (self.high + self.gutter),
        )
        return across + self.gutter, down + self.gutter

    def corner(self, place: int) -> tuple[int, int]:
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
    ratio, gutter = wide / high, 2 if count > MANY else 1
    most = liked * 1.45
    found = (0.0, 1)
    for rows in range(1, count + 1):
        cell = min(most, _cell(count, rows, room - gutter, gutter) / ratio)
        if rows * (cell + gutter) > limit and rows > 1 and found[0] >= 8:
            break
        if cell > found[0]:
            found = (cell, rows)
        if cell >= liked:
            break
    cell, rows = found
    whole = math.floor(cell / high) * high
    cell = whole if whole >= 0.75 * cell else max(cell, 2.0)
    high_px = max(1, math.floor(cell))
    wide_px = max(1, math.floor(cell * ratio))
    return Layout(count, math.ceil(count / rows), wide_px, high_px, gutter)


def _cell(count: int, rows: int, room: float, gutter: int) -> float:
    """How wide cells are if they fill the room in so many rows."""
    return room / math.ceil(count / rows) - gutter


def strip(count: int, room: float, limit: float) -> Layout:
    """Square cells without gutters for the numbers of a row: as large as fits into the room and the limit."""
    for side in (10, 8, 6, 5, 4, 3, 2):
        columns = max(1, int(room // side))
        if math.ceil(count / columns) * side <= limit:
            return Layout(count, min(count, columns), side, side, gutter=0)
    return Layout(count, max(1, int(room // 2)), 2, 2, gutter=0)


def reach(values: Floats, before: float = 0.0) -> float:
    """The end of a signed range: the 99th percentile of the sizes, rounded up. It stays unless it fits no longer.

    `before` is the end used so far; it is given up when it is exceeded or far too large.
    """
    sizes = np.abs(values.ravel()[:: max(1, values.size // MOST_LOOKED_AT)])
    sizes = sizes[np.isfinite(sizes)]
    place = math.ceil(PERCENTILE / 100 * (len(sizes) - 1))
    wanted = float(np.partition(sizes, place)[place]) if len(sizes) else 0.0
    if wanted == 0 and len(sizes):
        wanted = float(sizes.max())
    if before and wanted <= before <= WIDE_ENOUGH * wanted:
        return before
    return round_up(wanted, STEPS) if wanted > 1e-30 else (before or 1.0)


def packed(table: Table) -> NDArray[np.uint32]:
    """A table of colours as the pixels that Qt paints: 0xffRRGGBB."""
    red, green, blue = table.astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


def pixels(values: Floats, table: NDArray[np.uint32], end: float) -> NDArray[np.uint32]:
    """Signed numbers as pixels: −end is the first of the packed table, +end the last; NaN is the middle."""
    middle = (len(table) - 1) / 2
    with np.errstate(over="ignore"):
        places = np.clip(values / end, -1, 1) * middle + (middle + 0.5)  # cut off below: rounded
    known = np.isfinite(places)
    if not known.all():
        places = np.where(known, places, middle + 0.5)
    found: NDArray[np.uint32] = table[places.astype(np.intp)]
    return found


def tiled(
    cells: NDArray[np.uint32], layout: Layout, gutter: str, empty: str, ratio: float = 1.0
) -> QImage:
    """Cells of pixels (count, height, width) as one picture, each pixel as large as it must be, nothing smoothed."""
    high, wide = round(layout.high * ratio), round(layout.wide * ratio)
    line = round(layout.gutter * ratio)
    rows, columns = layout.rows, layout.columns
    down = (np.arange(high) + 0.5) * cells.shape[1] / high
    across = (np.arange(wide) + 0.5) * cells.shape[2] / wide
    large = cells[:, down.astype(np.intp)[:, None], across.astype(np.intp)]
    places = np.full((rows * columns, high + line, wide + line), QColor(gutter).rgb(), np.uint32)
    places[: layout.count, line:, line:] = large
    places[layout.count :] = QColor(empty).rgb()
    grid = places.reshape(rows, columns, high + line, wide + line).swapaxes(1, 2)
    inner = grid.reshape(rows * (high + line), columns * (wide + line))
    whole = np.full((inner.shape[0] + line, inner.shape[1] + line), QColor(gutter).rgb(), np.uint32)
    whole[: inner.shape[0], : inner.shape[1]] = inner
    return image(whole, ratio)


def image(whole: NDArray[np.uint32], ratio: float = 1.0) -> QImage:
    """Pixels (height, width) as an image of its own."""
    high, wide = whole.shape
    made = QImage(whole.data, wide, high, whole.strides[0], QImage.Format.Format_RGB32).copy()
    made.setDevicePixelRatio(ratio)
    return made


def picture(values: Floats) -> NDArray[np.uint32]:
    """An image (1 or 3 channels, height, width) in 0…1 as pixels (height, width)."""
    colours = np.rint(np.clip(np.nan_to_num(values), 0, 1) * 255).astype(np.uint32)
    red, green, blue = colours if len(colours) == 3 else (colours[0],) * 3
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)
