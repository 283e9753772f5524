"""Room for the figures above bars: none touches a bar or another figure, and the important ones come first."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from app.chart.axes import Frame

Place = tuple[float, float]
Roof = tuple[float, float, float]  # left, right and top of a bar, in pixels
FIGURE = 12.0  # px: how high a figure is
HIGHEST_LIFT = 48.0  # px: a figure further above its bar would not be seen as its own


class Skyline:
    """The tops of the bars, and the figures that already stand above them."""

    def __init__(self, frame: Frame, roofs: Sequence[Roof]) -> None:
        self._ceiling, self._low = frame.box.top() - 3, frame.box.left() - 2
        self._high = frame.box.right() + 4  # the names of the zones begin beyond
        self._bars = roofs  # from left to right
        self._lefts, self._rights, self._tops = (list(side) for side in zip(*roofs, strict=True))
        self._taken: list[tuple[float, float, float]] = []

    def spot(self, place: int, wide: float, lift: float, *, important: bool) -> Place | None:
        """Where the figure of a bar may begin: on its middle or flush with a side; None if there is no room.

        An important one may also stand above the taller neighbours, if these are not much taller.
        """
        left, right, top = self._bars[place]
        middle = (left + right - wide) / 2
        y = max(top - lift, self._ceiling)
        for x in (middle, right - wide, left):
            if (
                self._low <= x <= self._high - wide
                and self._over(x, wide) >= y
                and self._take(x, y, wide)
            ):
                return x, y
        x = max(self._low, min(middle, self._high - wide))
        over = self._over(x, wide)
        y = max(over - lift, self._ceiling)
        if important and top - over < HIGHEST_LIFT and self._take(x, y, wide):
            return x, y
        return None

    def _over(self, x: float, wide: float) -> float:
        """How far up the bars reach between two columns."""
        first = bisect_right(self._rights, x - 2)
        return min(self._tops[first : bisect_left(self._lefts, x + wide + 2)], default=math.inf)

    def _take(self, x: float, y: float, wide: float) -> bool:
        """Give this room to a figure; whether it was free."""
        if any(x - 4 < b and x + wide + 4 > a and abs(y - c) < FIGURE for a, b, c in self._taken):
            return False
        self._taken.append((x, x + wide, y))
        return True
