"""Confusion, precision, recall, F1 and R² are those of scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from engine.scores import confusion, r_squared, shares, shares_of

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)


@given(PAIRS)
def test_classes_are_counted_as_scikit_learn_counts(pairs: list[tuple[int, int]]) -> None:
    truths, outcomes = np.array(pairs).T
    found = confusion(truths, outcomes, 5)
    np.testing.assert_array_equal(
        found, metrics.confusion_matrix(truths, outcomes, labels=range(5))
    )
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truths, outcomes, labels=range(5), zero_division=0
    )
    for got in (shares(found), shares_of(truths, outcomes, 5)):
        np.testing.assert_allclose(got.precision, precision)
        np.testing.assert_allclose(got.recall, recall)
        np.testing.assert_allclose(got.f1, f1)
        np.testing.assert_array_equal(got.support, support)
        theirs = metrics.f1_score(truths, outcomes, average="macro", zero_division=0)
        assert got.macro_f1 == pytest.approx(theirs)


@given(st.integers(2, 40), st.integers(1, 3), st.integers(0, 99))
def test_r_squared_is_that_of_scikit_learn(count: int, values: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    truths, outcomes = chance.normal(size=(2, count, values))
    assert r_squared(truths, outcomes) == pytest.approx(metrics.r2_score(truths, outcomes))


def test_r_squared_where_a_value_never_differs() -> None:
    truths = np.array([[1.0, 3.0], [2.0, 3.0], [3.0, 3.0]])
    for outcomes in (truths, truths + [0.0, 1.0], truths + [0.5, 0.0]):
        assert r_squared(truths, outcomes) == pytest.approx(metrics.r2_score(truths, outcomes))


def test_nothing_judged_is_worth_nothing() -> None:
    none = np.empty(0, np.int64)
    assert shares_of(none, none, 3).macro_f1 == 0.0
