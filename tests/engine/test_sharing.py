"""Exact counts and fair shares."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.sharing import fair_order, shares

weights = st.lists(st.floats(0.01, 1), min_size=2, max_size=4).map(tuple)


def test_the_shares_of_the_digits_are_exact() -> None:
    assert shares(10_000, (0.7, 0.15, 0.15)) == [7000, 1500, 1500]
    assert shares(2, (0.7, 0.15, 0.15)) == [2, 0, 0]
    assert shares(100, (0.57, 0.29, 0.14)) == [57, 29, 14]  # 0.57 * 100 is 56.99999999999999


@given(st.integers(0, 100_000), weights)
def test_shares_add_up_and_none_is_off_by_one(count: int, parts: tuple[float, ...]) -> None:
    got = shares(count, parts)
    assert sum(got) == count
    for share, weight in zip(got, parts, strict=True):
        assert abs(share - count * weight / sum(parts)) < 1 + 1e-5


@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=200), st.floats(0, 1), st.integers(0, 2**32)
)
def test_each_stretch_holds_each_class_in_proportion(
    labels: list[int], share: float, seed: int
) -> None:
    classes = np.array(labels)
    order = fair_order(np.arange(len(classes)), classes, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(classes)))
    stretch = classes[order[: round(share * len(classes))]]
    for label in range(4):
        expected = len(stretch) * np.mean(classes == label)
        assert abs(np.sum(stretch == label) - expected) <= 4 / 2 + 1


def test_the_order_within_a_class_is_chance() -> None:
    labels = np.repeat([0, 1], 50)
    first = fair_order(np.arange(100), labels, np.random.default_rng(0))
    again = fair_order(np.arange(100), labels, np.random.default_rng(0))
    other = fair_order(np.arange(100), labels, np.random.default_rng(1))
    assert (first == again).all()
    assert (first != other).any()
    assert (fair_order(np.arange(100), None, np.random.default_rng(0)) != np.arange(100)).any()
