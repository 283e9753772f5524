"""Axes: ticks are round and within, ranges hold the data and move in steps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chart.scale import Scale, even_range, growing_end, log_range

positive = st.floats(1e-12, 1e12)


@given(positive, positive, st.integers(2, 12))
def test_ticks_lie_within_and_are_at_most_as_many_as_asked(a: float, b: float, most: int) -> None:
    for scale in (log_range(min(a, b), max(a, b)), even_range(0.0, max(a, b))):
        ticks = scale.ticks(most)
        assert 1 <= len(ticks) <= most + 1
        assert ticks == sorted(ticks)
        slack = 1e-9 * (abs(scale.low) + abs(scale.high))
        assert all(scale.low - slack <= tick <= scale.high + slack for tick in ticks)


@given(st.lists(positive, min_size=1, max_size=20))
def test_a_range_holds_all_it_was_given(values: list[float]) -> None:
    for scale in (log_range(min(values), max(values)), even_range(min(values), max(values))):
        shares = scale.share(np.array(values))
        assert (shares >= -1e-9).all()
        assert (shares <= 1 + 1e-9).all()


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_a_place_leads_back_to_its_number(a: float, b: float) -> None:
    for scale in (Scale(0.5e-6, 2e6, log=True), Scale(-3.0, 2e6)):
        assert math.isclose(scale.value(float(scale.share(a))), a, rel_tol=1e-6, abs_tol=1e-6)
    assert (float(Scale(1e-6, 1e6, True).share(a)) < float(Scale(1e-6, 1e6, True).share(b))) == (
        math.log10(a) < math.log10(b)
    )


def test_the_end_of_progress_moves_in_few_steps_and_not_beyond_the_plan() -> None:
    ends = [growing_end(epoch, 60) for epoch in np.arange(0.1, 60, 0.1)]
    assert sorted(set(ends)) == [0.125, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60]
    assert all(
        end >= epoch - 1e-9 for end, epoch in zip(ends, np.arange(0.1, 60, 0.1), strict=True)
    )
    assert growing_end(70.0, 60) == 70


@pytest.mark.parametrize(("low", "high"), [(0.014, 2.3), (2.29, 2.31), (1e-9, 5.0)])
def test_a_logarithmic_range_has_round_ends_and_a_decade(low: float, high: float) -> None:
    scale = log_range(low, high)
    assert scale.high / scale.low >= 10 * (1 - 1e-9)
    for end in (scale.low, scale.high):
        mantissa = end / 10 ** math.floor(math.log10(end) + 1e-9)
        assert min(abs(mantissa - round_) for round_ in (1, 2, 3, 5, 10)) < 1e-6
