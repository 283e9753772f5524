"""Standardising, against scikit-learn's."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from engine.scale import Scale


def test_it_agrees_with_scikit_learn_also_where_an_input_never_varies() -> None:
    inputs = np.random.default_rng(0).normal(5, 3, (50, 4)).astype(np.float32)
    inputs[:, 2] = 7
    scale = Scale.fitted(inputs)
    np.testing.assert_allclose(
        scale.apply(inputs), StandardScaler().fit_transform(inputs), atol=1e-5
    )
    np.testing.assert_allclose(scale.undo(scale.apply(inputs)), inputs, rtol=1e-5)
    assert scale.apply(inputs).dtype == np.float32


def test_a_feature_of_a_sequence_is_the_same_at_each_step() -> None:
    inputs = np.random.default_rng(0).normal(size=(6, 5, 3)).astype(np.float32)
    scaled = Scale.fitted(inputs, over=(0, 1)).apply(inputs)
    np.testing.assert_allclose(scaled.reshape(30, 3).mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.reshape(30, 3).std(0), 1, rtol=1e-5)
