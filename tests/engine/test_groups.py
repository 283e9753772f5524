"""Groups, shared weights and marks: what a drawing unfolds to, and that edits keep it whole."""

import pickle
from dataclasses import replace

import pytest

from engine.axes import Row
from engine.graph import (
    Composite,
    Edge,
    Graph,
    GraphError,
    Group,
    NodeId,
    difference,
    drawn,
    grouped,
    ungrouped,
)
from engine.graph.flat import DEEPEST, MOST_LAYERS
from engine.layers.data import Input, Output
from engine.records import RecordError, graph_from, record_of_graph
from engine.shapes import infer
from tests.engine.famous import TEN, behind, box, linear, made, net, resnet_18, wire

N = NodeId


def boxed(repeat: int = 1, shared: bool = False) -> Graph:
    """data → block (a → relu) → out → loss."""
    block = box(("a", linear(6)), ("bend", made("ReLU")), repeat=repeat, shared=shared)
    return net(("block", block), ("last", linear(10)))


def names(graph: Graph) -> list[str]:
    return list(graph.flat.nodes)


def wires(graph: Graph) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in graph.flat.edges]


def inside(graph: Graph, name: str = "block") -> Graph:
    layer = graph.nodes[N(name)].layer
    assert isinstance(layer, Group)
    return layer.graph


# -- unfolding -------------------------------------------------------------------------------------------------------


def test_a_plain_drawing_is_its_own_unfolded_form() -> None:
    graph = net(linear(10))
    assert graph.flat is graph


def test_a_group_unfolds_to_its_layers_under_its_name() -> None:
    graph = boxed()
    assert names(graph) == ["data", "block.a", "block.bend", "last", "loss"]
    assert wires(graph) == [
        ("data", "block.a"),
        ("block.a", "block.bend"),
        ("block.bend", "last"),
        ("last", "loss"),
    ]
    assert [drawn(name) for name in graph.flat.nodes] == ["data", "block", "block", "last", "loss"]


def test_a_repeated_group_stands_in_a_row_with_weights_of_its_own() -> None:
    graph = boxed(3)
    assert names(graph)[1:7] == [
        f"block.{turn}.{name}" for turn in range(3) for name in ("a", "bend")
    ]
    assert ("block.0.bend", "block.1.a") in wires(graph)
    assert ("block.2.bend", "last") in wires(graph)
    assert not any(node.shares for node in graph.flat.nodes.values())


def test_a_repeated_group_with_the_same_weights_shares_those_of_the_first_turn() -> None:
    graph = boxed(3, shared=True)
    shares = {name: node.shares for name, node in graph.flat.nodes.items() if node.shares}
    assert shares["block#2.a"] == shares["block#3.a"] == "block.a"
    assert all(drawn(name) == "block" for name in shares)


def test_groups_in_groups_unfold_along_the_path() -> None:
    inner = box(("a", linear(6)), repeat=2)
    graph = net(("outer", box(("inner", inner), ("bend", made("ReLU")), repeat=2)), linear(10))
    assert names(graph)[1:4] == ["outer.0.inner.0.a", "outer.0.inner.1.a", "outer.0.bend"]
    assert ("outer.0.bend", "outer.1.inner.0.a") in wires(graph)


def two_ways() -> Group:
    """Two inputs and two outputs, each way through a layer of its own; the second output is reached first."""
    graph = Graph().add(Input(), name="left").add(Input(), name="right")
    graph = graph.add(Output(), name="up").add(Output(), name="down")
    graph = graph.add(linear(6), name="a").add(linear(7), name="b").add(made("ReLU"), name="bend")
    for source, target in [
        ("right", "b"),
        ("b", "down"),
        ("left", "a"),
        ("a", "bend"),
        ("bend", "up"),
    ]:
        graph = wire(graph, source, target)
    return Group(graph=graph)


def test_each_turn_takes_what_the_one_before_gives_in_the_order_of_the_ports() -> None:
    layer = two_ways()
    assert [port.name for port in layer.inputs] == ["left", "right"]
    assert [port.name for port in layer.outputs] == ["up", "down"]
    graph = Graph().add(Input(), name="data").add(layer.but(repeat=2), name="both")
    graph = wire(wire(graph, "data", "both", "left"), "data", "both", "right")
    assert {("both.0.bend", "both.1.a"), ("both.0.b", "both.1.b")} <= set(wires(graph))


