"""What is said of dev after an epoch agrees with the network run by hand, and with scikit-learn."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn import metrics

from engine.control import Control
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Event, Judged, Validated
from engine.graph import Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.project import Project
from engine.settings import Settings
from engine.train import train
from engine.weights import copy_in

Chain = Callable[..., Graph]


def layers(*names: tuple[str, dict[str, object]]) -> list[object]:
    return [CATALOGUE[name](**parameters) for name, parameters in names]


def told(project: Project) -> tuple[Job, list[Event]]:
    job = prepare(project)
    assert isinstance(job, Job), job
    return job, list(train(job, Control()))


def last(events: Sequence[Event], kind: type) -> object:
    return [event for event in events if isinstance(event, kind)][-1]


def by_hand(job: Job, events: Sequence[Event]) -> np.ndarray:
    """The predictions of dev with the weights at the end, in inference mode."""
    network = build(job.graph, job.shapes)
    checkpoint = last(events, Checkpoint)
    assert isinstance(checkpoint, Checkpoint)
    copy_in(network.module, checkpoint.weights)
    network.train(False)
    with torch.no_grad():
        return network.module(torch.tensor(job.data.dev.inputs))[0].numpy()


def test_classes(noisy_digits: Project) -> None:
    """With dropout and batch norm: judged in inference mode, and of the whole dev part."""
    job, events = told(noisy_digits)
    judged, validated = last(events, Judged), last(events, Validated)
    assert isinstance(judged, Judged)
    assert isinstance(validated, Validated)
    predicted = by_hand(job, events).argmax(1)
    np.testing.assert_array_equal(judged.outcomes, predicted)
    np.testing.assert_array_equal(judged.truths, job.data.dev.targets)
    np.testing.assert_array_equal(judged.examples, np.arange(job.data.dev.count))
    assert judged.classes == 10
    truths = job.data.dev.targets
    assert validated.dev_accuracy == pytest.approx(metrics.accuracy_score(truths, predicted))
    expected = metrics.f1_score(truths, predicted, average="macro", zero_division=0)
    assert validated.dev_f1 == pytest.approx(expected)
    assert validated.dev_r2 is None
    assert len([e for e in events if isinstance(e, Judged)]) == noisy_digits.settings.epochs


def test_measured_values(chain: Chain) -> None:
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    graph = chain(*layers(("Dense", {"out_features": 1}), ("MSELoss", {})))
    settings = Settings(epochs=2, learning_rate=0.01)
    job, events = told(Project("diabetes", graph, recipe, settings))
    judged, validated = last(events, Judged), last(events, Validated)
    assert isinstance(judged, Judged)
    assert isinstance(validated, Validated)
    predicted = by_hand(job, events)
    np.testing.assert_allclose(judged.outcomes, predicted, rtol=1e-6)
    assert judged.classes == 0
    expected = metrics.r2_score(job.data.dev.targets, predicted)
    assert validated.dev_r2 == pytest.approx(expected)
    assert (validated.dev_f1, validated.dev_accuracy) == (None, None)


def test_two_classes_told_apart_by_one_score(moons: Project, chain: Chain) -> None:
    graph = chain(*layers(("Dense", {"out_features": 1}), ("BCEWithLogitsLoss", {})))
    job, events = told(replace(moons, graph=graph))
    judged = last(events, Judged)
    assert isinstance(judged, Judged)
    np.testing.assert_array_equal(judged.outcomes, by_hand(job, events)[:, 0] > 0)
    assert judged.classes == 2
