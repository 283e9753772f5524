"""What each layer costs, against arithmetic worked by hand; and each axis by its name."""

import pytest
import torch
import torchinfo

from engine.axes import Axes, General, Image, Indices, Labels, Row, Sequence, Signal, Tokens, Volume
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.network import build
from engine.problems import find_problems
from engine.settings import Settings
from engine.shapes import infer
from engine.sizing import TYPICAL, Cost

DIGITS = Labels(tuple("0123456789"))


def cost_of(kind: str, *inputs: Axes, **parameters: object) -> Cost:
    """What one layer costs that hears from an Input on each of its first ports."""
    layer = CATALOGUE[kind](**parameters)
    graph, parts = Graph().add(layer, name="it"), {}
    for place, axes in enumerate(inputs):
        part = f"p{place}" if place else ""
        parts[part] = axes
        graph = graph.add(CATALOGUE["Input"](part=part), name=f"in_{place}")
        port = layer.inputs[min(place, len(layer.inputs) - 1)].name
        graph = graph.connect(Edge(NodeId(f"in_{place}"), NodeId("it"), "out", port))
    shapes = infer(graph, parts, DIGITS)
    assert not shapes.misfits
    return shapes.sized[NodeId("it")].cost


STEPS = Sequence(12, 8)
BY_HAND = [
    ("Dense", (Row(20),), {"out_features": 7}, 20 * 7 + 7, 20 * 7, 7),
    ("Dense", (STEPS,), {"out_features": 7}, 8 * 7 + 7, 12 * 8 * 7, 12 * 7),
    ("Dense", (Sequence("time", 8),), {"out_features": 7}, 63, TYPICAL * 56, TYPICAL * 7),
    ("Conv2d", (Image(4, 9, 9),), {"out_channels": 6, "kernel_size": 3, "stride": 2}, 222, 16 * 6 * 36, 96),
    ("Conv2d", (Image(4, 9, 9),), {"out_channels": 8, "kernel_size": 3, "groups": 4}, 80, 49 * 8 * 9, 392),
    ("Conv2d", (Image(4, 9, 9),), {"out_channels": 6, "kernel_size": 3, "dilation": 2}, 222, 25 * 6 * 36, 150),
    ("Conv1d", (Signal(3, 10),), {"out_channels": 5, "kernel_size": 4}, 65, 7 * 5 * 12, 35),
    ("Conv3d", (Volume(2, 5, 5, 5),), {"out_channels": 3, "kernel_size": 3}, 165, 27 * 3 * 54, 81),
    ("ConvTranspose2d", (Image(4, 5, 5),), {"out_channels": 3, "kernel_size": 2, "stride": 2}, 51, 25 * 48, 300),
    ("RNN", (STEPS,), {"hidden_size": 5}, 5 * 13 + 10, 12 * 5 * 13, 12 * 5 + 5),
    ("GRU", (STEPS,), {"hidden_size": 5}, 3 * (5 * 13 + 10), 12 * 3 * 5 * 13, 12 * 5 + 5),
    ("LSTM", (STEPS,), {"hidden_size": 5}, 4 * (5 * 13 + 10), 12 * 4 * 5 * 13, 12 * 5 + 10),
    ("Bilinear", (Row(6), Row(5)), {"out_features": 3}, 93, 90, 3),
    ("Dot", (Row(20), Row(20)), {}, 0, 20, 1),
    ("Dot", (STEPS, STEPS), {}, 0, 12 * 8, 12),
    ("Dot", (Image(2, 3, 4), Image(2, 3, 4)), {}, 0, 24, 6),
    ("Dot", (STEPS, STEPS), {"normalize": True}, 0, 12 * 8, 12),
    ("MatMul", (STEPS, STEPS), {"transpose": True}, 0, 12 * 12 * 8, 144),
    ("Add", (STEPS, STEPS), {}, 0, 0, 96),
    ("Embedding", (Tokens(12, 30),), {"embedding_dim": 4}, 120, 0, 48),
    ("BatchNorm2d", (Image(4, 9, 9),), {}, 8, 0, 324),
    ("MaxPool2d", (Image(4, 8, 8),), {}, 0, 0, 64),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "given", "weights", "adds", "numbers"), BY_HAND)
def test_a_layer_costs_what_it_does_by_hand(
    kind: str,
    inputs: tuple[Axes, ...],
    given: dict[str, object],
    weights: int,
    adds: int,
    numbers: int,
) -> None:
    found = cost_of(kind, *inputs, **given)
    assert (found.parameters, found.multiply_adds, found.activations) == (weights, adds, numbers)


def chain(*kinds: tuple[str, dict[str, object]]) -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for kind, given in (*kinds, ("CrossEntropyLoss", {})):
        graph = graph.add(CATALOGUE[kind](**given))
    names = list(graph.nodes)
    ends = zip(names, names[1:], strict=False)
    return graph.connect(*(Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name) for a, b in ends))


def test_a_network_counts_as_torchinfo_counts_it() -> None:
    """It has no group for recurrent or attention layers here: those stand above, by hand."""
    graph = chain(
        ("Conv2d", {"out_channels": 6, "kernel_size": 3, "bias": False}), ("ReLU", {}),
        ("Conv2d", {"out_channels": 12, "kernel_size": 3, "groups": 6, "bias": False}), ("ReLU", {}),
        ("MaxPool2d", {}), ("Flatten", {}), ("Dense", {"out_features": 30, "bias": False}), ("Tanh", {}),
        ("Dense", {"out_features": 10, "bias": False}),
    )  # fmt: skip
    shapes = infer(graph, Image(3, 16, 16), DIGITS)
    network = build(graph, shapes)
    seen = torchinfo.summary(network.module, input_data=torch.zeros(1, 3, 16, 16), verbose=0)
    assert shapes.total.parameters == seen.total_params
    assert shapes.total.multiply_adds == seen.total_mult_adds


@pytest.mark.parametrize(
    ("axes", "names"),
    [
        (Row(784), ("features 784",)),
        (Image(6, 28, 30), ("height 28", "width 30", "channels 6")),
        (Volume(1, 2, 3, 4), ("depth 2", "height 3", "width 4", "channels 1")),
        (Sequence("time", 64), ("time", "features 64")),
        (Sequence(12, 64), ("steps 12", "features 64")),
        (Signal(3, "time"), ("time", "channels 3")),
        (Signal(3, "⌊time/2⌋"), ("steps ⌊time/2⌋", "channels 3")),
        (Tokens("time", 50), ("time",)),
        (General(("heads", "axis 2"), (4, 5)), ("heads 4", "axis 2 5")),
        (Indices((), ()), ()),
    ],
    ids=repr,
)
def test_each_axis_is_said_by_its_name(axes: Axes, names: tuple[str, ...]) -> None:
    assert axes.by_name == names


@pytest.mark.parametrize(
    ("between", "out", "warned"),
    [
        (4, 40, False),
        (20, 40, False),
        (21, 40, True),
        (64, 40, True),
        (5, 10, False),
        (6, 10, True),
    ],
)
def test_a_narrow_pair_is_meant_and_a_wide_one_is_not(between: int, out: int, warned: bool) -> None:
    graph = chain(
        ("Flatten", {}), ("Dense", {"out_features": between, "bias": False}), ("Dense", {"out_features": out}),
        ("ReLU", {}), ("Dense", {"out_features": 10}),
    )  # fmt: skip
    shapes = infer(graph, Image(1, 8, 8), DIGITS)
    said = find_problems(graph, shapes, DIGITS, Settings())
    assert any("without an activation" in problem.message for problem in said) is warned
