import copy
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph import (
    Difference,
    Edge,
    Graph,
    GraphError,
    Node,
    NodeId,
    difference,
    edges_between,
)
from engine.layer import Layer
from engine.layers.activation import ReLU, Sigmoid
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.loss import CrossEntropyLoss
from engine.layers.rearranging import Flatten
from engine.layers.structure import Add, Concat
from engine.names import RESERVED, name_refusal

LAYERS: tuple[Layer, ...] = (
    Input(),
    Dense(),
    ReLU(),
    Add(),
    Concat(),
    Flatten(),
    CrossEntropyLoss(),
)


def n(name: str) -> NodeId:
    return NodeId(name)


def chain() -> Graph:
    """input_1 → dense_1 → relu_1."""
    graph = Graph().add(Input()).add(Dense(), (200, 0)).add(ReLU(), (400, 0))
    return graph.connect(Edge(n("input_1"), n("dense_1")), Edge(n("dense_1"), n("relu_1")))


def branched() -> Graph:
    """Two ways from a Dense to a sum, and a loss."""
    graph = chain().add(Add()).add(Dense()).add(CrossEntropyLoss())
    return graph.connect(
        Edge(n("dense_1"), n("add_1")),
        Edge(n("relu_1"), n("add_1")),
        Edge(n("add_1"), n("dense_2")),
        Edge(n("dense_2"), n("loss_1"), target_port="prediction"),
    )


def acyclic(graph: Graph) -> bool:
    """Kahn's way, independent of the graph's own: take sources away until none is left."""
    left, edges = set(graph.nodes), list(graph.edges)
    while left:
        free = {name for name in left if not any(edge.target == name for edge in edges)}
        if not free:
            return False
        left -= free
        edges = [edge for edge in edges if edge.source not in free]
    return True


def check_whole(graph: Graph) -> None:
    """What must be true of every graph, whatever was done to it."""
    assert acyclic(graph)
    assert len(set(graph.edges)) == len(graph.edges)
    for name, node in graph.nodes.items():
        assert node.id == name
        assert name_refusal(name) is None
    for edge in graph.edges:
        source, target = graph.nodes[edge.source].layer, graph.nodes[edge.target].layer
        assert edge.source_port in [port.name for port in source.outputs]
        (port,) = [port for port in target.inputs if port.name == edge.target_port]
        ends = [e for e in graph.edges if (e.target, e.target_port) == (edge.target, port.name)]
        assert port.many or len(ends) == 1
    place = {name: number for number, name in enumerate(graph.order)}
    assert set(place) == set(graph.nodes)
    assert all(place[edge.source] < place[edge.target] for edge in graph.edges)


