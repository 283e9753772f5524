"""What an edit takes over from the drawing before it is what the drawing itself says, whatever was edited before."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.axes import Image, Labels
from engine.graph import Edge, Graph, GraphError
from engine.layers import CATALOGUE
from engine.problems import find_problems
from engine.shapes import Shapes, infer

KINDS = ("Conv2d", "ReLU", "Add", "Concat", "Dense", "Dropout", "BatchNorm2d")
STEPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 99), st.integers(0, 99)), max_size=30)
IMAGE, CLASSES = Image(3, 12, 12), Labels(("a", "b"))


def started() -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="image")
    for kind in ("Conv2d", "ReLU", "Add", "Conv2d", "Flatten", "Dense"):
        graph = graph.add(CATALOGUE[kind]())
    names = list(graph.nodes)
    ends = zip(names, names[1:], strict=False)
    wires = (Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name) for a, b in ends)
    return graph.connect(*wires)


def edited(graph: Graph, step: tuple[int, int, int]) -> Graph:
    """The drawing after one of eight edits, about nodes and wires that two numbers say."""
    kind, one, other = step
    names, edges = list(graph.nodes), graph.edges
    layer = CATALOGUE[KINDS[other % len(KINDS)]]()
    name = names[one % len(names)] if names else None
    edge = edges[one % len(edges)] if edges else None
    if kind == 0:
        return graph.add(layer)
    if kind == 1 and edge is not None:
        return graph.insert(edge, layer)
    if kind == 2 and edge is not None:
        return graph.disconnect(edge)
    if name is None:
        return graph
    if kind == 3:
        return graph.remove(name)
    if kind == 4:
        return graph.put(name, layer)
    if kind == 5:
        return graph.rename(name, f"other_{other}")
    if kind == 6:
        return graph.change(name, enabled=other % 2 == 0)
    target = graph.nodes[names[other % len(names)]]
    ports = target.layer.inputs
    return graph.connect(Edge(name, target.id, "out", ports[0].name)) if ports else graph


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_who_hears_from_whom_after_every_edit(steps: list[tuple[int, int, int]]) -> None:
    graph, known = started(), None
    for step in steps:
        _ = graph.incoming, graph.outgoing, graph.order
        try:
            graph = edited(graph, step)
        except GraphError:
            continue
        anew = Graph(dict(graph.nodes), graph.edges)
        assert graph.incoming == anew.incoming
        assert graph.outgoing == anew.outgoing
        assert graph.order == anew.order
        assert graph.of_kind(CATALOGUE["ReLU"], CATALOGUE["Add"]) == tuple(
            node for node in anew.nodes.values() if node.layer.kind() in ("ReLU", "Add")
        )
        known = after(graph, anew, known)


def after(graph: Graph, anew: Graph, known: Shapes | None) -> Shapes:
    """The shapes that follow from those before; they are those of a drawing that nothing is known of."""
    shapes, fresh = infer(graph, IMAGE, CLASSES, known), infer(anew, IMAGE, CLASSES)
    assert shapes == fresh
    assert shapes.total == fresh.total
    said, said_anew = (
        [(p.node, p.message) for p in find_problems(drawing, found, CLASSES)]
        for drawing, found in ((graph, shapes), (anew, fresh))
    )
    assert said == said_anew
    return shapes
