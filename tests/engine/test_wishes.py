"""What a person can ask of a run beyond pause and stop, and what a run does by itself when it goes badly."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.axes import Labels, Sequence
from engine.control import Adjust, Command, Control, Epoch, Resume, Step, Stop, Tune
from engine.course import Course
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import (
    Adjusted,
    Best,
    Checkpoint,
    Event,
    Failed,
    Finished,
    Paused,
    Remarked,
    Steps,
    Validated,
)
from engine.graph import Graph, NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.memory import needed
from engine.network import build
from engine.project import Project
from engine.run import Run, record
from engine.shapes import infer
from engine.train import train
from engine.tuning import tuned, tunings

Chain = Callable[..., Graph]


def job_of(project: Project, run: Run | None = None, **settings: object) -> Job:
    job = prepare(replace(project, settings=project.settings.but(**settings)), run)
    assert isinstance(job, Job), job
    return job


def told(job: Job, first: Command, *later: Command) -> list[Event]:
    """A run that is told the first command at once and one more each time it stands still."""
    control, events, rest = Control(first), [], list(later)
    for event in train(job, control):
        events.append(event)
        if isinstance(event, Paused):
            control.send(rest.pop(0) if rest else Stop())
    return events


def of(events: list[Event], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def losses(events: list[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in of(events, Steps)])


def test_it_goes_to_the_end_of_an_epoch_and_stands_still(noisy_digits: Project) -> None:
    job = job_of(noisy_digits, epochs=5)
    events = told(job, Step(3), Epoch(), Epoch(), Step(1), Epoch(), Stop())
    steps = [event.step for event in of(events, Paused)]
    whole = of(events, Validated)[0].step
    assert steps == [3, whole, 2 * whole, 2 * whole + 1, 3 * whole]
    assert [event.epoch for event in of(events, Validated)] == [1, 2, 3]


def test_resume_takes_the_end_of_the_epoch_back(noisy_digits: Project) -> None:
    events = told(job_of(noisy_digits), Step(3), Epoch())
    assert len(of(events, Paused)) == 2
    control, seen = Control(Epoch(), Step(2)), []
    for event in train(job_of(noisy_digits), control):
        seen.append(event)
        if isinstance(event, Paused):
            control.send(Resume() if len(of(seen, Paused)) < 2 else Stop())
    assert [event.step for event in of(seen, Paused)] == [2]
    assert of(seen, Finished)[0].reason == "done"


def test_a_dropout_changes_from_the_next_step_on(noisy_digits: Project) -> None:
    control, events = Control(Step(4)), []
    for event in train(job_of(noisy_digits), control):
        events.append(event)
        if isinstance(event, Paused):
            for command in (Tune("drop_2", "p", 0.9), Resume()):
                control.send(command)
    (said,) = of(events, Adjusted)
    assert said == Adjusted(4, "drop_2.p", 0.5, 0.9)
    straight = losses(list(train(job_of(noisy_digits), Control())))
    np.testing.assert_array_equal(losses(events)[:4], straight[:4])
    assert losses(events)[4] != straight[4]
    graph = noisy_digits.graph
    other = graph.put(NodeId("drop_2"), CATALOGUE["Dropout"](p=0.9))
    fresh = losses(list(train(job_of(replace(noisy_digits, graph=other)), Control())))
    assert fresh[0] != straight[0]


@pytest.mark.parametrize(
    "command",
    [Tune("drop_2", "p", 1.5), Tune("drop_2", "q", 0.1), Tune("conv_1", "out_channels", 3),
     Tune("nobody", "p", 0.1), Adjust("clipping", "often"), Adjust("seed", 3)],
)  # fmt: skip
def test_what_cannot_be_changed_is_left_as_it_is(noisy_digits: Project, command: Command) -> None:
    straight = list(train(job_of(noisy_digits, epochs=1), Control()))
    events = list(train(job_of(noisy_digits, epochs=1), Control(command)))
    assert of(events, Adjusted) == []
    np.testing.assert_array_equal(losses(events), losses(straight))


@pytest.mark.parametrize(
    ("name", "changes"),
    [("Transformer", {"dropout": 0.7}), ("MultiheadAttention", {"dropout": 0.3}),
     ("LSTM", {"dropout": 0.6}), ("Noise", {"std": 3.0}), ("AlphaDropout", {"p": 0.1})],
)  # fmt: skip
def test_every_layer_that_drops_can_be_tuned(
    chain: Chain, name: str, changes: dict[str, float]
) -> None:
    """The tuned module then does what one built with the new value does, from the same chance."""
    kind = {"Transformer": "TransformerEncoderLayer"}.get(name, name)
    more = {"num_layers": 2} if kind == "LSTM" else {}
    before = CATALOGUE[kind](**more)
    last = [
        CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=2),
        CATALOGUE["CrossEntropyLoss"](),
    ]

    def made(layer: Any) -> Any:
        torch.manual_seed(1)
        graph = chain(CATALOGUE["Dense"](out_features=8), layer, *last)
        return graph, build(graph, infer(graph, {"": Sequence(6, 8)}, Labels(("a", "b"))))

    graph, network = made(before)
    (node,) = (n for n in graph.nodes if type(graph.nodes[n].layer) is type(before))
    ((parameter, value),) = changes.items()
    assert tuned(network, graph, node, parameter, value) == getattr(before, parameter)
    _, other = made(before.but(**changes))
    x = torch.randn(4, 6, 8)
    for each in (network, other):
        each.train()
    torch.manual_seed(2)
    (ours,) = network.module(x)
    torch.manual_seed(2)
    (theirs,) = other.module(x)
    torch.testing.assert_close(ours, theirs)
    assert tuned(network, graph, node, parameter, getattr(before, parameter)) == pytest.approx(
        value
    )


def test_a_drawing_that_differs_in_dropout_alone_is_reached_by_tuning(
    noisy_digits: Project,
) -> None:
    graph = noisy_digits.graph
    other = graph.put(NodeId("drop_2"), CATALOGUE["Dropout"](p=0.1))
    assert tunings(graph, other) == (Tune("drop_2", "p", 0.1),)
    assert tunings(graph, graph) == ()
    assert tunings(graph, graph.move({NodeId("drop_2"): (9.0, 9.0)})) == ()
    assert tunings(graph, other.put(NodeId("dense_1"), CATALOGUE["Dense"](out_features=3))) is None
    assert tunings(graph, graph.put(NodeId("drop_2"), CATALOGUE["AlphaDropout"]())) is None


# -- what a run does by itself ---------------------------------------------------------------------


def overfitting(noisy_digits: Project, **settings: object) -> Job:
    return job_of(noisy_digits, **{"learning_rate": 0.03, "epochs": 40, **settings})


def test_it_stops_early_with_the_weights_of_the_best_epoch(noisy_digits: Project) -> None:
    events = list(train(overfitting(noisy_digits, patience=2), Control()))
    validated, finished = of(events, Validated), events[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "early"
    best = min(validated, key=lambda event: event.dev_loss)
    assert validated[-1].epoch == best.epoch + 2 < 40
    assert (finished.epoch, finished.dev_loss) == (best.epoch, best.dev_loss)
    kept, handed = of(events, Checkpoint)[-1], of(events, Best)[-1]
    assert (kept.step, kept.epoch, handed.step, handed.epoch) == (best.step, best.epoch) * 2
    for name, array in kept.weights.items():
        np.testing.assert_array_equal(array, handed.weights[name])
    assert "best" in of(events, Remarked)[-1].detail


def test_the_best_weights_are_those_of_the_best_epoch(noisy_digits: Project) -> None:
    whole = list(train(overfitting(noisy_digits, patience=2), Control()))
    handed = of(whole, Best)[-1]
    up_to = list(train(job_of(noisy_digits, learning_rate=0.03, epochs=handed.epoch), Control()))
    for name, array in of(up_to, Checkpoint)[-1].weights.items():
        np.testing.assert_array_equal(array, handed.weights[name])


def test_after_an_early_stop_it_can_go_on_from_the_best(noisy_digits: Project) -> None:
    project = noisy_digits
    run = Run("run 1", project.graph, project.recipe, project.settings)
    for event in train(overfitting(project, patience=2), Control()):
        run = record(run, event)
    assert run.checkpoint is not None
    assert run.best is not None
    again = told(job_of(project, run, learning_rate=0.001, epochs=40), Step(5))
    assert again[0].step == run.checkpoint.step == run.best.step


def test_the_rate_falls_on_a_plateau_and_says_so(noisy_digits: Project) -> None:
    job = overfitting(
        noisy_digits, schedule="plateau", schedule_epochs=1, schedule_factor=0.5, epochs=30
    )
    events = list(train(job, Control()))
    falls = of(events, Remarked)
    assert falls
    first, *_, last = of(events, Steps)
    assert first.rate == 0.03
    before = sum(
        event.step < last.step for event in falls
    )  # the last may have come after the last step
    assert last.rate == pytest.approx(0.03 * 0.5**before)


def test_the_very_step_is_found_however_seldom_it_is_looked(
    moons: Project, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking once in a thousand seconds finds the same step, node and weights as looking at each step."""
    layers = [CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()]
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    settings = moons.settings.but(learning_rate=20, epochs=30, optimizer="Momentum")
    project = Project("wild", chain(*layers), recipe, settings)
    found = []
    for seconds in (0.0, 1000.0):
        monkeypatch.setattr("engine.course.BLOCK_SECONDS", seconds)
        events = list(train(job_of(project), Control()))
        found.append((events[-1], of(events, Checkpoint)[-1], losses(events)))
    (first, kept, seen), (second, kept_too, seen_too) = found
    assert isinstance(first, Failed)
    assert first == second
    assert kept.step == kept_too.step == first.step - 1
    np.testing.assert_array_equal(seen, seen_too)
    assert len(seen) == first.step
    for name, array in kept.weights.items():
        np.testing.assert_array_equal(array, kept_too.weights[name])
    assert first.advice == {"learning_rate": pytest.approx(2.0)}


