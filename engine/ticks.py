"""From numbers to places along an axis and back, round ticks, and ranges that grow in steps.

A range never follows the data exactly: it goes from one round number to another, so that pictures can be compared and
nothing jumps.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SMALLEST = 1e-300  # a logarithm needs something above 0


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`; a logarithmic one has both above 0."""

    low: float
    high: float
    log: bool = False

    def share(self, values: Floats | float) -> Floats:
        """Where values lie: 0 at the low end, 1 at the high end."""
        given = np.asarray(values, np.float64)
        if not self.log:
            return np.asarray((given - self.low) / (self.high - self.low))
        low, high = math.log10(self.low), math.log10(self.high)
        return np.asarray((np.log10(np.maximum(given, SMALLEST)) - low) / (high - low))

    def value(self, share: float) -> float:
        """The number at a place."""
        if not self.log:
            return self.low + share * (self.high - self.low)
        low, high = math.log10(self.low), math.log10(self.high)
        return float(10 ** (low + share * (high - low)))

    def ticks(self, most: int) -> list[float]:
        """Round numbers within the range, `most` at most (two at least)."""
        return _log_ticks(self, max(2, most)) if self.log else _even_ticks(self, max(2, most))


def _even_ticks(scale: Scale, most: int) -> list[float]:
    step = round_up((scale.high - scale.low) / most)
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def _log_ticks(scale: Scale, most: int) -> list[float]:
    low, high = math.log10(scale.low) - 1e-9, math.log10(scale.high) + 1e-9
    first, last = math.floor(low), math.floor(high)
    for mantissas, stride in (
        ((1, 2, 5), 1),
        ((1, 3), 1),
        ((1,), 1),
        ((1,), 2),
        ((1,), 3),
        ((1,), 5),
        ((1,), 10),
    ):
        decades = range(first - first % stride, last + 1, stride)
        ticks = [m * 10.0**decade for decade in decades for m in mantissas]
        ticks = [value for value in ticks if low <= math.log10(value) <= high]
        if len(ticks) <= most:
            return ticks
    return [10.0**first, 10.0**last]


def round_up(value: float, rungs: Sequence[float] = (1, 2, 5)) -> float:
    """The smallest of rungs × power of ten that is not below a positive value."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next(
        round(rung * unit, 300) if unit > 1 else rung * unit
        for rung in (*rungs, 10)
        if value <= rung * unit * (1 + 1e-9)
    )


def round_down(value: float, rungs: Sequence[float] = (1, 2, 5)) -> float:
    """The largest of rungs × power of ten that is not above a positive value."""
    unit = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return max(rung * unit for rung in rungs if rung * unit <= value * (1 + 1e-9))


def log_range(low: float, high: float) -> Scale:
    """A logarithmic range in steps around positive numbers, one decade at least."""
    floor = round_down(max(low, 1e-30), (1, 3))
    return Scale(floor, max(round_up(max(high, 1e-30)), 10 * floor), log=True)


def even_range(low: float, high: float) -> Scale:
    """An even range in steps around numbers; it begins at 0 unless some are below."""
    rungs = (1, 1.5, 2, 3, 4, 6, 8)
    top = round_up(high, rungs) if high > 0 else 0.0
    bottom = -round_up(-low, rungs) if low < 0 else 0.0
    return Scale(bottom, top if top > bottom else bottom + 1)


def growing_end(value: float, planned: float) -> float:
    """The end of an axis of progress: 1, 2, 4, 6, 8, 12, 16, 24, …, but not beyond what is planned.

    Below 1 it is 1/2, 1/4 and so on down to 1/64 of a unit.
    """
    if value > 1:
        unit = 2.0 ** math.floor(math.log2(value) + 1e-12)
        end = next(unit * f for f in (1, 1.5, 2) if value <= unit * f * (1 + 1e-9))
        end = max(2.0, math.ceil(end))
    else:
        end = 2.0 ** max(-6, math.ceil(math.log2(max(value, 1e-9)) - 1e-9))
    if 0 < planned < end:
        return float(planned) if value <= planned * (1 + 1e-9) else value
    return end
