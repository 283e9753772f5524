"""Compiled steps inside a run: the same losses and places in the data, obedience, and a reason where there are none.

A machine without a C++ compiler has to say so: there the same tests ask for that.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.control import Adjust, Command, Control, Resume, Step, Stop
from engine.course import Course
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Adjusted, Event, Failed, Paused, Remarked, Steps
from engine.fast import lane as lanes
from engine.fast import packages
from engine.fast.errand import Errand
from engine.fast.lane import Lane
from engine.fast.refusal import refusal
from engine.fast.whole import Size
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.train import train

PATIENCE = 300.0  # seconds that a compiler may take on a busy machine


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Packages of these tests are compiled once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINRULE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is worth compiling, and compiled steps always win: what is asked here is whether they are right."""
    monkeypatch.setattr(lanes, "WORTH", -1.0)
    monkeypatch.setattr(lanes, "WAIT", 0.0)
    monkeypatch.setattr(lanes, "LOOK", 0.0)
    monkeypatch.setattr(lanes, "WINDOW", -1.0)
    monkeypatch.setattr(lanes, "WINDOWS", 1)
    monkeypatch.setattr(lanes, "MARGIN", 1e9)


def job_of(project: Project, **settings: object) -> Job:
    job = prepare(replace(project, settings=project.settings.but(**settings)))
    assert isinstance(job, Job), job
    return job


def compiled(job: Job, *counts: int) -> None:
    """Have the packages of a job ready, in as many minibatches a call."""
    for count in counts:
        errand, end = Errand(job, Size(job.settings.batch_size, count)), time.monotonic() + PATIENCE
        while errand.look() is None:
            assert not errand.refused, errand.refused
            assert time.monotonic() < end, "the compiler takes too long"
            time.sleep(0.2)


def losses(events: list[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, Steps)])


def remarks(events: list[Event]) -> list[Remarked]:
    return [event for event in events if isinstance(event, Remarked)]


def told(job: Job, *commands: Command, exact: bool = False) -> list[Event]:
    """A run that gets a command each time it stands still."""
    waiting = list(commands)
    control, events = Control(*waiting[:1]), []
    rest = iter(waiting[1:])
    for event in train(job, control, exact=exact):
        events.append(event)
        if isinstance(event, Paused):
            for command in (next(rest, Stop()), next(rest, Stop())):
                control.send(command)
    return events


