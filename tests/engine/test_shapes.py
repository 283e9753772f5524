"""Shapes and costs against numbers known from elsewhere: worked by hand, or printed in the literature."""

import pytest
import torch
from torch import nn

from engine.axes import Axes, General, Image, Labels, Row, Sequence, Target, Values
from engine.graph import Edge, Graph, GraphError, Node, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.layers.activation import ReLU, Sigmoid
from engine.layers.convolution import Conv2d
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.distance import MSELoss
from engine.layers.loss import CrossEntropyLoss
from engine.layers.pooling import AvgPool2d, MaxPool2d
from engine.layers.rearranging import Flatten
from engine.layers.structure import Add, Concat
from engine.shapes import Cost, Misfit, Shapes, infer

DIGITS = Labels(tuple("0123456789"))


def line(*layers: Layer) -> Graph:
    """An input, these layers one after another, and whatever loss is the last."""
    graph = Graph().add(Input())
    for layer in layers:
        last = list(graph.nodes)[-1]
        graph = graph.add(layer)
        name = list(graph.nodes)[-1]
        graph = graph.connect(Edge(last, name, target_port=layer.inputs[0].name))
    return graph


def sizes(shapes: Shapes) -> list[str]:
    return [axes.text for node in shapes.sized.values() for axes in node.outputs.values()]


def shapes_of(source: Axes, *layers: Layer, target: Target = DIGITS) -> Shapes:
    shapes = infer(line(*layers), source, target)
    assert not shapes.misfits
    return shapes


# -- parameters, by hand and by the book -----------------------------------------------------------------------------


def test_six_filters_of_5x5x3_have_456_parameters() -> None:
    assert shapes_of(Image(3, 32, 32), Conv2d(out_channels=6)).total.parameters == 456  # 6·(75 + 1)


def test_the_two_convolutions_of_the_lecture() -> None:
    shapes = shapes_of(
        Image(3, 32, 32),
        Conv2d(out_channels=6),
        ReLU(),
        Conv2d(out_channels=10),
        ReLU(),
        Flatten(),
        Dense(out_features=10),
    )
    wires = ["32×32×3", "28×28×6", "28×28×6", "24×24×10", "24×24×10", "5760", "10"]
    assert sizes(shapes) == wires
    parameters = [node.cost.parameters for node in shapes.sized.values() if node.cost.parameters]
    assert parameters == [456, 1_510, 57_610]  # 10·(150 + 1), 10·(5,760 + 1)


def test_one_hidden_layer_on_28x28_digits_has_101770_parameters() -> None:
    shapes = shapes_of(
        Image(1, 28, 28), Flatten(), Dense(out_features=128), ReLU(), Dense(out_features=10)
    )
    assert shapes.total.parameters == 101_770  # 784·128 + 128 + 128·10 + 10
    assert shapes.total.multiply_adds == 784 * 128 + 128 * 10


def test_3072_numbers_to_10_scores() -> None:
    assert shapes_of(Row(3072), Dense(out_features=10)).total.parameters == 30_730


def test_lenet_5_has_61706_parameters() -> None:
    """As it is built today: LeCun et al. 1998 with full connections in C3."""
    shapes = shapes_of(
        Image(1, 32, 32),
        Conv2d(out_channels=6),
        Sigmoid(),
        AvgPool2d(),
        Conv2d(out_channels=16),
        Sigmoid(),
        AvgPool2d(),
        Flatten(),
        Dense(out_features=120),
        Sigmoid(),
        Dense(out_features=84),
        Sigmoid(),
        Dense(out_features=10),
        CrossEntropyLoss(),
    )
    assert shapes.total.parameters == 61_706
    assert "5×5×16" in sizes(shapes)
    # each output pixel is a dot product with 5·5·channels numbers
    convolutions = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 25 * 6
    assert shapes.total.multiply_adds == convolutions + 400 * 120 + 120 * 84 + 84 * 10