def test_an_input_that_no_output_follows_is_given_again_at_each_turn() -> None:
    """As the memory of a decoder is: its layers read it one after another."""
    inner = Graph().add(Input(), name="state").add(Input(), name="memory").add(Output(), name="go")
    inner = inner.add(made("Add"), name="sum")
    inner = wire(wire(wire(inner, "state", "sum"), "memory", "sum"), "sum", "go")
    graph = (
        Graph()
        .add(Input(), name="x")
        .add(Input(), name="y")
        .add(Group(graph=inner, repeat=3), name="stack")
    )
    graph = wire(wire(graph, "x", "stack", "state"), "y", "stack", "memory")
    assert {("y", f"stack.{turn}.sum") for turn in range(3)} <= set(wires(graph))


def test_what_is_switched_off_lets_through_what_comes() -> None:
    graph = boxed().change(N("block"), enabled=False)
    assert wires(graph) == [("data", "last"), ("last", "loss")]
    inner = inside(boxed()).change(N("a"), enabled=False)
    graph = boxed().put(N("block"), Group(graph=inner))
    assert wires(graph)[:2] == [("data", "block.bend"), ("block.bend", "last")]


def test_a_frozen_group_freezes_all_within() -> None:
    flat = boxed(2).change(N("block"), frozen=True).flat
    assert {name for name, node in flat.nodes.items() if node.frozen} == set(names(boxed(2))[1:5])


@pytest.mark.parametrize("empty", [Group(), box(), Group(graph=Graph().add(Input(), name="x"))])
def test_a_bomb_of_groups_is_refused_before_it_goes_off(empty: Group) -> None:
    layer = empty
    for _ in range(10):
        layer = Group(graph=Graph().add(layer, name="more"), repeat=1000)
    with pytest.raises(GraphError, match=f"more than {MOST_LAYERS:,} layers"):
        _ = Graph().add(layer).flat


def test_groups_nest_no_deeper_than_can_be_read() -> None:
    layer = box(linear(2))
    for _ in range(DEEPEST + 1):
        layer = box(("more", layer))
    with pytest.raises(GraphError, match=f"more than {DEEPEST} deep"):
        _ = net(layer).flat


# -- grouping --------------------------------------------------------------------------------------------------------


def long_row() -> Graph:
    graph = net(
        ("a", linear(6)), ("bend", made("ReLU")), ("sum", made("Add")), ("last", linear(10))
    )
    return wire(graph, "a", "sum")


def test_grouping_changes_nothing_that_is_run() -> None:
    graph = long_row()
    after = grouped(graph, [N("a"), N("bend"), N("sum")], "block")
    assert set(after.nodes) == {"data", "block", "last", "loss"}
    ends = {(s.removeprefix("block."), t.removeprefix("block.")) for s, t in wires(after)}
    assert ends == set(wires(graph))
    before, now = (infer(g, Row(6), TEN).total for g in (graph, after))
    assert before == now


def test_ungrouping_gives_back_what_was_grouped() -> None:
    graph = long_row().change(N("a"), frozen=True, note="first").change(N("bend"), enabled=False)
    again = ungrouped(grouped(graph, [N("a"), N("bend"), N("sum")], "block"), N("block"))
    assert set(again.edges) == set(graph.edges)
    assert dict(again.nodes) == dict(graph.nodes)


def test_ungrouping_finds_other_names_for_those_that_are_taken() -> None:
    graph = grouped(net(("a", linear(6)), ("b", linear(10))), [N("a")], "block").add(
        linear(3), name="a"
    )
    after = ungrouped(graph, N("block"))
    assert len(after.nodes) == 5
    assert after.nodes[N("a")].layer == linear(3)
    assert infer(after, Row(4), TEN).total.parameters == 30 + 70


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([], "Choose the layers"),
        (["nobody"], "Choose the layers"),
        (["data"], "stays outside"),
        (["result"], "stays outside"),
        (["bend", "last"], "circle"),
    ],
)
def test_what_cannot_be_a_group_is_refused_with_the_reason(chosen: list[str], words: str) -> None:
    graph = behind(long_row(), [("c", linear(6)), ("result", Output())], "bend").share(
        N("c"), N("a")
    )
    with pytest.raises(GraphError, match=words):
        grouped(graph, map(N, chosen))


