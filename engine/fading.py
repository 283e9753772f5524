"""How an error signal fades on its way back through the steps: lengths by step, and the figures that sum them up.

A row is (steps,): what came back to each step, the last step that is read at the right end. NaN is a step that no
sequence has. Shorter sequences are moved to the right, so that their last steps stand under one another.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REMEMBERED = 0.01  # of the last step's error signal: what is above it is within the memory horizon


def over_batch(by_example: Floats) -> Floats:
    """(batch, steps) to (steps,): the length of all examples' gradients together.

    Where some have no such step, it is what all would give if they were like those that do.
    """
    here = np.isfinite(by_example)
    count = here.sum(0)
    lengths = np.where(here, by_example, 0.0)
    top = lengths.max(0)  # squares of 10⁻²⁰⁰ are 0 in float64 too
    scaled = np.divide(lengths, top, out=np.zeros_like(lengths), where=top > 0)
    sums = top * np.sqrt((scaled**2).sum(0))
    known = count > 0
    found = np.full(len(sums), np.nan)
    found[known] = sums[known] * np.sqrt(len(by_example) / count[known])
    return found


def first_by_last(row: Floats) -> float:
    """What arrives at the first step, as a share of that at the last; NaN where the last gets nothing."""
    known = row[np.isfinite(row)]
    return float(known[0] / known[-1]) if len(known) and known[-1] > 0 else float("nan")


def median_first_by_last(by_example: Floats) -> float:
    """The same, example by example: no single sequence can dominate it."""
    ratios = [first_by_last(row) for row in by_example]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    return float(np.median(known)) if known else float("nan")


def factor_per_step(row: Floats) -> float:
    """By what the signal is multiplied at each step back: the slope of its logarithm, by least squares."""
    places = np.flatnonzero(np.isfinite(row) & (row > 0))
    if len(places) < 2:
        return float("nan")
    slope = np.polyfit(-places.astype(float), np.log(row[places]), 1)[0]
    return float(np.exp(slope))


def memory_horizon(row: Floats) -> int:
    """How many steps before the last still get 1 % of its error signal, counted back without a gap."""
    known = row[np.isfinite(row)]
    if not len(known) or known[-1] <= 0:
        return 0
    faint = np.flatnonzero(known[::-1] < REMEMBERED * known[-1])
    return int(faint[0]) - 1 if len(faint) else len(known) - 1


def half_life(openness: float) -> float:
    """After how many steps half of what a cell holds is left, its forget gate this far open; ∞ for 1."""
    if not 0 < openness < 1:
        return float("inf") if openness >= 1 else 0.0
    return float(np.log(0.5) / np.log(openness))
