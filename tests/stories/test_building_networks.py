"""Whole networks built from an empty canvas, within a number of actions: by mouse, and by keyboard alone."""

from collections.abc import Callable

import pytest
from counting import Builder
from person import Person
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from engine.graph import Graph, NodeId

LENET = 61_706  # parameters of LeNet-5 with the classifier of 120, 84 and 10 units (LeCun et al. 1998, full C3)
KINDS = (
    "Input Conv2d Tanh AvgPool2d Conv2d Tanh AvgPool2d Flatten Dense Tanh Dense Tanh Dense "
    "CrossEntropyLoss"
).split()


@pytest.fixture
def builder(desk: Callable[..., Person], qtbot: QtBot) -> Builder:
    """A person before an empty canvas, on 28×28 digits."""
    made = Builder(qtbot, desk("small-convnet").window)
    made.window.resize(1920, 1080)
    made.begin()
    return made


def kinds(graph: Graph) -> list[str]:
    return [graph.nodes[name].layer.kind() for name in graph.order]


def parameters(builder: Builder) -> int:
    return builder.studio.document.meaning.shapes.total.parameters


def sound(builder: Builder) -> bool:
    return not [p for p in builder.studio.problems if p.severity == "error"]


class TestLeNet:
    def test_by_mouse_in_at_most_45_actions(self, builder: Builder) -> None:
        for group in ("Data", "Pooling", "Structure", "Loss"):
            builder.unfold(group)
        builder.drop_at("Input", QPointF(0, 0))
        last = "input_1"
        for label, values in (
            ("Conv 2d", ("6", "5", "pad=2")),
            ("Tanh", ()),
            ("Average pool", ()),
            ("Conv 2d", ("16", "5")),
            ("Tanh", ()),
            ("Average pool", ()),
            ("Flatten", ()),
            ("Dense", ("120",)),
            ("Tanh", ()),
            ("Dense", ("84",)),
            ("Tanh", ()),
            ("Dense", ("10",)),
            ("Cross-entropy", ()),
        ):
            builder.drop_on(label, last)
            if values:
                builder.fill(*values)
            last = str(builder.studio.node)
        assert kinds(builder.studio.graph) == KINDS
        assert parameters(builder) == LENET
        assert sound(builder)
        assert builder.actions <= 45

    def test_by_keyboard_in_at_most_140_presses(self, builder: Builder) -> None:
        builder.chord("Ins")
        for words in (
            "input",
            "conv 6 5 pad=2",
            "tanh",
            "average",
            "conv 16 5",
            "tanh",
            "average",
            "flatten",
            "dense 120",
            "tanh",
            "dense 84",
            "tanh",
            "dense 10",
            "cross",
        ):
            builder.type(words + "\n")
        assert kinds(builder.studio.graph) == KINDS
        assert parameters(builder) == LENET
        assert sound(builder)
        assert builder.keys <= 140


class TestResidualBlock:
    def check(self, builder: Builder) -> None:
        graph = builder.studio.graph
        assert (
            kinds(graph)
            == "Input Conv2d Conv2d BatchNorm2d ReLU Conv2d BatchNorm2d Add ReLU".split()
        )
        sources = {edge.source for edge in graph.incoming[NodeId("add_1")]}
        assert sources == {"conv_1", "norm_2"}
        shapes = builder.studio.shapes.sized
        assert shapes[NodeId("relu_2")].outputs["out"].text == "28×28×8"
        # 1 → 8 and twice 8 → 8 filters of 3×3 with biases, and two norms of 8 scales and shifts
        assert parameters(builder) == (9 + 1) * 8 + 2 * (8 * 9 + 1) * 8 + 2 * 16

    def test_by_mouse_in_at_most_20_actions(self, builder: Builder) -> None:
        builder.unfold("Data")
        builder.drop_at("Input", QPointF(0, 0))
        for before in ("input_1", "conv_1"):
            builder.drop_on("Conv 2d", before)
            builder.fill("8", "3", "pad=same")
        builder.name("batch")
        builder.drop_on("ReLU", "norm_1")
        builder.drop_on("Conv 2d", "relu_1")
        builder.fill("8", "3", "pad=same")
        builder.name("batch")
        builder.name("add")
        builder.drop_on("ReLU", "add_1")
        builder.join("conv_1", "add_1")
        self.check(builder)
        assert builder.actions <= 20

    def test_by_keyboard_in_at_most_60_presses(self, builder: Builder) -> None:
        builder.chord("Ins")
        for words in ("in", "co 8 3 p=s", "co 8 3 p=s", "bat", "re", "co 8 3 p=s", "bat", "add"):
            builder.type(words + "\n")
        builder.chord("Ctrl+J")
        builder.type("v_1\n")
        builder.type("re\n")
        self.check(builder)
        assert builder.keys <= 60


def test_the_palette_takes_parameters_too_and_its_search_stays_open(builder: Builder) -> None:
    builder.chord("/")
    for words in ("input", "conv 4 3", "flatten", "dense 10"):
        builder.type(words + "\n")
    assert kinds(builder.studio.graph) == "Input Conv2d Flatten Dense".split()
    assert len(builder.studio.graph.edges) == 3
    assert parameters(builder) == 10 * 4 + (26 * 26 * 4 + 1) * 10
    builder.type("dense 0\n")
    assert len(builder.studio.graph.nodes) == 4
