"""A jagged curve smoothed: the exponential moving average with its bias corrected, taken in as the curve grows.

With weight β for the past, m ← β·m + (1 − β)·x, and what is shown is m / (1 − βᵗ): without the correction the first
values would be drawn towards 0 (Kingma and Ba 2015, §3). A point that stands for g steps counts g times: its β is βᵍ.
What is no number is passed over.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.history import Curve, Means

Floats = NDArray[np.float64]
WIDTH = 256  # points that are averaged with one product of matrices
TINY = -46.0  # the logarithm of a weight that is lost beside 1


class Smooth:
    """Follows the means of a run; `curve` holds what came of them."""

    def __init__(self, means: Means, beta: float) -> None:
        self.beta = beta
        self.follow(means)

    def follow(self, means: Means) -> None:
        """Begin anew, with these."""
        self._means = means
        self._begin()

    def _begin(self) -> None:
        self.curve = Curve(limit=1 << 62)  # as long as the means are, which are bounded
        self._state, self._weight = 0.0, 1.0  # m, and β to the power of the steps seen
        self._count, self._last = 0, 0  # points taken in, and the step of the last of them

    def update(self) -> None:
        """Take in what is new; begin anew if the means were thinned or cut."""
        steps = self._means.steps
        if len(steps) < self._count or (self._count and steps[self._count - 1] != self._last):
            self._begin()
        fresh = steps[self._count :]
        if not len(fresh):
            return
        gaps = np.diff(fresh, prepend=self._last)
        values = self._means.values[self._count :]
        edges = np.flatnonzero(np.diff(gaps)) + 1
        pieces = zip(np.split(gaps, edges), np.split(values, edges), strict=True)
        found = [self._smoothed(piece, int(gap[0])) for gap, piece in pieces]
        self.curve.extend(fresh, np.concatenate(found))
        self._count, self._last = len(steps), int(steps[-1])

    def _smoothed(self, values: Floats, gap: int) -> Floats:
        """The average after each of some points that stand for `gap` steps each."""
        good = np.isfinite(values)
        beta = self.beta**gap
        kept = averaged(values[good], beta, self._state)
        weights = np.zeros(len(kept))
        felt = min(len(kept), int(TINY / np.log(beta)) + 1) if beta else 0
        weights[:felt] = self._weight * beta ** np.arange(1.0, felt + 1)  # 1 minus the rest is 1
        corrected = kept / (1 - weights) if self.beta else kept
        if len(kept):
            self._state, self._weight = float(kept[-1]), float(weights[-1])
        spread = np.full(len(values), np.nan)
        spread[good] = corrected
        return spread


def averaged(values: Floats, beta: float, state: float) -> Floats:
    """The m after each value, beginning at `state`: the recursion as products of matrices, for Python is slow."""
    mix, decay = _mixing(beta)
    found = np.empty(len(values))
    for start in range(0, len(values), WIDTH):
        piece = values[start : start + WIDTH]
        count = len(piece)
        found[start : start + count] = mix[:count, :count] @ piece + decay[:count] * state
        state = float(found[start + count - 1])
    return found


@lru_cache(maxsize=16)
def _mixing(beta: float) -> tuple[Floats, Floats]:
    """What each of some values gives to the averages after it, (WIDTH, WIDTH), and what is left of m, (WIDTH,)."""
    places = np.arange(WIDTH)
    lags = places[:, None] - places[None, :]
    mix = np.where(lags >= 0, (1 - beta) * beta ** np.maximum(lags, 0.0), 0.0)
    return mix, np.asarray(beta ** (places + 1.0), np.float64)
