"""How sure a measured share or score is, and how much luck there is in the best of several.

Pure counting: it knows no network.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # the normal deviate that 95 % of cases lie within
DRAWS = 1000  # resamples of a bootstrap
Interval = tuple[float, float]
Floats = NDArray[np.float64]


def share_interval(right: int, count: int) -> Interval:
    """The 95 % interval of a share, `right` of `count` examples, after Wilson (1927, J. Am. Stat. Assoc. 22).

    Unlike p ± 1.96 SE it stays between 0 and 1, and is not of length 0 where all or none are right.
    """
    if not count:
        return 0.0, 1.0
    p, z2 = right / count, Z * Z
    middle = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = Z / (1 + z2 / count) * sqrt(p * (1 - p) / count + z2 / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def resampled_interval(score: Callable[[NDArray[np.intp]], float], count: int) -> Interval:
    """The 95 % interval of a score over `count` examples: the percentile bootstrap (Efron 1979), always the same draws.

    Args:
        score: What the score is over the examples with these numbers, some of them several times.
        count: How many examples there are.
    """
    chance = np.random.default_rng(0)
    found = [score(chance.integers(0, count, count)) for _ in range(DRAWS)]
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def difference_error(first: float, of: int, second: float, also_of: int) -> float:
    """Half the 95 % interval of the difference of two shares, each over examples of its own."""
    return Z * sqrt(first * (1 - first) / max(of, 1) + second * (1 - second) / max(also_of, 1))


def luck(share: float, count: int, tries: int) -> float:
    """By how much the best of so many equally good tries is expected to look better than it is.

    SE · E[max of `tries` normal numbers], SE = √(p(1 − p)/n): shares on n examples are nearly normal. Tries that
    resemble one another have less luck than that.
    """
    if tries < 2 or not count:
        return 0.0
    z = np.linspace(-8, 8, 4001)
    density = np.exp(-z * z / 2) / sqrt(2 * np.pi)
    step = z[1] - z[0]
    below = np.clip(np.cumsum(density) * step - density * step / 2, 0, 1)
    expected = float((z * tries * below ** (tries - 1) * density).sum() * step)
    return sqrt(share * (1 - share) / count) * expected
