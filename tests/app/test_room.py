"""The inside of a group as a drawing of its own: found, put back, known by whole names, with shapes and complaints."""

import pytest

from app.room import (
    graph_at,
    longest,
    prefix_of,
    problems_at,
    room_of,
    shapes_at,
    with_inside,
)
from engine.axes import Labels, Row
from engine.graph import Edge, Graph, GraphError, Group, NodeId, grouped
from engine.layers import CATALOGUE
from engine.problems import find_problems
from engine.shapes import infer

A, B, BOX = NodeId("a"), NodeId("b"), NodeId("box")


def drawing(repeat: int = 1, *, shared: bool = False, units: int = 8) -> Graph:
    """A row of 8 through two Dense layers in a group, to a loss over 3 classes."""
    graph = Graph().add(CATALOGUE["Input"](), name="row")
    for name in (A, B):
        graph = graph.add(CATALOGUE["Dense"](out_features=units), name=name)
    graph = graph.add(CATALOGUE["Dense"](out_features=3), name="scores")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    names = [NodeId(name) for name in ("row", "a", "b", "scores")]
    edges = [Edge(one, two) for one, two in zip(names, names[1:], strict=False)]
    graph = graph.connect(*edges, Edge(NodeId("scores"), NodeId("loss"), "out", "prediction"))
    graph = grouped(graph, [A, B], BOX)
    layer = graph.nodes[BOX].layer
    assert isinstance(layer, Group)
    return graph.put(BOX, layer.but(repeat=repeat, shared=shared))


def nested() -> Graph:
    """The same, its second Dense in a group within the group."""
    graph = drawing()
    return with_inside(graph, (BOX,), grouped(graph_at(graph, (BOX,)), [B], "inner"))


def test_a_room_is_found_and_put_back_unchanged() -> None:
    graph = nested()
    path = (BOX, NodeId("inner"))
    assert set(graph_at(graph, path).nodes) == {"in_1_", "b", "out_1_"}
    assert with_inside(graph, path, graph_at(graph, path)) == graph
    assert longest(graph, (*path, B)) == path
    assert longest(graph.remove(BOX), path) == ()
    with pytest.raises(GraphError, match="no longer there"):
        graph_at(graph, (A,))


@pytest.mark.parametrize(
    ("repeat", "shared", "prefix"),
    [(1, False, "box."), (3, False, "box.0."), (3, True, "box.")],
)
def test_whole_names_are_those_of_the_unfolded_drawing(
    repeat: int, shared: bool, prefix: str
) -> None:
    graph = drawing(repeat, shared=shared)
    assert prefix_of(graph, (BOX,)) == prefix
    assert f"{prefix}a" in graph.flat.nodes
    for full in graph.flat.nodes:
        path, name = room_of(graph, full)
        assert name in graph_at(graph, path).nodes
        assert (path == (BOX,)) == full.startswith("box")


def test_a_name_in_a_group_in_a_group_leads_to_its_room() -> None:
    graph = nested()
    assert room_of(graph, "box.inner.b") == ((BOX, NodeId("inner")), B)
    assert room_of(graph, "box.a") == ((BOX,), A)
    assert room_of(graph, "scores") == ((), NodeId("scores"))
    assert prefix_of(graph, (BOX, NodeId("inner"))) == "box.inner."


def test_a_renamed_port_takes_its_wire_along_and_a_removed_one_loses_it() -> None:
    graph = drawing()
    inside = graph_at(graph, (BOX,))
    (before,) = graph.incoming[BOX]
    after = with_inside(graph, (BOX,), inside.rename(NodeId("in_1"), "features"))
    (wire,) = after.incoming[BOX]
    assert (wire.source, wire.target_port) == (before.source, "features")
    gone = with_inside(graph, (BOX,), inside.remove(NodeId("in_1")))
    assert BOX not in gone.incoming
    assert gone.outgoing[BOX] == graph.outgoing[BOX]


def test_shapes_inside_are_those_of_the_first_turn() -> None:
    graph = drawing(2)
    whole = infer(graph, Row(8), Labels(("x", "y", "z")))
    shapes = shapes_at(graph, (BOX,), whole)
    assert shapes.sized[A] is whole.sized[NodeId("box.0.a")]
    assert shapes.on(Edge(NodeId("in_1"), A)) == Row(8)
    assert shapes.sized[NodeId("out_1")].inputs == (Row(8),)
    assert shapes_at(graph, (), whole) is whole


def test_a_complaint_is_said_of_the_node_inside() -> None:
    graph = drawing()
    inside = graph_at(graph, (BOX,)).disconnect(Edge(A, B))
    graph = with_inside(graph, (BOX,), inside)
    target = Labels(("x", "y", "z"))
    found = find_problems(graph, infer(graph, Row(8), target), target)
    errors = [problem for problem in found if problem.severity == "error"]
    assert {problem.node for problem in errors} == {BOX}
    there = problems_at(graph, (BOX,), errors)
    assert B in {problem.node for problem in there}
    assert problems_at(graph, (), errors) == tuple(errors)
