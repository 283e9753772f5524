"""What a raster of gates shows, as plain data: units over time, the input above, what comes back below, a histogram."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Readout

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One row over time: a name, numbers between 0 and 1 of the colours, and whether it is of a copy."""

    name: str
    shares: Floats  # (steps,); NaN where nothing is known
    copied: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class GateSheet:
    """All of it. `values` is (units, steps), from the top in the order in which it is drawn."""

    name: str  # of the rows, such as “f gate”
    values: Floats
    signed: bool  # from −end to end, orange to blue; else from 0 to 1, viridis
    end: float = 1.0
    symbols: tuple[str, ...] = ()  # of each step, where the input is made of symbols
    bars: Floats | None = None  # (channels, steps) between 0 and 1, where it is made of numbers
    strips: tuple[Strip, ...] = ()
    strip_ends: tuple[str, str] = ("", "")  # what the ends of the strips' colours mean
    counts: Floats | None = (
        None  # (bins,) how often each value occurs, from the least to the greatest
    )
    ends: tuple[str, str] = ("0 shut", "1 open")
    said: tuple[str, ...] = ()  # lines about the histogram
    chosen: int | None = None  # the step that is looked at
    empty: str = ""
    read: Callable[[int, int], Readout | None] = lambda _unit, _step: None
