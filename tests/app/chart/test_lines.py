"""Curves of very many points as columns of pixels."""

import numpy as np
import pytest

from app.chart.lines import columns


def test_a_column_covers_what_lies_in_its_pixel() -> None:
    xs = np.array([10.0, 10.4, 11.2, 12.9])
    lows, highs = np.array([90.0, 95.0, 80.0, 85.0]), np.array([50.0, 60.0, 70.0, 20.0])
    places, downs, ups = columns(xs, lows, highs)
    assert places.tolist() == [10.5, 11.5, 12.5]
    assert downs.tolist() == [95.0, 80.0, 85.0]
    assert ups.tolist() == [50.0, 70.0, 20.0]


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_meet_as_those_of_a_line_do(seed: int) -> None:
    chance = np.random.default_rng(seed)
    xs = np.sort(chance.uniform(0, 60, 80))
    highs = chance.uniform(0, 100, 80)
    lows = highs + chance.uniform(0, 3, 80)
    places, downs, ups = columns(xs, lows, highs)
    assert (downs > ups).all()
    beside = np.diff(places) == 1
    assert (downs[1:] >= ups[:-1])[beside].all()
    assert (ups[1:] <= downs[:-1])[beside].all()
    for x, low, high in zip(xs, lows, highs, strict=True):  # nothing of the curve is left out
        at = int(np.flatnonzero(places == np.floor(x) + 0.5)[0])
        assert ups[at] <= high
        assert low <= downs[at]


def test_what_is_no_number_leaves_a_gap() -> None:
    xs = np.arange(20.0)
    lows = np.full(20, 5.0)
    lows[6:14] = np.nan
    places, _, _ = columns(xs, lows, lows - 2)
    assert places[0] == 0.5
    assert places[-1] == 19.5
    assert 10.5 not in places
    assert not len(columns(xs, np.full(20, np.nan), lows)[0])
