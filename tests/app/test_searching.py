"""Searching a drawing: what a person types, and which layers it finds."""

import pytest

from app.searching import search
from engine.axes import Image, Labels
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.shapes import Shapes, infer

TEN = Labels(tuple("abcdefghij"))


@pytest.fixture(scope="module")
def drawn() -> tuple[Graph, Shapes]:
    """28×28×1, two convolutions, a pool, 200 and 10 units."""
    made = (
        ("image", CATALOGUE["Input"]()),
        ("conv_1", CATALOGUE["Conv2d"](out_channels=6, kernel_size=5, padding=2)),
        ("relu_1", CATALOGUE["ReLU"]()),
        ("pool", CATALOGUE["MaxPool2d"](kernel_size=2)),
        ("conv_2", CATALOGUE["Conv2d"](out_channels=16, kernel_size=3)),
        ("flatten", CATALOGUE["Flatten"]()),
        ("hidden", CATALOGUE["Dense"](out_features=200, bias=False)),
        ("drop", CATALOGUE["Dropout"](p=0.25)),
        ("scores", CATALOGUE["Dense"](out_features=10)),
    )
    graph, last = Graph(), None
    for name, layer in made:
        graph = graph.add(layer, name=name)
        if last is not None:
            graph = graph.connect(Edge(last, NodeId(name)))
        last = NodeId(name)
    graph = graph.change(NodeId("hidden"), frozen=True, note="as many as memory holds")
    return graph, infer(graph, Image(1, 28, 28), TEN)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("conv", {"conv_1", "conv_2"}),
        ("CONV_2", {"conv_2"}),
        ("dense", {"hidden", "scores"}),
        ("pooling", {"pool"}),
        ("memory holds", {"hidden"}),
        ("kernel 5", {"conv_1"}),
        ("kernel=3", {"conv_2"}),
        ("kernel 2", {"pool"}),
        ("filters>=16", {"conv_2"}),
        ("filters < 16", {"conv_1"}),
        ("units>100", {"hidden"}),
        ("units ≤ 10", {"scores"}),
        ("p<.5", {"drop"}),
        ("bias=no", {"hidden"}),
        ("bias false", {"hidden"}),
        ("28×28", {"image", "conv_1", "relu_1", "pool"}),
        ("28x28x6", {"conv_1", "relu_1", "pool"}),
        ("14*14", {"pool", "conv_2"}),
        ("→10", {"scores"}),
        ("->200", {"hidden", "drop"}),
        ("200→", {"drop", "scores"}),
        ("2304", {}),
        ("→2304", {"flatten"}),
        ("frozen", {"hidden"}),
        ("error", {"pool"}),
        ("conv kernel 5", {"conv_1"}),
        ("conv →28×28×6", {"conv_1"}),
        ("conv units>3", set()),
        ("", set()),
        ("   ", set()),
        (">", set()),
        ("kernel>", set()),
        ("→", set()),
        ("units>many", set()),
        ("((", set()),
    ],
)
def test_what_is_typed_finds(
    drawn: tuple[Graph, Shapes], typed: str, wanted: set[str] | dict[str, str]
) -> None:
    graph, shapes = drawn
    assert {hit.name for hit in search(graph, shapes, typed, [NodeId("pool"), None])} == set(wanted)


def test_the_best_comes_first_and_says_why(drawn: tuple[Graph, Shapes]) -> None:
    graph, shapes = drawn
    hits = search(graph, shapes, "28×28×6")
    assert hits[0].why in ("→ 28×28×6", "28×28×6 →")
    assert search(graph, shapes, "conv kernel 5")[0].why == "Kernel 5×5"
    assert [hit.name for hit in search(graph, shapes, "pool")][0] == "pool"


def test_without_shapes_names_are_found_all_the_same(drawn: tuple[Graph, Shapes]) -> None:
    graph, _ = drawn
    assert [hit.name for hit in search(graph, Shapes({}, {}), "relu")] == ["relu_1"]
    assert search(graph, Shapes({}, {}), "28×28") == []
