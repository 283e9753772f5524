"""Histograms of a run as pictures take them: shares in bins, where numbers lie among the bins, and bins in words."""

from math import asinh
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.wording import number, scientific
from engine.bins import BINS, LIMIT, edges_of

Floats = NDArray[np.float64]
FINE = {
    "ActivationSpread": 0.25,
    "ErrorSpread": 1e-12,
    "GradientSpread": 1e-12,
    "WeightSpread": 0.01,
}
"""Up to which size the bins of each probe are even."""
MARKS = {
    0.25: (-100, -10, -1, 0, 1, 10, 100),
    0.01: (-100, -10, -1, -0.1, 0, 0.1, 1, 10, 100),
    1e-12: (-1, -1e-3, -1e-6, -1e-9, 0, 1e-9, 1e-6, 1e-3, 1),
}


def shares_of(counts: NDArray[np.generic]) -> tuple[Floats, float, float]:
    """The share in each bin (its last axis), and of a single histogram those below and above all bins."""
    given = cast(Floats, counts.astype(np.float64))
    total = np.maximum(given.sum(-1, keepdims=True), 1)
    shares = given / total
    below, above = (float(shares[..., end].sum()) for end in (0, -1))
    return shares[..., 1:-1], below, above


def place_of(value: float, fine: float) -> float:
    """Where a number lies among the bins: 0 at the low end, 1 at the high end."""
    return 0.5 + 0.5 * asinh(value / fine) / asinh(LIMIT / fine)


def ticks_of(fine: float) -> tuple[tuple[float, str], ...]:
    """Round numbers and where they lie."""
    return tuple((place_of(mark, fine), _mark(mark)) for mark in MARKS[fine])


def _mark(value: float) -> str:
    if value == 0 or 0.1 <= abs(value) <= 100:
        return f"{value:g}".replace("-", "−").replace("0.", ".")
    return ("−" if value < 0 else "") + scientific(abs(value), 0)


def bin_in_words(place: int, fine: float) -> str:
    """From where to where a bin reaches."""
    edges = edges_of(fine)
    low, high = float(edges[place]), float(edges[place + 1])
    if place == BINS // 2:
        return f"within ±{number(high, 2)}"
    return f"{number(low, 2)} to {number(high, 2)}"
