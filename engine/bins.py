"""The bins of histograms, which never move: even in asinh(x / s), so even near 0 and in powers of ten far from it.

The first and the last count what lies beyond ±100.
"""

from math import asinh, sinh

import numpy as np
from numpy.typing import NDArray

BINS = 61  # an odd number has a bin around 0
LIMIT = 100.0


def edges_of(fine: float) -> NDArray[np.float64]:
    """(BINS + 1,) the ends of the bins, from −100 to 100; they are even up to about `fine`."""
    step = 2 * asinh(LIMIT / fine) / BINS
    above = np.array([fine * sinh((place + 0.5) * step) for place in range(BINS // 2 + 1)])
    return np.concatenate([-above[::-1], above])