@pytest.mark.parametrize(
    ("layer", "multiply_adds"),
    [
        (Conv2d(out_channels=6), 28 * 28 * 6 * 75),
        (Conv2d(out_channels=6, stride=(2, 2)), 14 * 14 * 6 * 75),
        (Conv2d(out_channels=6, groups=3), 28 * 28 * 6 * 25),
        (Conv2d(out_channels=6, bias=False), 28 * 28 * 6 * 75),
        (MaxPool2d(), 0),
        (ReLU(), 0),
    ],
    ids=repr,
)
def test_multiply_adds_of_one_example(layer: Layer, multiply_adds: int) -> None:
    assert shapes_of(Image(3, 32, 32), layer).total.multiply_adds == multiply_adds


def test_the_memory_of_an_output_is_four_bytes_a_number() -> None:
    assert Cost(0, 0, 28 * 28 * 6).activation_bytes == 18_816


def test_a_whole_network_counts_as_torch_counts_it() -> None:
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1152, 10)
    )  # fmt: skip
    shapes = shapes_of(
        Image(1, 28, 28),
        Conv2d(out_channels=8),
        ReLU(),
        MaxPool2d(),
        Flatten(),
        Dense(out_features=10),
    )
    without_norm = sum(p.numel() for p in network.parameters()) - 16
    assert shapes.total.parameters == without_norm


# -- what is known and what is not -----------------------------------------------------------------------------------


def test_a_misfit_says_what_came_and_what_was_wanted() -> None:
    shapes = infer(line(Dense(), ReLU()), Image(1, 28, 28), DIGITS)
    (misfit,) = shapes.misfits.values()
    assert misfit == Misfit(
        "in", "a row of numbers or a sequence", "an image, 28×28×1", (Image(1, 28, 28),)
    )
    assert "relu_1" not in shapes.sized, "what lies behind a misfit is not known"
    assert "relu_1" not in shapes.misfits


def test_a_wire_knows_what_flows_along_it() -> None:
    graph = line(Conv2d(), Dense())
    shapes = infer(graph, Image(3, 32, 32), DIGITS)
    assert shapes.on(graph.edges[0]) == Image(3, 32, 32)
    assert shapes.on(graph.edges[1]) == Image(6, 28, 28)
    assert shapes.on(Edge(NodeId("dense_1"), NodeId("conv_1"))) is None


def test_a_window_larger_than_the_image_is_said_in_pixels() -> None:
    shapes = infer(line(Conv2d(kernel_size=(9, 9))), Image(1, 8, 8), DIGITS)
    misfit = shapes.misfits[NodeId("conv_1")]
    assert (misfit.wanted, misfit.got) == ("an image of at least 9×9", "one of 8×8")


def test_a_circle_is_an_error_not_a_loop_for_ever() -> None:
    a, b = NodeId("a"), NodeId("b")
    graph = Graph({a: Node(a, ReLU()), b: Node(b, ReLU())}, (Edge(a, b), Edge(b, a)))
    with pytest.raises(GraphError, match="circle"):
        infer(graph, Row(1), DIGITS)


@pytest.mark.parametrize(
    ("loss", "target", "wanted"),
    [
        (CrossEntropyLoss(), DIGITS, "10 scores"),
        (MSELoss(), Values(("a", "b")), "2 scores"),
        (MSELoss(), DIGITS, "values to predict"),
        (CrossEntropyLoss(), Values(("a",)), "classes to predict"),
    ],
    ids=repr,
)
def test_a_loss_must_suit_the_data(loss: Layer, target: Target, wanted: str) -> None:
    misfits = infer(line(loss), Row(7), target).misfits
    assert wanted in misfits[NodeId("loss_1")].wanted


