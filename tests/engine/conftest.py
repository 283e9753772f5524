"""Small real projects that the engine's tests train."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import (
    Adjusted,
    Best,
    Checkpoint,
    Finished,
    Judged,
    Reading,
    Remarked,
    Started,
    Steps,
    Validated,
)
from engine.graph import Edge, Graph
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project, fresh_run
from engine.run import Run, record
from engine.settings import Settings
from engine.template import template

Chain = Callable[..., Graph]


def chained(*layers: Layer) -> Graph:
    """The layers one after another, from an Input called `data` to a loss called `loss`."""
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for layer in layers:
        graph = graph.add(layer)
    names = list(graph.nodes)
    edges = (
        Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name)
        for a, b in zip(names, names[1:], strict=False)
    )
    return graph.connect(*edges)


@pytest.fixture
def chain() -> Chain:
    return chained


def kinds(*names: str | tuple[str, dict[str, object]]) -> Sequence[Layer]:
    """Layers by name, with parameters where a pair is given."""
    pairs = [(name, {}) if isinstance(name, str) else name for name in names]
    return [CATALOGUE[name](**parameters) for name, parameters in pairs]


@pytest.fixture
def moons() -> Project:
    """A tanh net on two moons: a step takes a fraction of a millisecond."""
    layers = kinds(
        ("Dense", {"out_features": 8}), "Tanh", ("Dense", {"out_features": 2}), "CrossEntropyLoss"
    )
    recipe = Recipe.usual(DATASETS["Moons"]())
    return Project("moons", chained(*layers), recipe, Settings(epochs=3, batch_size=32))


@pytest.fixture
def noisy_digits() -> Project:
    """A net with everything that draws random numbers or keeps running figures: dropout and batch norm."""
    layers = kinds(
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}),
        "BatchNorm2d",
        "ReLU",
        ("Dropout2d", {"p": 0.2}),
        "Flatten",
        ("Dense", {"out_features": 32}),
        "BatchNorm1d",
        "ReLU",
        "Dropout",
        ("Dense", {"out_features": 10}),
        "CrossEntropyLoss",
    )
    recipe = Recipe.usual(DATASETS["Digits8"]())
    return Project(
        "digits",
        chained(*layers),
        recipe,
        Settings(epochs=2, batch_size=64, optimizer="Adam", learning_rate=0.003),
    )


def trained(run: Run) -> Run:
    chance = np.random.default_rng(0)
    weights = {"hidden.weight": chance.normal(size=(3, 4)).astype(np.float32)}
    memory = {"0.momentum_buffer": chance.normal(size=(3, 4)), "0.step": np.array(7.0)}
    for event in (
        Started(0, 0.0, 2, 10, 100, 20, 5, 0, 1, "cpu"),
        Steps(10, 1.0, chance.normal(size=10), 0.5, 0.1),
        Reading(10, "ErrorSignal", "hidden", 1e-30),
        Reading(10, "ProbeLoss", None, 0.25),
        Reading(10, "Activations", "relu", np.ones((2, 3), np.float32)),
        Validated(10, 1, 0.5, float("nan"), 0.7, None, 0.6),
        Judged(10, 1, np.arange(20) % 10, np.arange(20) // 2, np.arange(20), 10),
        Best(10, 1, 0.7, {"hidden.weight": weights["hidden.weight"] + 1}),
        Remarked(10, "rate × 0.5", "Dev got no better."),
        Adjusted(10, "learning_rate", 0.1, 0.01),
        Checkpoint(10, 1, 0, weights, memory, np.arange(9, dtype=np.uint8)),
        Finished(10, "stopped", 1, 0.5, None, 0.7, None, 0.6),
    ):
        run = record(run, event)
    return run


@pytest.fixture
def with_runs() -> Callable[[int], Project]:
    """A project of any number of runs in which everything that can be said was said."""

    def make(count: int) -> Project:
        made = replace(template("one-hidden-layer"), notes="Zwölf × ∂L/∂h")
        for _ in range(count):
            made = replace(made, runs=(*made.runs, trained(fresh_run(made))))
        return made

    return make