@pytest.mark.parametrize(
    ("graph", "name", "words"),
    [
        (boxed(), "last", "not a group"),
        (boxed(), "nobody", "not a group"),
        (boxed(2), "block", "repeated 2 times"),
        (boxed().change(N("block"), enabled=False), "block", "switched off"),
        (boxed().add(box(linear(2)), name="kin").share(N("kin"), N("block")), "block", "shares"),
        (boxed().add(box(linear(2)), name="kin").share(N("kin"), N("block")), "kin", "shares"),
    ],
)
def test_what_cannot_be_ungrouped_is_refused_with_the_reason(
    graph: Graph, name: str, words: str
) -> None:
    with pytest.raises(GraphError, match=words):
        ungrouped(graph, N(name))


def test_a_group_that_loses_a_port_loses_its_wires() -> None:
    graph = boxed()
    inner = inside(graph).remove(N("go")).add(Output(), name="other")
    after = graph.put(N("block"), Group(graph=wire(inner, "bend", "other")))
    assert [edge.target for edge in after.edges] == ["block", "loss"]
    assert graph_from(record_of_graph(after)) == after


# -- shared weights --------------------------------------------------------------------------------------------------


def family() -> Graph:
    """b and c use the weights of a."""
    graph = net(("a", linear(6)), ("b", linear(6)), ("c", linear(6)), ("last", linear(10)))
    return graph.share(N("b"), N("a")).share(N("c"), N("b"))


def shares(graph: Graph) -> dict[str, str | None]:
    return {name: node.shares for name, node in graph.nodes.items() if node.layer == linear(6)}


def test_whoever_shares_with_a_sharer_shares_with_its_owner() -> None:
    assert shares(family()) == {"a": None, "b": "a", "c": "a"}
    assert infer(family(), Row(6), TEN).total.parameters == 42 + 70


def test_an_owner_that_starts_to_share_takes_its_kin_along() -> None:
    graph = family().add(linear(6), name="d").share(N("a"), N("d"))
    assert shares(graph) == {"a": "d", "b": "d", "c": "d", "d": None}


def test_weights_whose_owner_goes_are_inherited() -> None:
    assert shares(family().remove(N("a"))) == {"b": None, "c": "b"}
    assert shares(family().remove(N("a"), N("b"))) == {"c": None}


def test_renaming_an_owner_is_heard_by_its_kin() -> None:
    assert shares(family().rename(N("a"), "first")) == {"first": None, "b": "first", "c": "first"}


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_new_parameters_are_those_of_all_who_use_the_weights(name: str) -> None:
    """One set of weights has one size, whoever of them is changed."""
    after = family().put(N(name), linear(9))
    assert {n: after.nodes[N(n)].layer.out_features for n in ("a", "b", "c", "last")} == {  # type: ignore[attr-defined]
        "a": 9, "b": 9, "c": 9, "last": 10,
    }  # fmt: skip
    assert {after.nodes[N(n)].shares for n in ("b", "c")} == {"a"}
    assert family().put(N(name), linear(6)) == family()


def test_a_sharer_with_parameters_of_its_own_keeps_them() -> None:
    graph = family().add(linear(3), name="odd").share(N("odd"), N("a"))
    assert graph.put(N("a"), linear(9)).nodes[N("odd")].layer == linear(3)
    assert graph.put(N("odd"), linear(4)).nodes[N("a")].layer == linear(6)


def test_groups_that_share_stay_alike_and_lose_the_wires_of_a_port_that_is_gone() -> None:
    block, other = box(("a", linear(6))), box(("a", linear(6)), ("b", made("ReLU")))
    graph = behind(net(("one", block), ("two", block), ("last", linear(10))), [], "two")
    graph = graph.share(N("two"), N("one"))
    after = graph.put(N("one"), other)
    assert after.nodes[N("two")].layer == other
    assert after.edges == graph.edges
    renamed = other.but(graph=other.graph.rename(N("come"), "enter"))
    gone = {e for e in graph.edges if e.target in ("one", "two")}
    assert set(after.put(N("two"), renamed).edges) == set(graph.edges) - gone


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_layer_of_another_kind_parts_with_its_kin(name: str) -> None:
    after = family().put(N(name), made("ReLU"))
    assert shares(after) == ({"b": None, "c": "b"} if name == "a" else {"a": None, "c": "a"})
    assert graph_from(record_of_graph(after)) == after


