"""What the unrolled picture and the cell diagram of a recurrent layer show, as plain data."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FAINT = 4.0  # powers of ten below the most at which a thread is faintest


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """One weight that all copies share: its name in the textbooks, its size, and where its threads end."""

    name: str  # W_xh, W_hh or W_hy
    size: str
    shares: Floats  # (steps,) what each step adds to its gradient, 1 for the most; NaN where nothing is known


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledSheet:
    """A layer as a chain of copies."""

    kind: str
    states: Floats  # (steps, units), in the order of time
    end: float  # of the colours of states
    inputs: tuple[str, ...]  # what came in at each step, in a few characters
    weights: tuple[Weight, ...]
    arrives: (
        Floats  # (steps,) ‖∂L/∂h_t‖ as a share of the largest, 1 − log10 / 6; NaN where unknown
    )
    predicts: str = ""  # "every step", "the end", or nothing
    backward: bool = False  # whether it reads from the end to the start
    chosen: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class CellSheet:
    """The inside of one copy, at the step that is looked at: each value a mean over units, or one unit's."""

    kind: str
    step: int
    values: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)  # h and c of the step before
    input: str = ""
    of: str = "mean of all units"


def places(steps: int, most: int, chosen: int) -> list[int]:
    """Which steps are drawn, −1 for a gap: all if there is room, else the first, the last, and some around one."""
    if steps <= most:
        return list(range(steps))
    inner = max(1, most - 4)
    begin = min(max(chosen - inner // 2, 1), steps - 1 - inner)
    middle = list(range(begin, begin + inner))
    left = [0] if begin == 1 else [0, -1]
    right = [steps - 1] if middle[-1] == steps - 2 else [-1, steps - 1]
    return left + middle + right


def strength(share: float) -> float:
    """How bright a thread is, by the logarithm of what its step adds; NaN where that is not known."""
    if np.isnan(share):
        return 0.3
    return float(0.12 + 0.78 * max(0.0, 1 + np.log10(max(share, 1e-12)) / FAINT))
