"""The background thread says the same as the bare loop, obeys, and ends."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle

import numpy as np
import pytest
import torch

from engine import runner as runners
from engine.control import Control, Pause, Resume, Stop, Watch
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Event, Failed, Finished, Paused, Steps
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.probes import PROBES
from engine.project import Project
from engine.runner import Courtesy, Runner
from engine.shapes import infer
from engine.train import train


def events_until(runner: Runner, wanted: type[Event], limit_s: float = 60) -> list[Event]:
    found: list[Event] = []
    end = time.monotonic() + limit_s
    while not any(isinstance(event, wanted) for event in found):
        assert time.monotonic() < end, f"no {wanted.__name__} in {found}"
        runner.wait(0.1)
        found += runner.drain()
    return found


def started(project: Project, *watch: Watch) -> Runner:
    job = prepare(project)
    assert isinstance(job, Job)
    control = Control(*watch)
    runner = Runner(lambda: train(job, control), control)
    runner.start()
    return runner


def losses(events: list[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, Steps)])


def test_the_thread_gives_the_losses_of_the_bare_loop(noisy_digits: Project) -> None:
    job = prepare(noisy_digits)
    assert isinstance(job, Job)
    bare = list(train(job, Control()))
    runner = started(noisy_digits, Watch(frozenset(PROBES)))
    events = events_until(runner, Finished)
    assert runner.join(10)
    np.testing.assert_array_equal(losses(events), losses(bare))


def test_what_the_screen_does_meanwhile_changes_nothing(
    noisy_digits: Project, chain: Callable[..., object]
) -> None:
    """Shapes of every layer are inferred (the meta device) and data made, in this thread, while the other trains."""
    job = prepare(noisy_digits)
    assert isinstance(job, Job)
    bare = losses(list(train(job, Control())))
    runner, found = started(noisy_digits), []
    rates = cycle(np.linspace(0.01, 0.9, 500))
    while runner.alive:
        drawing = chain(
            CATALOGUE["Dense"](out_features=30, initial_weights="xavier"),
            CATALOGUE["Dropout"](p=float(next(rates))),
            CATALOGUE["Dense"](out_features=2),
            CATALOGUE["CrossEntropyLoss"](),
        )
        data = Recipe.usual(DATASETS["Moons"]()).prepare()
        infer(drawing, data.axes, data.target)  # type: ignore[arg-type]
        found += runner.drain()
    found += runner.drain()
    runner.join(10)
    np.testing.assert_array_equal(losses(found), bare)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_inferring_shapes_draws_no_random_number(kind: type, noisy_digits: Project) -> None:
    from engine.axes import Image, Labels, Row
    from engine.graph import Edge, Graph, NodeId

    before = torch.get_rng_state()
    for axes in (Image(3, 12, 12), Row(2)):
        graph = Graph().add(CATALOGUE["Input"](), name="data")
        layer = kind()
        graph = graph.add(layer, name="one")
        if layer.inputs:
            graph = graph.connect(Edge(NodeId("data"), NodeId("one"), "out", layer.inputs[0].name))
        infer(graph, axes, Labels(("a", "b")))
    assert torch.equal(before, torch.get_rng_state())


def test_stop_and_pause_act_within_a_step(noisy_digits: Project) -> None:
    runner = started(noisy_digits)
    runner.control.send(Pause())
    events = events_until(runner, Paused)
    step = events[-1].step
    time.sleep(0.05)
    assert not runner.drain()  # it stands still
    runner.control.send(Resume())
    runner.control.send(Stop())
    finished = events_until(runner, Finished)[-1]
    assert finished.step <= step + 1
    assert runner.join(10)


def test_a_fault_is_said_and_not_swallowed() -> None:
    def faulty() -> Iterator[Event]:
        yield Paused(1)
        raise KeyError("a fault")

    runner = Runner(faulty, Control())
    runner.start()
    events = events_until(runner, Failed)
    assert runner.join(10)
    assert isinstance(events[-1], Failed)
    assert "KeyError" in events[-1].detail
    assert "KeyError" not in events[-1].message


def test_a_run_with_short_steps_waits_while_the_window_is_busy(
    moons: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait has an end: a window that hangs does not stop a run for good."""
    courtesy = Courtesy()
    courtesy.begin()
    monkeypatch.setattr(runners, "SHORT", 1e9)
    begun = time.perf_counter()
    courtesy.give_way()
    assert time.perf_counter() - begun >= 0.9 * runners.LONGEST
    monkeypatch.setattr(runners, "LONGEST", 60.0)
    monkeypatch.setattr(runners, "SHORT", 0.0)
    courtesy.give_way()  # after a long step: at once, or this test takes a minute
    monkeypatch.setattr(runners, "SHORT", 1e9)
    courtesy.end()
    courtesy.give_way()  # nobody is busy
    assert time.perf_counter() - begun < 60
    job = prepare(moons)
    assert isinstance(job, Job)
    control = Control()
    control.between = courtesy.give_way
    bare = list(train(job, Control()))
    np.testing.assert_array_equal(losses(list(train(job, control))), losses(bare))