@pytest.mark.parametrize(
    ("name", "owner", "words"),
    [
        ("a", "a", "its own weights already"),
        ("a", "b", "its own weights"),
        ("a", "data", "one kind"),
    ],
)
def test_sharing_that_cannot_be_is_refused(name: str, owner: str, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        family().share(N(name), N(owner))


def test_marks_are_few_and_known() -> None:
    with pytest.raises(GraphError, match="no mark called colour"):
        family().change(N("a"), colour="red")
    with pytest.raises(GraphError, match="no layer called nobody"):
        family().change(N("nobody"), frozen=True)


# -- values ----------------------------------------------------------------------------------------------------------


def marked() -> Graph:
    graph = boxed(2).change(N("block"), frozen=True, note="Zwölf").change(N("last"), enabled=False)
    return graph.add(linear(10), name="kin").share(N("kin"), N("last"))


@pytest.mark.parametrize("graph", [boxed(), boxed(3, True), marked(), resnet_18()])
def test_a_drawing_with_groups_is_a_value(graph: Graph) -> None:
    for again in (pickle.loads(pickle.dumps(graph)), graph_from(record_of_graph(graph))):
        assert again == graph
        assert hash(again) == hash(graph)
        assert again.flat == graph.flat
    shuffled = Graph(dict(reversed(graph.nodes.items())), graph.edges)
    assert shuffled == graph
    assert hash(shuffled) == hash(graph)


def test_the_difference_sees_into_groups() -> None:
    before = boxed()
    inner = inside(before).put(N("a"), linear(9))
    after = before.put(N("block"), Group(graph=inner))
    assert difference(before, after).changed == ("block",)
    assert difference(before, before.put(N("block"), Group(graph=inside(before)))).changed == ()


def test_a_group_is_no_layer_to_be_called() -> None:
    assert issubclass(Group, Composite)
    assert boxed(3).nodes[N("block")].layer.caption == "2 layers ×3"


# -- hostile records -------------------------------------------------------------------------------------------------


def group_record(inner: object, **more: object) -> dict[str, object]:
    layer = {"kind": "Group", "graph": inner, **more}
    return {"nodes": [{"id": "block", "layer": layer, "position": [0, 0]}]}


def nested(depth: int, repeat: int, inner: object) -> object:
    for _ in range(depth):
        inner = group_record(inner, repeat=repeat)
    return inner


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (nested(40, 1, {}), "more than 32 deep"),
        (nested(3000, 1, {}), "more than 32 deep"),
        (nested(10, 1000, {}), "more than 100,000 layers"),
        (nested(10, 1000, record_of_graph(boxed())), "more than 100,000 layers"),
        (group_record(None), "nodes and edges"),
        (group_record({"nodes": 3}), "lists"),
        (group_record({}, repeat=0), "Repeat must be at least 1"),
        (group_record({}, repeat=10**9), "Repeat must be at most"),
        (group_record({}, shared="perhaps"), "Same weights must be"),
        (group_record({}, inputs=["a"]), "no parameter called inputs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_group_is_refused_in_words(record: object, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        graph_from(record)


def relu(name: str, **marks: object) -> dict[str, object]:
    return {"id": name, "layer": {"kind": "ReLU"}, "position": [0, 0], **marks}


@pytest.mark.parametrize(
    "nodes",
    [
        [relu("a", shares="a")],
        [relu("a", shares="b"), relu("b", shares="a")],
        [relu("a", shares="nobody")],
        [relu("a", shares="b"), {**relu("b"), "layer": {"kind": "Tanh"}}],
        [relu("a", shares="b"), relu("b", shares="c"), relu("c")],
        [relu("a", frozen=1)],
        [relu("a", frozen="yes")],
        [relu("a", enabled=None)],
        [relu("a", note=7)],
        [relu("a", note=["x"])],
        [relu("a", shares=3)],
    ],
    ids=lambda nodes: str(nodes)[:70],
)
def test_marks_that_make_no_sense_are_refused(nodes: list[object]) -> None:
    with pytest.raises(RecordError):
        graph_from({"nodes": nodes})


def test_what_was_known_is_not_mistaken_for_what_was_drawn() -> None:
    """A node that was a group, or switched off, and is a layer now."""
    off = net(("a", linear(6)), linear(10)).change(N("a"), enabled=False)
    before = infer(off, Row(4), TEN)
    after = off.change(N("a"), enabled=True)
    assert infer(after, Row(4), TEN, before) == infer(after, Row(4), TEN)
    before = infer(boxed(), Row(4), TEN)
    after = boxed().put(N("block"), linear(6))
    after = wire(wire(after, "data", "block"), "block", "last")
    assert infer(after, Row(4), TEN, before) == infer(after, Row(4), TEN)


def test_an_equal_edge_is_one_edge() -> None:
    assert replace(Edge(N("a"), N("b"))) == Edge(N("a"), N("b"))
