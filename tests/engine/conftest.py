"""Small real projects that the engine's tests train."""

from collections.abc import Callable, Sequence

import pytest

from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings

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