def test_float64_agrees_to_1e_9_over_1000_steps_with_momentum_decay_and_batch_norm(
    moons: Project, chain: Callable[..., object]
) -> None:
    """Epochs of 22 batches, of which the last is smaller and plain; 8 in one call where they fit."""
    layers = [
        CATALOGUE["Dense"](out_features=8), CATALOGUE["BatchNorm1d"](), CATALOGUE["Tanh"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    ]  # fmt: skip
    project = replace(moons, graph=chain(*layers))
    job = job_of(
        project, precision="float64", optimizer="Momentum", weight_decay=1e-3,
        learning_rate=0.02, epochs=46, clipping="norm", schedule="cosine",
    )  # fmt: skip
    plain = losses(list(train(job, Control())))
    if refusal(job) is None:
        compiled(job, 1, lanes.TOGETHER)
    events = list(train(job, Control(), exact=False))
    assert [remark.words for remark in remarks(events)] == ["plain" if refusal(job) else "compiled"]
    if refusal(job) is None:
        assert remarks(events)[0].step < 5
    assert len(plain) > 1000
    np.testing.assert_allclose(losses(events), plain, rtol=0, atol=1e-9)


def test_float32_agrees_to_1e_3_at_step_100_and_a_changed_rate_needs_no_other_program(
    chain: Callable[..., object], moons: Project
) -> None:
    layers = [
        CATALOGUE["Conv2d"](out_channels=4, kernel_size=3), CATALOGUE["ReLU"](), CATALOGUE["MaxPool2d"](),
        CATALOGUE["Flatten"](), CATALOGUE["Dense"](out_features=10), CATALOGUE["CrossEntropyLoss"](),
    ]  # fmt: skip
    recipe = Recipe.usual(DATASETS["Digits8"]())
    project = Project("digits", chain(*layers), recipe, moons.settings)
    job = job_of(project, optimizer="Adam", learning_rate=0.003, batch_size=64, epochs=7)
    commands = (Step(60), Adjust("learning_rate", 0.001), Resume(), Stop())
    plain = told(job, *commands[:3], exact=True)
    if refusal(job) is None:
        compiled(job, 1)
    events = told(job, *commands[:3])
    assert [remark.words for remark in remarks(events)] == ["plain" if refusal(job) else "compiled"]
    assert [event.step for event in events if isinstance(event, Adjusted)] == [60]
    np.testing.assert_allclose(losses(events)[:100], losses(plain)[:100], rtol=0, atol=1e-3)
    assert len(losses(events)) == len(losses(plain)) > 100


def test_a_run_that_diverges_in_compiled_steps_ends_at_the_same_step(moons: Project) -> None:
    job = job_of(
        moons,
        optimizer="SGD",
        learning_rate=500.0,
        weight_decay=1.0,
        epochs=40,
        precision="float64",
    )
    plain = list(train(job, Control()))
    if refusal(job) is None:
        compiled(job, 1)
    events = list(train(job, Control(), exact=False))
    assert isinstance(plain[-1], Failed)
    assert isinstance(events[-1], Failed)
    assert (events[-1].step, events[-1].node) == (plain[-1].step, plain[-1].node)


def test_what_cannot_be_compiled_says_why(
    moons: Project, chain: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    series = Recipe.usual(DATASETS["Placeholder"](sample="5,3", count=2))
    tail = (CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"]())
    steps = chain(CATALOGUE["GRU"](), CATALOGUE["Select"](), *tail)
    recurrent = job_of(Project("series", steps, series, moons.settings))
    assert refusal(recurrent) == "GRU cannot be compiled"
    own = chain(CATALOGUE["Code"](source="torch.sin(x)").as_own(), *tail)
    assert refusal(job_of(replace(moons, graph=own))) == "code of your own is not compiled"
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    assert refusal(job_of(moons)) == "no C++ compiler was found"
    (remark,) = remarks(list(train(job_of(moons), Control(), exact=False)))
    assert remark.detail == "Steps are not compiled: no C++ compiler was found."


def test_an_exact_run_never_asks(moons: Project) -> None:
    assert not remarks(list(train(job_of(moons, exact=True, device="cpu"), Control(), exact=False)))


def test_a_helper_that_fails_is_a_remark_and_one_that_is_not_needed_is_called_back(
    moons: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(moons)
    monkeypatch.setattr("engine.fast.refusal.COMPILERS", ("sh",))
    monkeypatch.setattr("engine.fast.packages.VERSION", -1)  # so that none is known
    monkeypatch.setattr("sys.executable", "false")
    course = Course(replace(job, settings=job.settings.but(batch_size=30)))
    lane, end = Lane(course), time.monotonic() + 20
    said: list[Remarked] = []
    while not said and time.monotonic() < end:
        if (leap := lane.go(None)) is None:
            inputs, targets = course.next_batch()
            loss = course.loss(inputs, targets)
            course.learn(loss)
            course.stepped(loss)
        assert leap is None
        said += lane.said()
    assert (
        said[0].detail
        == "Steps are not compiled: the compiler refused (the compiler ended with 1)."
    )
    monkeypatch.setattr("sys.executable", "yes")
    errand = Errand(job, Size(29, 1))
    process = errand._process
    assert process is not None
    errand.close()
    assert process.returncode is not None


def test_the_least_used_packages_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    monkeypatch.setattr(packages, "MOST", 2)
    for number, name in enumerate("abc"):
        made = tmp_path / "made"
        made.write_bytes(b"code")
        packages.keep(made, name)
        os.utime(packages.folder() / f"{name}.so", (1000 + number, 1000 + number))
        if number == 1:
            assert packages.found("a")  # it counts as used, later than b
    assert {path.stem for path in packages.folder().glob("*.so")} == {"a", "c"}


class Nothing:
    """A program that does nothing, and says that its losses are 1."""

    def __call__(self, given: list[torch.Tensor]) -> torch.Tensor:
        return torch.ones(1)

    def close(self) -> None:
        pass


@pytest.fixture
def with_program(
    moons: Project, chain: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> tuple[Course, Lane]:
    """A run of batches of 32 with dropout, whose lane holds a program for it."""
    monkeypatch.setattr("engine.fast.lane.refusal", lambda _job: None)
    monkeypatch.setattr(lanes, "WAIT", 1e9)
    monkeypatch.setattr(lanes, "LOOK", 1e9)
    tail = (CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"]())
    graph = chain(CATALOGUE["Dropout"](), *tail)
    course = Course(job_of(replace(moons, graph=graph), optimizer="Momentum"))
    lane = Lane(course)
    lane._programs, lane._key = {1: Nothing()}, lane._name(Size(32, 1))  # type: ignore[dict-item]
    assert lane.go(None) == (1, False)
    return course, lane


@pytest.mark.parametrize(
    ("setting", "value", "stays"),
    [
        ("learning_rate", 0.2, True),
        ("momentum", 0.5, True),
        ("momentum", 0.0, False),
        ("weight_decay", 0.1, False),
        ("batch_size", 16, False),
        ("clipping", "norm", False),
    ],
)
def test_what_a_program_was_made_for_decides_whether_a_change_needs_another(
    with_program: tuple[Course, Lane], setting: str, value: object, stays: bool
) -> None:
    course, lane = with_program
    course.adjust(course.settings.but(**{setting: value}))
    assert (lane.go(None) is not None) == stays
    assert [remark.words for remark in lane.said()] == ([] if stays else ["plain"])


def test_another_dropout_needs_another_program(with_program: tuple[Course, Lane]) -> None:
    course, lane = with_program
    (name,) = (node.id for node in course.graph.nodes.values() if node.layer.kind() == "Dropout")
    assert course.tune(name, "p", 0.9) == 0.5
    assert lane.go(None) is None


def test_a_reason_is_said_once(moons: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.fast.lane.refusal", lambda _job: "of a reason")
    course = Course(job_of(moons))
    lane = Lane(course)
    course.adjust(course.settings.but(learning_rate=0.2))
    assert lane.go(None) is None
    assert [remark.detail for remark in lane.said()] == ["Steps are not compiled: of a reason."]
