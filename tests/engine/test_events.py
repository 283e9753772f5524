import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from engine import events
from engine.events import (
    Adjusted,
    Best,
    Checkpoint,
    Event,
    Failed,
    Finished,
    Judged,
    Measured,
    Paused,
    Reading,
    Remarked,
    Resumed,
    Started,
    Steps,
    Validated,
)

ARRAYS = {"dense.weight": np.arange(6, dtype=np.float32).reshape(2, 3)}
EVENTS: tuple[Event, ...] = (
    Started(0, 0, 2, 10, 100, 20, 5, 0, 1, "cpu"),
    Steps(3, 0.3, np.array([3.0, 2.0, float("nan")]), 0.1),
    Judged(4, 1, np.array([0, 1]), np.array([1, 1]), np.arange(2), 2),
    Validated(10, 1, 0.5, 0.6, None, None, 1.0),
    Reading(10, "ErrorSignal", "dense", 1e-30),
    Reading(10, "Activations", None, np.ones((2, 3, 3), np.float32)),
    Adjusted(11, "learning_rate", 0.1, 0.01),
    Remarked(11, "rate × 0.3", "Dev got no better."),
    Measured(11, 0.1, 64),
    Best(10, 1, 0.6, ARRAYS),
    Paused(12),
    Resumed(12),
    Checkpoint(20, 2, 5, ARRAYS, {"0.exp_avg": np.zeros(3)}, np.arange(8, dtype=np.uint8)),
    Finished(20, "done", 2, 0.5, 0.6, None, None, 2.0),
    Failed(7, "dense", "The loss is not a number.", "loss = nan"),
)


def test_every_kind_of_event_is_tried_here() -> None:
    kinds = {
        kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)
    }
    assert {type(event) for event in EVENTS} == kinds - {Event}


def same(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray):
        return bool(first.dtype == second.dtype and np.array_equal(first, second, equal_nan=True))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    return bool(first == second)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_travels(event: Event) -> None:
    again = pickle.loads(pickle.dumps(event))
    assert type(again) is type(event)
    for field in dataclasses.fields(event):
        assert same(getattr(event, field.name), getattr(again, field.name)), field.name


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_cannot_be_changed_and_holds_no_tensor(event: Event) -> None:
    for field in dataclasses.fields(event):
        assert "Tensor" not in str(field.type)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(event, field.name, None)
