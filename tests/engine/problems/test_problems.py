"""Each complaint: it names the node, speaks plainly, and its fix really mends it."""

import re
from collections.abc import Callable

import pytest

from engine.axes import Axes, Image, Labels, Row, Sequence, Target, Values
from engine.graph import Edge, Graph, GraphError, Node, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.layers.activation import ReLU
from engine.layers.convolution import Conv2d
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.distance import MSELoss
from engine.layers.loss import CrossEntropyLoss
from engine.layers.rearranging import Flatten
from engine.layers.regularisation import Dropout
from engine.layers.softmax import Softmax
from engine.layers.structure import Add
from engine.problems import Problem, bypass, circle, find_problems
from engine.shapes import infer

DIGITS = Labels(tuple("0123456789"))
PICTURE = Image(1, 28, 28)
STIFF = re.compile(r"tensor|\bdim\b|dimension|Traceback|torch|Error\b|None|\bnull\b")


def line(*layers: Layer) -> Graph:
    graph = Graph().add(Input())
    for layer in layers:
        last = list(graph.nodes)[-1]
        graph = graph.add(layer)
        name = list(graph.nodes)[-1]
        graph = graph.connect(Edge(last, name, target_port=layer.inputs[0].name))
    return graph


def problems(graph: Graph, source: Axes = PICTURE, target: Target = DIGITS) -> tuple[Problem, ...]:
    return find_problems(graph, infer(graph, source, target), target)


def mended(graph: Graph, problem: Problem) -> Graph:
    assert problem.fix is not None
    return problem.fix.edit(graph)


def sound() -> Graph:
    return line(
        Flatten(), Dense(out_features=128), ReLU(), Dense(out_features=10), CrossEntropyLoss()
    )


