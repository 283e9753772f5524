"""A long curve at the cost of its pixels: the lowest and highest value of ever larger blocks of it.

Blocks are found once, when they are full, so a picture of ten million steps costs what one of ten thousand does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.history import Curve

Floats = NDArray[np.float64]
MOST_STEPS = 2**62
FIRST_BLOCK = 8  # points in the smallest block
FACTOR = 4  # blocks of one level in a block of the next


@dataclass(frozen=True, slots=True)
class Envelope:
    """A curve as columns from left to right: the step at which each begins, its lowest and its highest value."""

    steps: NDArray[np.int64]
    lows: Floats
    highs: Floats

    @property
    def exact(self) -> bool:
        """Whether each column is one point of the curve."""
        return self.lows is self.highs


class Pyramid:
    """Follows a curve that grows at its end. NaN and infinities are left out of the blocks."""

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self._begin()

    def _begin(self) -> None:
        self._levels: list[Curve] = []
        self._count, self._last = 0, 0  # points taken in, and the step of the last of them

    def update(self) -> None:
        """Take in what the curve has got since the last time; begin anew if it was thinned."""
        steps = self.curve.steps
        if len(steps) < self._count or (self._count and steps[self._count - 1] != self._last):
            self._begin()
        if len(steps):
            self._count, self._last = len(steps), int(steps[-1])
            self._fill()

    def _fill(self) -> None:
        size, level = FIRST_BLOCK, 0
        while size * 2 <= self._count:
            if level == len(self._levels):
                self._levels.append(Curve(width=2))
            self._extend(level, size)
            size, level = size * FACTOR, level + 1

    def _extend(self, level: int, size: int) -> None:
        curve = self._levels[level]
        first, last = len(curve), self._count // size
        if first == last:
            return
        if level == 0:
            points = finite(self.curve.values[first * size : last * size]).reshape(-1, size)
            lows, highs = np.fmin.reduce(points, 1), np.fmax.reduce(points, 1)
        else:
            below = self._levels[level - 1].values[first * FACTOR : last * FACTOR]
            groups = below.reshape(-1, FACTOR, 2)
            lows = np.fmin.reduce(groups[:, :, 0], 1)
            highs = np.fmax.reduce(groups[:, :, 1], 1)
        starts = self.curve.steps[first * size : last * size : size]
        curve.extend(starts, np.stack([lows, highs], 1))

    def view(self, first_step: float, last_step: float, columns: int) -> Envelope:
        """What lies between two steps, and the neighbour on each side, in at most about `columns` columns."""
        steps = self.curve.steps[: self._count]
        first = max(0, int(np.searchsorted(steps, _whole(first_step))) - 1)
        last = min(self._count, int(np.searchsorted(steps, _whole(last_step), "right")) + 1)
        if last - first <= 2 * columns:
            values = finite(self.curve.values[first:last])
            return Envelope(steps[first:last], values, values)
        return self._columns(first, last, (last - first) / columns)

    def _columns(self, first: int, last: int, width: float) -> Envelope:
        """Columns of at least `width` points, cut at fixed places, so that they do not shimmer as the curve grows."""
        size, level = FIRST_BLOCK, -1
        while size <= width and level + 1 < len(self._levels):
            size, level = size * FACTOR, level + 1
        if level < 0:
            group = int(np.ceil(width))
            raw = finite(self.curve.values[first:last])
            return self._gathered(self.curve.steps[first:last], raw, raw, group, first % group)
        size //= FACTOR
        blocks = self._levels[level]
        begin, end = first // size, last // size
        steps, (lows, highs) = blocks.steps[begin:end], blocks.values[begin:end].T
        if last > end * size:  # what does not fill a block yet
            tail = finite(self.curve.values[end * size : last])
            steps = np.concatenate([steps, self.curve.steps[end * size : end * size + 1]])
            lows = np.concatenate([lows, [np.fmin.reduce(tail)]])
            highs = np.concatenate([highs, [np.fmax.reduce(tail)]])
        group = int(np.ceil(width / size))
        return self._gathered(steps, lows, highs, group, begin % group)

    def _gathered(
        self, steps: NDArray[np.int64], lows: Floats, highs: Floats, group: int, offset: int = 0
    ) -> Envelope:
        cuts = np.arange(-offset, len(steps), group)
        cuts[0] = 0
        return Envelope(steps[cuts], np.fmin.reduceat(lows, cuts), np.fmax.reduceat(highs, cuts))


def _whole(step: float) -> np.int64:
    """A step as a whole number: looking for a float among whole numbers would first copy all of them."""
    return np.int64(min(max(step, -1), MOST_STEPS))


def finite(values: Floats) -> Floats:
    """The values with NaN in place of infinities."""
    good = np.isfinite(values)
    return values if good.all() else np.where(good, values, np.nan)
