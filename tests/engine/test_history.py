import numpy as np
import pytest

from engine import history
from engine.events import (
    Adjusted,
    Checkpoint,
    Failed,
    Finished,
    Paused,
    Reading,
    Started,
    Steps,
    Validated,
)
from engine.history import Curve, History
from engine.historyfile import arrays_of_history, history_from, record_of_history

STARTED = Started(0, 0, 2, 10, 100, 20, 5, 0, 1, "cpu")


def validated(step: int, epoch: int) -> Validated:
    return Validated(step, epoch, 1.0, 2.0, 0.5, 0.4, 0.1)


def test_a_curve_keeps_what_it_is_given() -> None:
    curve = Curve()
    curve.append(1, 0.5)
    curve.extend(np.arange(2, 1002), np.arange(1000.0))
    assert len(curve) == 1001
    np.testing.assert_array_equal(curve.steps, np.arange(1, 1002))
    np.testing.assert_array_equal(curve.values, [0.5, *np.arange(1000.0)])


def test_a_curve_may_be_several_numbers_wide() -> None:
    curve = Curve(width=3)
    curve.append(1, 1, 2, 3)
    curve.extend(np.array([2, 3]), np.ones((2, 3)))
    assert curve.values.shape == (3, 3)
    np.testing.assert_array_equal(curve.values[0], [1, 2, 3])


def test_nothing_may_be_appended() -> None:
    curve = Curve()
    curve.extend(np.empty(0, np.int64), np.empty(0))
    assert len(curve) == 0


def test_a_long_curve_is_thinned_but_its_spikes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LIMIT", 1000)
    curve = Curve()
    chance = np.random.default_rng(0)
    values = chance.normal(size=20_000)
    values[[1234, 15_001]] = 99.0, -99.0
    for start in range(0, 20_000, 37):
        block = values[start : start + 37]
        curve.extend(np.arange(start, start + len(block)), block)
    assert len(curve) <= 1000
    assert (np.diff(curve.steps) > 0).all()
    np.testing.assert_array_equal(values[curve.steps], curve.values)  # no point was made up
    assert (curve.values.max(), curve.values.min()) == (99.0, -99.0)
    assert curve.steps[0] < 200
    assert curve.steps[-1] == 19_999
    assert np.diff(curve.steps).max() < 300  # as fine at the beginning as at the end


def test_a_flat_curve_is_thinned_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LIMIT", 100)
    curve = Curve()
    curve.extend(np.arange(101), np.zeros(101))
    assert len(curve) == 51  # of 25 fours two each, and the one left over
    assert (np.diff(curve.steps) > 0).all()


def test_a_curve_with_holes_is_thinned_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LIMIT", 16)
    curve = Curve()
    values = np.arange(64.0)
    values[[3, 7, 15]] = np.nan
    curve.extend(np.arange(64), values)
    assert len(curve) <= 16
    assert (np.diff(curve.steps) > 0).all()


def test_what_came_after_a_step_can_be_forgotten() -> None:
    curve = Curve()
    curve.extend(np.arange(1, 11), np.arange(1.0, 11.0))
    curve.cut(4)
    curve.append(5, 50.0)
    np.testing.assert_array_equal(curve.values, [1, 2, 3, 4, 50])


def test_blocks_of_steps_become_one_curve() -> None:
    kept = History()
    kept.add(STARTED)
    kept.add(Steps(3, 0.3, np.array([3.0, 2.0, 1.0]), 0.1))
    kept.add(Steps(5, 0.5, np.array([0.9, 0.8]), 0.2))
    np.testing.assert_array_equal(kept.losses.steps, [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(kept.losses.values, [3.0, 2.0, 1.0, 0.9, 0.8])
    assert (kept.step, kept.epoch, kept.seconds) == (5, 0.5, 0.2)


def test_readings_are_kept_by_probe_and_node() -> None:
    kept = History()
    for step, value in ((0, 4.0), (10, 2.0), (10, 3.0), (20, 1.0)):
        kept.add(Reading(step, "ErrorSignal", "dense_1", value))
    kept.add(Reading(20, "Activations", "relu_1", np.zeros((2, 2), np.float32)))
    kept.add(Reading(20, "ProbeLoss", None, 0.5))
    curve = kept.scalars["ErrorSignal", "dense_1"]
    np.testing.assert_array_equal(curve.steps, [0, 10, 20])
    np.testing.assert_array_equal(curve.values, [4.0, 2.0, 1.0])
    assert kept.first["ErrorSignal", "dense_1"] == 4.0
    assert kept.latest["ErrorSignal", "dense_1"].value == 1.0
    assert ("Activations", "relu_1") not in kept.scalars
    assert kept.latest["ProbeLoss", ""].value == 0.5


def test_what_else_is_said_is_kept_too() -> None:
    kept = History()
    end = Finished(20, "done", 2, 1.0, 2.0, 0.5, 0.4, 3.0)
    for event in (
        STARTED,
        Paused(3),
        Adjusted(4, "learning_rate", 0.1, 0.01),
        validated(10, 1),
        Checkpoint(20, 2, 0, {}, {}, np.zeros(1, np.uint8)),
        end,
    ):
        kept.add(event)
    assert kept.started == STARTED
    assert [event.epoch for event in kept.validated] == [1]
    assert [event.after for event in kept.adjusted] == [0.01]
    assert kept.ended == end


def test_a_run_that_goes_on_has_not_ended() -> None:
    kept = History()
    kept.add(STARTED)
    kept.add(Failed(5, "dense", "The loss is not a number.", "nan"))
    assert isinstance(kept.ended, Failed)
    kept.add(Started(5, 1, 3, 10, 100, 20, 5, 0, 1, "cpu"))
    assert kept.ended is None
    assert (kept.step, kept.epoch) == (5, 1.0)


def test_a_million_epochs_are_bounded_and_the_best_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "EPOCHS", 100)
    kept = History()
    for epoch in range(1, 5001):
        loss = -1.0 if epoch == 1234 else 1.0 + 0.1 * (epoch % 7)
        kept.add(Validated(10 * epoch, epoch, 1.0, loss, None, None, 0.1))
    assert len(kept.validated) <= 100
    steps = [event.step for event in kept.validated]
    assert steps == sorted(set(steps))
    assert min(event.dev_loss for event in kept.validated) == -1.0
    assert kept.validated[-1].epoch == 5000
    assert kept.validated[0].epoch < 200


def test_the_first_reading_of_a_curve_over_time_is_kept_and_filed() -> None:
    history = History()
    for step, value in ((0, 1.0), (5, 2.0)):
        history.add(Reading(step, "TimeGradient", "gru_1", np.full((1, 4), value)))
    assert np.array_equal(history.begun["TimeGradient", "gru_1"], np.ones((1, 4)))
    again = history_from(record_of_history(history), arrays_of_history(history))
    assert np.array_equal(again.begun["TimeGradient", "gru_1"], np.ones((1, 4)))
    assert np.array_equal(again.latest["TimeGradient", "gru_1"].value, np.full((1, 4), 2.0))