@st.composite
def edit(draw: st.DrawFn, graph: Graph) -> Callable[[], Graph]:
    """Any edit, of things that are there or not."""
    names = st.sampled_from([*graph.nodes, n("nobody")])
    layer = draw(st.sampled_from(LAYERS))
    ports = st.sampled_from(["in", "out", "prediction", "elsewhere"])
    usual = layer.inputs[0].name if layer.inputs else "in"
    wire = st.builds(Edge, names, names, st.just("out"), st.one_of(st.just(usual), ports))
    edges = st.one_of(wire, st.sampled_from(graph.edges)) if graph.edges else wire
    one, other, edge = draw(names), draw(names), draw(edges)
    place = (draw(st.integers(-50, 50)) * 20.0, 0.0)
    text = draw(st.sampled_from(["dense_7", "relu_1", "class", "Dense", "", "x" * 41, "forward"]))
    return draw(
        st.sampled_from(
            [
                lambda: graph.add(layer, place),
                lambda: graph.add(layer, place, text),
                lambda: graph.remove(one, other),
                lambda: graph.put(one, layer),
                lambda: graph.move({one: place}),
                lambda: graph.rename(one, text),
                lambda: graph.connect(edge),
                lambda: graph.connect(edge),
                lambda: graph.disconnect(edge),
                lambda: graph.insert(edge, layer),
            ]
        )
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_done_a_graph_stays_whole_and_edits_are_pure(data: st.DataObject) -> None:
    history = [data.draw(st.sampled_from([Graph(), chain(), branched()]), "start")]
    for _ in range(data.draw(st.integers(1, 25), "edits")):
        graph = history[-1]
        before = (dict(graph.nodes), copy.copy(graph.edges))
        change = data.draw(edit(graph), "edit")
        try:
            after = change()
        except GraphError:
            after = graph
        assert (dict(graph.nodes), graph.edges) == before
        check_whole(after)
        assert replayed(graph, after) == after
        history.append(after)


def replayed(before: Graph, after: Graph) -> Graph:
    """`before`, brought to `after` by their difference alone; order is left aside as it is not drawn."""
    change = difference(before, after)
    nodes = {name: node for name, node in before.nodes.items() if name not in change.removed}
    nodes |= {name: after.nodes[name] for name in (*change.added, *change.changed)}
    edges = {*before.edges, *change.joined} - {*change.cut}
    assert nodes == dict(after.nodes)
    assert edges == set(after.edges)
    return after


def test_names_are_counted_for_each_kind() -> None:
    graph = Graph().add(Dense()).add(ReLU()).add(Dense())
    assert tuple(graph.nodes) == ("dense_1", "relu_1", "dense_2")
    assert graph.remove(n("dense_1")).free_name("dense") == "dense_3"
    assert graph.add(Dense(), name="dense_9").free_name("dense") == "dense_10"


@pytest.mark.parametrize(
    "name", ["class", "forward", "training", "Dense", "9th", "a b", "", "é", "a" * 41, "a.b"]
)
def test_a_name_that_python_or_torch_cannot_bear_is_refused(name: str) -> None:
    with pytest.raises(GraphError):
        Graph().add(Dense(), name=name)
    with pytest.raises(GraphError):
        chain().rename(n("dense_1"), name)


def test_every_method_of_a_module_is_reserved() -> None:
    from torch import fx, nn

    words = {
        word for word in dir(fx.GraphModule(nn.Module(), fx.Graph())) if name_refusal(word) is None
    }
    assert words == set()
    assert "forward" in RESERVED


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(GraphError, match="Another layer is called dense_1"):
        chain().add(Dense(), name="dense_1")


def test_renaming_takes_the_wires_along() -> None:
    graph = chain().rename(n("dense_1"), "hidden")
    assert [(edge.source, edge.target) for edge in graph.edges] == [
        ("input_1", "hidden"),
        ("hidden", "relu_1"),
    ]
    assert tuple(graph.nodes) == ("input_1", "hidden", "relu_1")
    assert graph.nodes[n("hidden")].id == "hidden"
    assert graph.rename(n("hidden"), "dense_1") == chain()


def test_removing_takes_the_wires_away() -> None:
    graph = chain().remove(n("dense_1"))
    assert tuple(graph.nodes) == ("input_1", "relu_1")
    assert graph.edges == ()


@pytest.mark.parametrize(
    ("edge", "words"),
    [
        (Edge(n("relu_1"), n("dense_1")), "circle"),
        (Edge(n("relu_1"), n("relu_1")), "circle"),
        (Edge(n("input_1"), n("relu_1")), "takes one wire"),
        (Edge(n("dense_1"), n("input_1")), "takes no input"),
        (Edge(n("dense_1"), n("relu_1")), "joined already"),
        (Edge(n("dense_1"), n("nobody")), "no layer called nobody"),
        (Edge(n("dense_1"), n("relu_1"), "other"), "no output"),
    ],
)
def test_a_wire_that_cannot_be_is_refused_with_the_reason(edge: Edge, words: str) -> None:
    reason = chain().refusal(edge)
    assert reason is not None
    assert words in reason
    with pytest.raises(GraphError) as caught:
        chain().connect(edge)
    assert str(caught.value) == reason


def test_a_loss_has_no_output() -> None:
    graph = chain().add(CrossEntropyLoss()).add(ReLU())
    assert "no output" in str(graph.refusal(Edge(n("loss_1"), n("relu_2"))))


def test_a_sum_takes_several_wires_but_none_twice() -> None:
    graph = chain().add(Add())
    graph = graph.connect(Edge(n("dense_1"), n("add_1")), Edge(n("relu_1"), n("add_1")))
    assert len(graph.incoming[n("add_1")]) == 2
    assert graph.refusal(Edge(n("relu_1"), n("add_1"))) == "They are joined already."


def test_several_wires_are_drawn_together_or_not_at_all() -> None:
    graph = chain().disconnect(*chain().edges)
    good, bad = chain().edges[0], Edge(n("dense_1"), n("input_1"))
    with pytest.raises(GraphError):
        graph.connect(good, bad)
    assert graph.edges == ()


def test_inserting_reroutes_the_wire_and_stands_midway() -> None:
    edge = chain().edges[1]
    graph = chain().insert(edge, Sigmoid())
    assert edge not in graph.edges
    assert graph.nodes[n("sigmoid_1")].position == (300, 0)
    assert graph.order == ("input_1", "dense_1", "sigmoid_1", "relu_1")
    with pytest.raises(GraphError, match="no longer there"):
        graph.insert(edge, Sigmoid())


@pytest.mark.parametrize("layer", [Input(), CrossEntropyLoss()])
def test_what_has_one_side_cannot_stand_in_a_wire(layer: Layer) -> None:
    with pytest.raises(GraphError):
        chain().insert(chain().edges[0], layer)


def test_another_kind_of_layer_loses_the_wires_it_has_no_port_for() -> None:
    assert chain().put(n("relu_1"), Sigmoid()).edges == chain().edges
    assert chain().put(n("dense_1"), Dense(out_features=3)).edges == chain().edges
    assert chain().put(n("dense_1"), Input()).edges == (chain().edges[1],)
    graph = (
        chain().add(Add()).connect(Edge(n("dense_1"), n("add_1")), Edge(n("relu_1"), n("add_1")))
    )
    assert len(graph.put(n("add_1"), ReLU()).incoming[n("add_1")]) == 1


def test_order_names_the_circle() -> None:
    a, b = Node(n("a"), ReLU()), Node(n("b"), ReLU())
    graph = Graph({n("a"): a, n("b"): b}, (Edge(n("a"), n("b")), Edge(n("b"), n("a"))))
    with pytest.raises(GraphError, match="circle: (a → b → a|b → a → b)"):
        _ = graph.order


def test_ancestors_and_descendants_include_themselves() -> None:
    graph = chain().add(Sigmoid())
    assert graph.ancestors(n("relu_1")) == {"input_1", "dense_1", "relu_1"}
    assert graph.descendants(n("dense_1")) == {"dense_1", "relu_1"}
    assert graph.ancestors(n("sigmoid_1")) == {"sigmoid_1"}


def test_the_difference_names_all_that_changed() -> None:
    after = chain().remove(n("relu_1")).add(Add()).put(n("dense_1"), Dense(out_features=9))
    assert difference(chain(), after) == Difference(
        added=(n("add_1"),),
        removed=(n("relu_1"),),
        changed=(n("dense_1"),),
        joined=(),
        cut=(Edge(n("dense_1"), n("relu_1")),),
    )
    assert difference(chain(), chain()) == Difference((), (), (), (), ())


def test_moving_changes_the_place_alone() -> None:
    graph = chain().move({n("dense_1"): (1, 2)})
    assert graph.nodes[n("dense_1")].position == (1, 2)
    assert difference(chain(), graph).changed == ("dense_1",)
    with pytest.raises(GraphError):
        chain().move({n("nobody"): (0, 0)})


def test_edges_between_are_those_inside() -> None:
    assert edges_between(["input_1", "dense_1"], chain().edges) == (chain().edges[0],)  # type: ignore[list-item]
