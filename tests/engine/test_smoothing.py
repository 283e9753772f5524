"""The average is the recursion of its definition, whatever pieces the curve comes in, thinned or not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.history import Means
from engine.smoothing import Smooth


def by_hand(values: np.ndarray, beta: float) -> np.ndarray:
    """Kingma and Ba's average, one value after another."""
    found, m, weight = [], 0.0, 1.0
    for value in values:
        if not np.isfinite(value):
            found.append(np.nan)
            continue
        m, weight = beta * m + (1 - beta) * value, weight * beta
        found.append(m / (1 - weight))
    return np.array(found)


@settings(deadline=None)
@given(
    st.integers(1, 1500),
    st.sampled_from([0.0, 0.6, 0.9, 0.99, 0.999]),
    st.integers(1, 400),
    st.integers(0, 9),
)
def test_it_is_the_recursion(count: int, beta: float, piece: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.lognormal(size=count)
    values[chance.random(count) < 0.05] = np.nan
    values[chance.random(count) < 0.02] = np.inf
    means = Means()
    smooth = Smooth(means, beta)
    for start in range(0, count, piece):
        part = values[start : start + piece]
        means.extend(np.arange(start + 1, start + 1 + len(part)), part)
        smooth.update()
    np.testing.assert_allclose(smooth.curve.values, by_hand(values, beta), rtol=1e-9)
    np.testing.assert_array_equal(smooth.curve.steps, means.steps)


def test_a_constant_stays_what_it_is_from_the_first_step_on() -> None:
    means = Means()
    means.extend(np.arange(1, 51), np.full(50, 2.5))
    smooth = Smooth(means, 0.99)
    smooth.update()
    np.testing.assert_allclose(smooth.curve.values, 2.5)


def test_what_was_thinned_is_smoothed_as_nearly_the_same() -> None:
    """Against the recursion over every value: the mean of neighbours differs by what a step moves the average."""
    chance = np.random.default_rng(3)
    values = 2 * np.exp(-np.arange(20_000) / 6000) * chance.lognormal(0, 0.3, 20_000)
    means = Means(limit=1024)
    smooth = Smooth(means, 0.999)
    for start in range(0, 20_000, 333):
        part = values[start : start + 333]
        means.extend(np.arange(start + 1, start + 1 + len(part)), part)
        smooth.update()
    exact = by_hand(values, 0.999)[smooth.curve.steps - 1]
    assert len(means) <= 1024
    np.testing.assert_allclose(smooth.curve.values, exact, rtol=0.03)


def test_a_run_that_goes_back_is_smoothed_anew() -> None:
    means = Means()
    smooth = Smooth(means, 0.9)
    means.extend(np.arange(1, 11), np.arange(1.0, 11.0))
    smooth.update()
    means.cut(5)
    means.extend(np.arange(6, 8), np.array([50.0, 60.0]))
    smooth.update()
    expected = by_hand(np.array([1, 2, 3, 4, 5, 50, 60.0]), 0.9)
    np.testing.assert_allclose(smooth.curve.values, expected)


@pytest.mark.parametrize("size", [7, 64, 500])
def test_means_keep_the_mean(size: int) -> None:
    chance = np.random.default_rng(0)
    values = chance.normal(size=5000)
    means = Means(limit=128)
    for start in range(0, 5000, size):
        part = values[start : start + size]
        means.extend(np.arange(start + 1, start + 1 + len(part)), part)
    assert len(means) <= 128
    assert means.steps[-1] == 5000
    gaps = np.diff(means.steps, prepend=0)
    assert (gaps > 0).all()
    ends = np.cumsum(gaps)
    by_slice = [values[end - gap : end].mean() for gap, end in zip(gaps, ends, strict=True)]
    np.testing.assert_allclose(means.values, by_slice)
