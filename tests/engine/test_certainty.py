"""Intervals and luck, against scipy and against chance itself."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from engine.certainty import difference_error, luck, resampled_interval, share_interval


@pytest.mark.parametrize(
    ("right", "count"), [(304, 537), (0, 20), (20, 20), (1, 3), (9_712, 10_000), (5, 10), (1, 1)]
)
def test_the_interval_of_a_share_is_wilsons(right: int, count: int) -> None:
    theirs = binomtest(right, count).proportion_ci(0.95, "wilson")
    assert share_interval(right, count) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_of_nothing_nothing_is_known() -> None:
    assert share_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("count", [50, 400])
def test_the_interval_by_resampling_agrees_with_theory_where_there_is_one(count: int) -> None:
    values = np.random.default_rng(3).normal(2.0, 1.0, count)
    low, high = resampled_interval(lambda drawn: float(values[drawn].mean()), count)
    half = norm.ppf(0.975) * values.std() / np.sqrt(count)
    assert (low, high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.15 * half
    )


@pytest.mark.parametrize(
    ("count", "tries", "points"),
    [(200, 10, 3.3), (200, 50, 4.8), (1000, 10, 1.5), (1000, 50, 2.1)],
)
def test_the_luck_in_choosing_is_as_published(count: int, tries: int, points: float) -> None:
    assert 100 * luck(0.9, count, tries) == pytest.approx(points, abs=0.05)


@pytest.mark.parametrize(
    ("share", "count", "tries"), [(0.7, 330, 7), (0.5, 1000, 3), (0.9, 500, 20)]
)
def test_the_luck_in_choosing_is_what_chance_gives(share: float, count: int, tries: int) -> None:
    drawn = np.random.default_rng(0).binomial(count, share, (40_000, tries)) / count
    assert luck(share, count, tries) == pytest.approx(drawn.max(1).mean() - share, rel=0.05)


def test_one_try_has_no_luck() -> None:
    assert luck(0.9, 200, 1) == 0.0


def test_the_error_of_a_difference() -> None:
    chance = np.random.default_rng(1)
    drawn = chance.binomial(300, 0.8, 40_000) / 300 - chance.binomial(200, 0.6, 40_000) / 200
    assert difference_error(0.8, 300, 0.6, 200) == pytest.approx(1.96 * drawn.std(), rel=0.02)
