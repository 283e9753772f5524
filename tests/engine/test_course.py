"""What a run keeps for bad days and what it says of its time: what was learnt stays, what is infinite does not."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.control import Adjust, Control, Resume, Step, Stop
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Event, Failed, Finished, Paused, Started, Steps
from engine.graph import Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.train import train

Chain = Callable[..., Graph]


def job_of(project: Project) -> Job:
    job = prepare(project)
    assert isinstance(job, Job), job
    return job


def after_steps(job: Job, count: int, *commands: object) -> list[Event]:
    """A run that is told something once it stands still after so many steps."""

    def events() -> Iterator[Event]:
        control = Control(Step(count))
        for event in train(job, control):
            yield event
            if isinstance(event, Paused):
                for command in commands:
                    control.send(command)  # type: ignore[arg-type]

    return list(events())


def kept(events: list[Event]) -> Checkpoint:
    return [event for event in events if isinstance(event, Checkpoint)][-1]


def sound(checkpoint: Checkpoint) -> bool:
    return all(np.isfinite(array).all() for array in checkpoint.weights.values())


def test_stopping_while_paused_tells_a_time(moons: Project) -> None:
    events = after_steps(job_of(moons), 3, Stop())
    end = events[-1]
    assert isinstance(end, Finished)
    steps = [event for event in events if isinstance(event, Steps)]
    assert math.isfinite(end.seconds)
    assert end.seconds >= steps[-1].seconds > 0


def test_an_update_that_spoils_the_weights_is_not_kept_though_the_run_is_stopped_at_once(
    moons: Project, chain: Chain
) -> None:
    """Two layer norms of a constant: their outputs are finite, but their slopes multiply to more than a float holds."""
    norm = CATALOGUE["LayerNorm"](eps=1e-40)
    layers = [
        CATALOGUE["Dense"](initial_weights="zeros"),
        norm,
        norm,
        CATALOGUE["Dense"](out_features=2),
        CATALOGUE["CrossEntropyLoss"](),
    ]
    job = job_of(Project("steep", chain(*layers), moons.recipe, moons.settings))
    events = after_steps(job, 1, Stop())
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node == "dense_1"
    assert "Step 1 made weights of dense_1 infinite. The weights of step 0" in failed.message
    assert kept(events).step == 0
    assert sound(kept(events))


def test_what_was_learnt_is_kept_when_the_network_can_no_longer_be_run(
    moons: Project, chain: Chain
) -> None:
    layers = [CATALOGUE["BatchNorm1d"](), CATALOGUE["Dense"](out_features=2)]
    graph = chain(*layers, CATALOGUE["CrossEntropyLoss"]())
    job = job_of(Project("normed", graph, moons.recipe, moons.settings))
    events = after_steps(job, 5, Adjust("batch_size", 1), Resume())
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.step == 5
    assert "at least two examples" in failed.message
    assert kept(events).step == 4  # the last of which a loss was seen
    assert sound(kept(events))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 13, 34, 100, 103, 104, 105, 10**6])
def test_the_steps_of_an_epoch_are_as_many_as_was_said(
    moons: Project, chain: Chain, size: int
) -> None:
    """104 irises in the train part: 103 and 1 are one batch, for one alone has no variance."""
    graph = chain(CATALOGUE["Dense"](out_features=3), CATALOGUE["CrossEntropyLoss"]())
    settings = moons.settings.but(epochs=1, batch_size=size)
    project = Project("irises", graph, Recipe.usual(DATASETS["Iris"]()), settings)
    events = list(train(job_of(project), Control()))
    started = events[0]
    assert isinstance(started, Started)
    assert started.steps_per_epoch == events[-1].step
