import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.axes import Labels, Row
from engine.graph import Edge, Graph, NodeId
from engine.layers.activation import ReLU
from engine.layers.convolution import Conv2d
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.loss import CrossEntropyLoss
from engine.problems import find_problems
from engine.records import (
    MOST_NODES,
    RecordError,
    Unknown,
    graph_from,
    layer_from,
    record_of_graph,
    record_of_layer,
)
from engine.shapes import infer

GRAPH = (
    Graph()
    .add(Input(), (20, 40), "image")
    .add(Dense(out_features=3), (220, 40), "hidden")
    .add(CrossEntropyLoss(), (440, 40), "loss")
    .connect(
        Edge(NodeId("image"), NodeId("hidden")),
        Edge(NodeId("hidden"), NodeId("loss"), target_port="prediction"),
    )
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def copied() -> dict[str, list[object]]:
    made: dict[str, list[object]] = json.loads(json.dumps(record_of_graph(GRAPH)))
    return made


def test_a_record_is_readable() -> None:
    record = record_of_graph(GRAPH)
    assert record["nodes"][1] == {
        "id": "hidden",
        "layer": {"kind": "Dense", "initial_weights": "default", "out_features": 3, "bias": True},
        "position": [220, 40],
    }
    assert record["edges"] == [["image.out", "hidden.in"], ["hidden.out", "loss.prediction"]]


def test_a_graph_comes_back_equal_also_in_its_order() -> None:
    again = graph_from(copied())
    assert again == GRAPH
    assert list(again.nodes) == list(GRAPH.nodes)


def test_a_parameter_that_a_file_leaves_out_has_its_default() -> None:
    assert layer_from({"kind": "Conv2d"}) == Conv2d()


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (None, "without its kind"),
        ({"kind": 7}, "without its kind"),
        ({"kind": "Dense", "out_features": 0}, "Units must be at least 1"),
        ({"kind": "Dense", "bias": "perhaps"}, "Bias must be"),
        ({"kind": "Dense", "units": 3}, "no parameter called units"),
    ],
    ids=str,
)
def test_a_layer_that_does_not_fit_is_refused_in_words(record: object, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        layer_from(record)


NODE = {"id": "relu", "layer": {"kind": "ReLU"}, "position": [0, 0]}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([], "nodes and edges"),
        ({"nodes": {}}, "lists of nodes and edges"),
        ({"nodes": [3]}, "without its name"),
        ({"nodes": [{**NODE, "id": "class"}]}, "cannot be called 'class'"),
        ({"nodes": [{**NODE, "id": "../etc"}]}, "cannot be called"),
        ({"nodes": [NODE, NODE]}, "two layers are called relu"),
        ({"nodes": [{**NODE, "position": [1]}]}, "two numbers"),
        ({"nodes": [{**NODE, "position": [float("nan"), 0]}]}, "two numbers"),
        ({"nodes": [{**NODE, "position": [1e300, 0]}]}, "two numbers"),
        ({"nodes": [{**NODE, "position": "ab"}]}, "two numbers"),
        ({"nodes": [NODE], "edges": [["relu.out", "relu.in"]]}, "circle"),
        ({"nodes": [NODE], "edges": [["relu.out", "nobody.in"]]}, "one is missing"),
        ({"nodes": [NODE], "edges": [["relu.out", "relu.left"]]}, "no port"),
        ({"nodes": [NODE], "edges": ["relu"]}, "two ports"),
        ({"nodes": [NODE], "edges": [["relu", "relu"]]}, "two ports"),
        ({"nodes": [None] * (MOST_NODES + 1)}, "lists of nodes"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_graph_that_does_not_hold_together_is_refused_in_words(
    record: object, words: str
) -> None:
    with pytest.raises(RecordError, match=words) as caught:
        graph_from(record)
    assert "Traceback" not in str(caught.value)


def test_a_second_wire_into_one_port_is_refused() -> None:
    record = copied()
    record["nodes"].append({"id": "other", "layer": {"kind": "Input"}, "position": [0, 0]})
    record["edges"].append(["other.out", "hidden.in"])
    with pytest.raises(RecordError, match="more wires end at hidden"):
        graph_from(record)


@given(ANYTHING)
def test_anything_else_is_refused_or_read_but_never_breaks(record: object) -> None:
    for read in (layer_from, graph_from):
        try:
            read(record)
        except RecordError as error:
            assert str(error)  # noqa: PT017 (most of what is drawn raises, some does not)


@given(ANYTHING, st.sampled_from(["nodes", "edges"]), st.integers(0, 1), ANYTHING)
def test_one_wrong_part_never_breaks(part: object, where: str, place: int, name: object) -> None:
    record = copied()
    record[where][place] = part
    if where == "nodes":
        record["nodes"].append({"id": name, "layer": part, "position": part})
    try:
        graph_from(record)
    except RecordError as error:
        assert str(error)  # noqa: PT017 (as above)


# -- layers of a later version ---------------------------------------------------------------------------------------

LATER = {"kind": "Mamba", "width": 7, "deep": {"b": [1, 2], "a": None}}


def with_a_later_layer() -> dict[str, list[object]]:
    record = copied()
    record["nodes"].append({"id": "mamba", "layer": LATER, "position": [660, 40]})
    record["edges"].append(["hidden.out", "mamba.query"])
    record["edges"].append(["image.out", "mamba.key"])
    record["nodes"].append({"id": "after", "layer": {"kind": "ReLU"}, "position": [880, 40]})
    record["edges"].append(["mamba.states", "after.in"])
    return record


def test_an_unknown_layer_is_kept_with_its_wires_and_written_back_untouched() -> None:
    record = with_a_later_layer()
    graph = graph_from(record)
    assert isinstance(graph.nodes[NodeId("mamba")].layer, Unknown)
    assert record_of_graph(graph) == record
    assert record_of_layer(graph.nodes[NodeId("mamba")].layer) == LATER


def test_an_unknown_layer_survives_edits_around_it() -> None:
    graph = graph_from(with_a_later_layer())
    edited = graph.rename(NodeId("hidden"), "wide").move({NodeId("mamba"): (0, 0)}).add(ReLU())
    again = graph_from(json.loads(json.dumps(record_of_graph(edited))))
    assert again == edited


def test_an_unknown_layer_cannot_be_trained_and_says_why() -> None:
    graph = graph_from(with_a_later_layer())
    target = Labels(("a", "b", "c"))
    (problem,) = find_problems(graph, infer(graph, Row(4), target), target)[:1]
    assert (problem.severity, problem.node) == ("error", "mamba")
    assert "knows the layer “Mamba”" in problem.message
    assert (
        problem.message
        == "mamba wants a Chainrule that knows the layer “Mamba”, but gets one that does not."
    )


@pytest.mark.parametrize("edges", [[], [["mamba.out", "after.in"]]])
def test_an_unknown_layer_without_wires_in_does_no_harm(edges: list[list[str]]) -> None:
    nodes = [
        {"id": "mamba", "layer": LATER, "position": [0, 0]},
        {"id": "after", "layer": {"kind": "ReLU"}, "position": [0, 0]},
    ]
    graph = graph_from({"nodes": nodes, "edges": edges})
    target = Labels(("a",))
    assert find_problems(graph, infer(graph, Row(4), target), target)