CASES: dict[str, tuple[Callable[[], Graph], Axes, Target, str, str]] = {
    # name: (drawing, sample, target, severity, words of the message)
    "an image into Dense": (
        lambda: line(Dense(out_features=10), CrossEntropyLoss()),
        PICTURE,
        DIGITS,
        "error",
        "dense_1 wants a row of numbers or a sequence, but gets an image, 28×28×1.",
    ),
    "an image into the loss": (
        lambda: line(Conv2d(out_channels=1, kernel_size=1), CrossEntropyLoss()),
        Image(1, 2, 5),
        DIGITS,
        "error",
        "loss_1 wants a row of numbers or a sequence, but gets an image, 2×5×1.",
    ),
    "too many scores from Dense": (
        lambda: line(Dense(out_features=12), CrossEntropyLoss()),
        Row(3),
        DIGITS,
        "error",
        "loss_1 wants 10 scores",
    ),
    "too many scores from no Dense": (
        lambda: line(Dense(out_features=12), Dropout(), CrossEntropyLoss()),
        Row(3),
        DIGITS,
        "error",
        "but gets 12 scores",
    ),
    "too many values": (
        lambda: line(Dense(out_features=2), MSELoss()),
        Row(3),
        Values(("height",)),
        "error",
        "loss_1 wants 1 score, for one value of the data, but gets 2 scores.",
    ),
    "softmax twice": (
        lambda: line(Dense(out_features=10), Softmax(), CrossEntropyLoss()),
        Row(3),
        DIGITS,
        "advice",
        "with softmax_1 before it, it is applied twice",
    ),
    "two Dense in a row": (
        lambda: line(Dense(out_features=7), Dense(out_features=10), CrossEntropyLoss()),
        Row(3),
        DIGITS,
        "advice",
        "dense_1 and dense_2 follow each other without an activation",
    ),
    "a loose end": (
        lambda: sound().add(ReLU()),
        PICTURE,
        DIGITS,
        "error",
        "Nothing flows into relu_2.",
    ),
    "a loss for values, where there are classes": (
        lambda: line(Dense(out_features=10), MSELoss()),
        Row(3),
        DIGITS,
        "error",
        "loss_1 wants values to predict, but gets data with classes.",
    ),
    "a loss for classes, where there are values": (
        lambda: line(Dense(out_features=1), CrossEntropyLoss()),
        Row(3),
        Values(("height",)),
        "error",
        "loss_1 wants classes to predict, but gets data with values.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_complaint_says_what_and_where_and_its_fix_mends_it(case: str) -> None:
    draw, source, target, severity, words = CASES[case]
    graph = draw()
    (problem,) = problems(graph, source, target)
    assert problem.severity == severity
    assert words in problem.message
    assert problem.node in graph.nodes
    assert str(problem.node) in problem.message
    assert problem.message.endswith(".")
    assert not STIFF.search(problem.message), problem.message
    before = (dict(graph.nodes), graph.edges)
    after = problems(mended(graph, problem), source, target)
    assert (dict(graph.nodes), graph.edges) == before
    assert problem not in after
    assert not [found for found in after if found.severity == "error"]


def test_a_sound_network_has_no_problems() -> None:
    assert problems(sound()) == ()


def test_a_digit_through_dense_is_mended_in_two_steps() -> None:
    graph = line(Dense(out_features=12), CrossEntropyLoss())
    (first,) = problems(graph)
    assert first.fix is not None
    assert first.fix.text == "Insert Flatten"
    graph = mended(graph, first)
    (second,) = problems(graph)
    assert second.fix is not None
    assert second.fix.text == "Give dense_1 10 units"
    assert problems(mended(graph, second)) == ()


def test_an_empty_drawing_lacks_an_input_and_a_loss() -> None:
    messages = [problem.message for problem in problems(Graph())]
    assert len(messages) == 2
    assert "no Input" in messages[0]
    assert "no loss" in messages[1]
    assert {problem.node for problem in problems(Graph())} == {None}


def test_what_has_no_weights_cannot_be_trained() -> None:
    (problem,) = problems(line(Flatten(), Dropout(), CrossEntropyLoss()), Image(1, 2, 5))
    assert problem.severity == "error"
    assert "nothing to train" in problem.message
    assert problems(line(Flatten(), Dense(out_features=10), CrossEntropyLoss())) == ()


def test_what_leads_nowhere_is_only_advice() -> None:
    graph = sound().add(ReLU()).connect(Edge(NodeId("dense_1"), NodeId("relu_2")))
    (problem,) = problems(graph)
    assert (problem.severity, problem.node) == ("advice", "relu_2")


def test_errors_come_first() -> None:
    graph = line(Dense(out_features=7), Dense(out_features=11), CrossEntropyLoss())
    assert [problem.severity for problem in problems(graph, Row(3))] == ["error", "advice"]


def test_a_circle_is_named() -> None:
    a, b = NodeId("a"), NodeId("b")
    graph = Graph({a: Node(a, ReLU()), b: Node(b, ReLU())}, (Edge(a, b), Edge(b, a)))
    with pytest.raises(GraphError) as caught:
        infer(graph, Row(1), DIGITS)
    problem = circle(caught.value)
    assert problem.severity == "error"
    assert "a → b" in problem.message or "b → a" in problem.message
    assert problem.message.endswith("Cut one of the wires between them.")


def test_arms_of_different_shapes_are_named_at_the_sum() -> None:
    graph = line(Dense(out_features=4)).add(Add())
    graph = graph.connect(
        Edge(NodeId("input_1"), NodeId("add_1")), Edge(NodeId("dense_1"), NodeId("add_1"))
    )
    found = [problem for problem in problems(graph, Row(3)) if problem.node == "add_1"]
    assert "inputs of one shape, like 3, but gets 4" in found[0].message


def test_only_the_first_misfit_of_a_chain_is_named() -> None:
    graph = line(Conv2d(kernel_size=(99, 99)), ReLU(), Flatten(), Dense(), CrossEntropyLoss())
    assert [p.node for p in problems(graph) if p.severity == "error"] == ["conv_1"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_layer_in_any_place_is_complained_of_in_torch_s_words(name: str) -> None:
    layer = CATALOGUE[name]()
    if not layer.inputs:
        return
    for source in (PICTURE, Row(1), Row(784), Sequence("time", 3), Sequence(2, 3), Image(3, 2, 2)):
        graph = line(layer)
        for problem in problems(graph, source):
            assert not STIFF.search(problem.message), problem.message
            if problem.fix:
                assert problem not in problems(mended(graph, problem), source)


def test_bypass_joins_the_neighbours() -> None:
    graph = line(Flatten(), ReLU(), Dense())
    assert bypass(graph, NodeId("relu_1")) == line(Flatten(), Dense())
    assert bypass(graph, NodeId("input_1")).edges == graph.edges[1:]