def test_steps_lived_again_are_lived_with_what_was_changed_meanwhile(
    moons: Project, chain: Chain
) -> None:
    """The rate is raised on the way; the step that overflows is the same as in a run that is looked at each step."""
    layers = [CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()]
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    project = Project("wild", chain(*layers), recipe, moons.settings.but(learning_rate=0.01))
    wishes = (Step(5), Adjust("learning_rate", 30.0), Step(1000))

    def ran() -> list[Event]:
        control, events = Control(*wishes[:1]), []
        for event in train(job_of(project, epochs=300), control):
            events.append(event)
            if isinstance(event, Paused):
                for command in wishes[1:]:
                    control.send(command)
        return events

    events = ran()
    failed, kept = events[-1], of(events, Checkpoint)[-1]
    assert isinstance(failed, Failed)
    seen = losses(events)
    assert len(seen) == failed.step
    assert np.isfinite(seen).all()
    # By hand: the last steps with the high rate, from the fifth on.
    course = Course(job_of(project))
    for step in range(failed.step):
        if step == 5:
            course.adjust(course.settings.but(learning_rate=30.0))
        loss = course.loss(*course.next_batch())
        if step == failed.step - 1:
            for name, tensor in course.module.state_dict().items():
                np.testing.assert_array_equal(kept.weights[name], tensor.numpy())
        assert loss.item() == seen[step]
        course.learn(loss)
        course.stepped(loss)
    assert not math.isfinite(course.loss(*course.next_batch()).item())