def test_branches_meet_only_if_alike() -> None:
    graph = line(Dense(out_features=4)).add(Add()).add(Concat())
    for name in ("input_1", "dense_1"):
        for other in ("add_1", "concat_1"):
            graph = graph.connect(Edge(NodeId(name), NodeId(other)))
    shapes = infer(graph, Row(3), DIGITS)
    assert shapes.sized[NodeId("concat_1")].outputs == {"out": Row(7)}
    assert shapes.misfits[NodeId("add_1")].wanted == "inputs of one shape, like 3"
    assert shapes.misfits[NodeId("add_1")].got == "4"


def test_a_free_length_stays_unknown_downstream_of_flatten() -> None:
    misfits = infer(line(Flatten()), Sequence("time", 4), DIGITS).misfits
    assert misfits[NodeId("flatten_1")].got == "time×4"


def test_an_absurd_size_is_a_number_not_an_allocation() -> None:
    shapes = infer(line(Dense(out_features=1_000_000_000)), Row(1_000_000), DIGITS)
    assert shapes.total.parameters == 1_000_000_000_000_000 + 1_000_000_000


def test_nothing_is_drawn_from_the_random_generator() -> None:
    before = torch.get_rng_state()
    infer(line(Dense(out_features=77), ReLU(), Dense(out_features=78)), Row(79), DIGITS)
    assert torch.equal(before, torch.get_rng_state())


def test_only_what_lies_behind_an_edit_is_run_again() -> None:
    graph = line(Dense(out_features=81), ReLU(), Dense(out_features=82))
    before = infer(graph, Row(83), DIGITS)
    after = infer(graph.put(NodeId("dense_2"), Dense(out_features=84)), Row(83), DIGITS)
    assert after.sized[NodeId("dense_1")] is before.sized[NodeId("dense_1")]
    assert after.sized[NodeId("dense_2")].outputs == {"out": Row(84)}


def test_other_arrangements_keep_their_names() -> None:
    shapes = infer(line(ReLU()), General(("mass",), (3,)), DIGITS)
    assert shapes.sized[NodeId("relu_1")].outputs["out"].names == ("mass",)


# -- what modules do beyond that ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "nobody + x",
        "1 / 0",
        "[][1]",
        "torch.zeros(3)",
        "x.sum()",
        "None",
        "'text'",
        "(x, x)",
        "x[:, 0, 0]",
    ],
)
def test_code_that_does_something_odd_is_a_misfit_in_words(source: str) -> None:
    code = CATALOGUE["Code"](source=source).as_own()
    shapes = infer(line(code), Row(4), DIGITS)
    found = shapes.misfits.get(NodeId(list(shapes.run)[-1]))
    assert found or source == "(x, x)"


def test_a_bilinear_layer_of_many_units_is_known_at_once() -> None:
    graph = (
        Graph().add(Input(), name="a").add(CATALOGUE["Bilinear"](out_features=1_000_000), name="b")
    )
    graph = graph.connect(
        Edge(NodeId("a"), NodeId("b"), target_port="first"),
        Edge(NodeId("a"), NodeId("b"), target_port="second"),
    )
    found = infer(graph, Row(3), DIGITS)
    assert found.sized[NodeId("b")].outputs == {"out": Row(1_000_000)}
    assert found.total.multiply_adds == 9_000_000
    module = nn.Bilinear(3, 3, 8)
    small = infer(
        graph.put(NodeId("b"), CATALOGUE["Bilinear"](out_features=8)), Sequence(5, 3), DIGITS
    )
    assert (
        small.sized[NodeId("b")].outputs["out"].sizes
        == module(torch.ones(1, 5, 3), torch.ones(1, 5, 3)).shape[1:]
    )


def test_advice_of_torch_s_does_not_escape(recwarn: pytest.WarningsRecorder) -> None:
    shapes = infer(line(CATALOGUE["Conv2d"](kernel_size=4, padding="same")), Image(1, 9, 9), DIGITS)
    assert not shapes.misfits
    assert not recwarn.list
