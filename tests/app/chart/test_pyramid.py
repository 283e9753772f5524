"""Long curves in few columns: nothing low or high is lost, and cost is bounded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chart.pyramid import Pyramid
from engine.history import LIMIT, Curve


def curve_of(values: np.ndarray, first_step: int = 1) -> Curve:
    curve = Curve()
    curve.extend(np.arange(first_step, first_step + len(values)), values)
    return curve


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40_000),
    st.integers(1, 500),
    st.integers(0, 2**31),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_columns_hold_the_extremes_of_what_is_seen(
    count: int, columns: int, seed: int, a: float, b: float
) -> None:
    values = np.random.default_rng(seed).normal(size=count)
    pyramid = Pyramid(curve_of(values))
    pyramid.update()
    first, last = sorted((int(a * count), int(b * count)))
    seen = pyramid.view(first, last, columns)
    inside = values[max(0, first - 1) : last]
    if len(inside):
        assert np.min(seen.lows) <= inside.min()
        assert np.max(seen.highs) >= inside.max()
        assert np.min(seen.lows) in values
        assert np.max(seen.highs) in values
    assert len(seen.steps) == len(seen.lows) == len(seen.highs) <= 2 * columns + 3
    assert (np.diff(seen.steps) > 0).all()


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.integers(5, 60))
def test_taken_in_bit_by_bit_it_is_the_same(blocks: list[int], columns: int) -> None:
    values = np.random.default_rng(1).normal(size=sum(blocks))
    whole = Pyramid(curve_of(values))
    whole.update()
    curve, place = Curve(), 0
    growing = Pyramid(curve)
    for block in blocks:
        curve.extend(np.arange(place + 1, place + block + 1), values[place : place + block])
        place += block
        growing.update()
    one, other = whole.view(0, 1e9, columns), growing.view(0, 1e9, columns)
    np.testing.assert_array_equal(one.steps, other.steps)
    np.testing.assert_array_equal(one.lows, other.lows)
    np.testing.assert_array_equal(one.highs, other.highs)


def test_few_points_are_shown_as_they_are() -> None:
    values = np.array([3.0, 1.0, 2.0])
    pyramid = Pyramid(curve_of(values))
    pyramid.update()
    seen = pyramid.view(-np.inf, np.inf, 100)
    assert seen.exact
    np.testing.assert_array_equal(seen.lows, values)


def test_what_is_no_number_is_left_out_and_nothing_else() -> None:
    values = np.ones(10_000)
    values[::3], values[1::3] = np.nan, np.inf
    values[5_000] = 7.0
    pyramid = Pyramid(curve_of(values))
    pyramid.update()
    seen = pyramid.view(-np.inf, np.inf, 100)
    assert np.nanmax(seen.highs) == 7.0
    assert np.nanmin(seen.lows) == 1.0


def test_a_thinned_curve_is_followed() -> None:
    curve = Curve()
    pyramid = Pyramid(curve)
    for block in range(0, LIMIT + 4096, 4096):
        curve.extend(np.arange(block, block + 4096), np.linspace(block, block + 1, 4096))
        if block % (1 << 18) == 0:
            pyramid.update()
    pyramid.update()
    assert len(curve) < LIMIT
    seen = pyramid.view(-np.inf, np.inf, 400)
    assert np.max(seen.highs) == pytest.approx(LIMIT + 1, rel=1e-3)
    assert (np.diff(seen.highs) > 0).all()


def test_the_cost_of_a_view_is_bounded_by_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the curve: the numbers that are looked at are at most a small multiple of the columns."""
    pyramid = Pyramid(curve_of(np.random.default_rng(0).normal(size=1_000_000)))
    pyramid.update()
    looked_at: list[int] = []
    gathered = Pyramid._gathered

    def counting(self, steps, lows, highs, group, offset=0):  # type: ignore[no-untyped-def]
        looked_at.append(len(lows))
        return gathered(self, steps, lows, highs, group, offset)

    monkeypatch.setattr(Pyramid, "_gathered", counting)
    for first in (0, 500_000, 900_000):
        pyramid.view(first, 1_000_000, 400)
    assert max(looked_at) <= 4 * 400 + 8