def test_a_layer_that_raises_is_named(moons: Project, chain: Chain) -> None:
    """Not only what torch raises: a person's own code may raise anything."""
    code = CATALOGUE["Code"](source="x if x.is_meta or len(x) > 8 else {}[x.shape]").as_own()
    layers = [CATALOGUE["Dense"](out_features=2), code, CATALOGUE["CrossEntropyLoss"]()]
    project = Project("odd", chain(*layers), moons.recipe, moons.settings.but(batch_size=32))
    events = list(train(job_of(project), Control(Adjust("batch_size", 4))))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node is not None
    assert failed.node.startswith("code")
    assert "KeyError" in failed.detail
    assert "untouched" in failed.message


@pytest.mark.parametrize(
    "raised", ["{}['memory']", "x.view(3, -1, 'the memory cell')", "{}['out of memory']"]
)
def test_an_error_that_speaks_of_memory_is_not_taken_for_memory_that_ran_out(
    moons: Project, chain: Chain, raised: str
) -> None:
    code = CATALOGUE["Code"](source=f"x if x.is_meta or len(x) > 8 else {raised}").as_own()
    layers = [CATALOGUE["Dense"](out_features=2), code, CATALOGUE["CrossEntropyLoss"]()]
    project = Project("odd", chain(*layers), moons.recipe, moons.settings.but(batch_size=32))
    failed = list(train(job_of(project), Control(Adjust("batch_size", 4))))[-1]
    assert isinstance(failed, Failed)
    assert "could not be run" in failed.message
    assert failed.advice == {}


@pytest.mark.parametrize("room", [10**6, 10**5, 10])
def test_where_memory_runs_out_the_batch_that_fits_is_said(
    noisy_digits: Project, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError(
            "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        )

    monkeypatch.setattr("engine.failure.free", lambda _device: room)
    monkeypatch.setattr(torch.nn.functional, "conv2d", full)
    monkeypatch.setattr(torch.nn.Conv2d, "_conv_forward", full)
    failed = list(train(job_of(noisy_digits), Control()))[-1]
    assert isinstance(failed, Failed)
    assert "memory" in failed.message
    assert failed.node == "conv_1"
    total = job_of(noisy_digits).shapes.total
    if room < needed(total, 1, "Adam"):
        assert failed.advice == {}
        return
    size = int(failed.advice["batch_size"])
    assert needed(total, size, "Adam") <= room
    assert size == 32 or needed(total, 2 * size, "Adam") > room
    assert str(size) in failed.message


def test_weights_that_are_carried_over_are_where_they_fit(moons: Project) -> None:
    done = list(train(job_of(moons), Control()))
    weights = of(done, Checkpoint)[-1].weights
    kept = replace(job_of(moons), carried={**weights, "stranger.weight": np.ones(3)})
    course = Course(kept)
    for name, tensor in course.module.state_dict().items():
        np.testing.assert_array_equal(weights[name], tensor.numpy())
    smaller = {name: array for name, array in weights.items() if name.startswith("dense_1")}
    partly, fresh = Course(replace(job_of(moons), carried=smaller)), Course(job_of(moons))
    for name, tensor in partly.module.state_dict().items():
        wanted = weights[name] if name in smaller else fresh.module.state_dict()[name].numpy()
        np.testing.assert_array_equal(tensor.numpy(), wanted)
