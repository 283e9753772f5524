"""Cures: what they change, that they change nothing else, and that the network then learns."""

from collections.abc import Callable

import pytest

from engine.axes import Image, Labels, Row
from engine.control import Control
from engine.cures import CURES, with_batch_norm, with_relu
from engine.events import Validated
from engine.graph import Graph, NodeId, grouped
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.problems import find_problems
from engine.project import Project
from engine.shapes import Shapes, infer
from engine.template import template
from engine.train import train

Chain = Callable[..., Graph]
TEN = Labels(tuple("0123456789"))


def made(name: str, **options: object) -> object:
    return CATALOGUE[name](**options)


def shapes_of(graph: Graph, part: object = Row(8)) -> Shapes:  # noqa: B008 (a frozen value)
    return infer(graph, {"": part}, TEN)  # type: ignore[dict-item]


def kinds(graph: Graph) -> list[str]:
    return [graph.flat.nodes[name].layer.kind() for name in graph.flat.order]


def test_batch_norm_goes_before_each_activation_by_what_flows_there(chain: Chain) -> None:
    graph = chain(
        made("Conv2d"), made("Sigmoid"), made("Flatten"), made("Dense", out_features=5),
        made("Tanh"), made("Dense", out_features=10), made("CrossEntropyLoss"),
    )  # fmt: skip
    after = with_batch_norm(graph, shapes_of(graph, Image(3, 8, 8)))
    assert kinds(after) == [
        "Input", "Conv2d", "BatchNorm2d", "Sigmoid", "Flatten", "Dense", "BatchNorm1d", "Tanh",
        "Dense", "CrossEntropyLoss",
    ]  # fmt: skip
    biased = [getattr(after.nodes[n].layer, "bias", None) for n in ("conv_1", "dense_1", "dense_2")]
    assert biased == [False, False, True]
    again = with_batch_norm(after, shapes_of(after, Image(3, 8, 8)))
    assert again is after
    assert not [
        p
        for p in find_problems(after, shapes_of(after, Image(3, 8, 8)), TEN)
        if p.severity == "error"
    ]


def test_relu_takes_the_place_of_what_saturates_but_not_of_the_result(chain: Chain) -> None:
    graph = chain(
        made("Dense", out_features=6), made("Tanh"), made("Dense", out_features=6),
        made("GELU"), made("Dense", out_features=1), made("Sigmoid"), made("MSELoss"),
    )  # fmt: skip
    after = with_relu(graph, shapes_of(graph))
    assert kinds(after) == [
        "Input",
        "Dense",
        "ReLU",
        "Dense",
        "GELU",
        "Dense",
        "Sigmoid",
        "MSELoss",
    ]
    drawn = [after.nodes[NodeId(f"dense_{n}")].layer.initial_weights for n in (1, 2, 3)]  # type: ignore[attr-defined]
    assert drawn == ["he", "default", "default"]
    assert "relu_1" in after.nodes
    assert with_relu(after, shapes_of(after)) is after


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: cure.id)
def test_what_stands_in_groups_is_mended_too(chain: Chain, cure: object) -> None:
    graph = chain(
        made("Dense", out_features=8), made("Sigmoid"), made("Dense", out_features=8),
        made("Sigmoid"), made("Dense", out_features=10), made("CrossEntropyLoss"),
    )  # fmt: skip
    second = [name for name in graph.nodes if name.startswith("sigmoid")][1]
    boxed = grouped(graph, [NodeId("dense_2"), second], "box")
    box = boxed.nodes[NodeId("box")].layer
    repeated = boxed.put(NodeId("box"), box.but(repeat=3))
    straight = cure.apply(graph, shapes_of(graph), lambda g, _: g)  # type: ignore[attr-defined]
    after = cure.apply(repeated, shapes_of(repeated), lambda g, _: g)  # type: ignore[attr-defined]
    inner = sorted(kinds(straight))
    assert set(kinds(after)) == set(inner)
    assert kinds(after).count("Sigmoid") in (0, 4)
    assert not shapes_of(after).misfits


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: cure.id)
def test_nothing_to_do_is_the_same_drawing(chain: Chain, cure: object) -> None:
    graph = chain(made("Dense", out_features=10), made("CrossEntropyLoss"))
    assert cure.apply(graph, shapes_of(graph), lambda g, _: g) is graph  # type: ignore[attr-defined]


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: cure.id)
def test_ten_sigmoid_layers_learn_once_they_are_mended(cure: object) -> None:
    """The headline: near a tenth as drawn, at least .95 on dev in the same 20 epochs from the same seed."""
    project = template("deep-sigmoid")

    def best(graph: Graph) -> float:
        job = prepare(Project("deep", graph, project.recipe, project.settings))
        assert isinstance(job, Job)
        said = [event for event in train(job, Control()) if isinstance(event, Validated)]
        return max(event.dev_accuracy or 0.0 for event in said[-3:])

    shapes = prepare(project)
    assert isinstance(shapes, Job)
    if cure is CURES[0]:
        assert best(project.graph) < 0.15
    assert best(cure.apply(project.graph, shapes.shapes, lambda g, _: g)) >= 0.95  # type: ignore[attr-defined]
