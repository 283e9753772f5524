"""Progress agrees with the history that it follows, however the events come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress import Extent, Progress, nearest
from engine import history as histories
from engine.events import Started, Steps, Validated
from engine.history import Curve, History


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.booleans())
def test_epochs_are_those_of_the_history(lengths: list[int], live: bool) -> None:
    history = History()
    progress = Progress(history)
    history.add(Started(0, 0, 99, lengths[0], 1, 1, 1, 0, 1, "cpu"))
    step = 0
    for epoch, length in enumerate(lengths, 1):
        history.add(Steps(step + length, float(epoch), np.ones(length), 1.0))
        step += length
        history.add(Validated(step, epoch, 1.0, 1.0 / epoch, None, None, 1.0))
        if live:
            progress.update()
    progress.update()
    steps = np.arange(step + 1)
    ends = np.cumsum([0, *lengths])  # the step at which each epoch ends
    by_hand = np.interp(steps, ends, np.arange(len(ends)))
    np.testing.assert_allclose(progress.at(steps), by_hand)
    np.testing.assert_allclose(progress.steps(progress.at(steps)), steps, atol=1e-6)
    lowest = progress.best["dev_loss"]
    assert (lowest.step, lowest.value) == (step, 1.0 / len(lengths))
    assert "dev_accuracy" not in progress.best


def test_a_run_that_goes_on_within_an_epoch_keeps_its_places() -> None:
    history = History()
    progress = Progress(history)
    history.add(Started(0, 0, 12, 100, 1, 1, 1, 0, 1, "cpu"))
    history.add(Steps(100, 1.0, np.ones(100), 1.0))
    history.add(Validated(100, 1, 1.0, 0.5, None, 0.9, 1.0))
    history.add(Steps(150, 1.5, np.ones(50), 1.5))
    progress.update()
    history.add(Started(150, 1, 12, 100, 1, 1, 1, 0, 1, "cpu"))  # whole epochs are said, not 1.5
    progress.update()
    assert np.isfinite(progress.steps(np.array([0.0, 1.0, 2.0]))).all()
    history.add(Steps(160, 1.6, np.ones(10), 1.6))
    progress.update()
    np.testing.assert_allclose(progress.at(np.array([50, 100, 130, 160])), [0.5, 1, 1.3, 1.6])
    np.testing.assert_allclose(progress.steps(np.array([0.5, 1.0, 1.3, 2.0])), [50, 100, 130, 200])


def test_a_run_that_goes_on_from_an_earlier_step_is_told_anew() -> None:
    history = History()
    progress = Progress(history)
    history.add(Started(0, 0, 12, 10, 1, 1, 1, 0, 1, "cpu"))
    for epoch, loss in ((1, 0.5), (2, 0.1)):
        history.add(Steps(10 * epoch, float(epoch), np.full(10, loss), 1.0))
        history.add(Validated(10 * epoch, epoch, loss, loss, None, None, 1.0))
    progress.update()
    history.add(Started(10, 1, 12, 10, 1, 1, 1, 0, 1, "cpu"))
    history.add(Steps(20, 2.0, np.full(10, 0.3), 1.0))  # the same steps, other losses
    history.add(Validated(20, 2, 0.3, 0.3, None, None, 1.0))
    progress.update()
    assert progress.best["dev_loss"].value == 0.3
    seen = progress.batches.view(0, 99, 2)
    assert seen.lows.min() == 0.3


def test_the_nearest_point() -> None:
    curve = Curve()
    assert nearest(curve, 3.0) is None
    for step in (0, 10, 20):
        curve.append(step, step / 2)
    assert [nearest(curve, at).step for at in (-5, 4, 6, 14.0, 16.0, 99)] == [0, 0, 10, 10, 20, 20]  # type: ignore[union-attr]


def test_an_extent_grows_and_leaves_out_what_it_is_told() -> None:
    extent = Extent()
    assert not extent.known
    extent.take(np.array([np.nan, 2.0]), np.array([np.inf, 3.0]))
    assert (extent.low, extent.high) == (2.0, 3.0)
    extent.take(np.array([2.5]), np.array([2.6]))
    assert (extent.low, extent.high) == (2.0, 3.0)
    values = np.arange(100.0)
    outer = Extent()
    outer.take(values, values, leave_out=5)
    assert (outer.low, outer.high) == (5.0, 94.0)


def test_a_logarithm_looks_at_positive_numbers_alone() -> None:
    extent = Extent(above=0.0)
    extent.take(np.array([0.0, -3.0, 0.5]), np.array([0.0, -1.0, 2.0]))
    assert (extent.low, extent.high) == (0.5, 2.0)


def test_validations_are_taken_in_once_though_the_history_thins_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(histories, "EPOCHS", 16)
    history = History()
    progress = Progress(history)
    for epoch in range(1, 101):
        history.add(Validated(epoch, epoch, 1.0, 1.0 / epoch, None, None, 1.0))
        progress.update()
    steps = progress.validated["dev_loss"].curve.steps
    np.testing.assert_array_equal(steps, np.arange(1, 101))
