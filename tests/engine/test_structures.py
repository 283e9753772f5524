"""Whole structures: nested, repeated, shared and branching. Each trains, is kept, and runs elsewhere as a script."""

from pathlib import Path

import pytest
import torch
from fitting import Drawing
from making import Case, run, subject, written
from torch import nn

from engine.axes import Image
from engine.graph import Edge, Graph, GraphError, Group, NodeId, grouped, ungrouped
from engine.layers import CATALOGUE
from engine.layers.data import Input, Output
from engine.network import Network, build
from engine.records import graph_from, record_of_graph
from engine.shapes import infer
from tests.engine.famous import TEN, behind, box, conv, linear, made, net, pool

PICTURE = Image(1, 8, 8)
N = NodeId


def wires(graph: Graph, *said: str) -> Graph:
    """With wires written `a>b`, and `a.port>b.port` where a port is not the first."""
    for one in said:
        (a, _, out), (b, _, into) = (end.partition(".") for end in one.split(">"))
        ports = graph.nodes[N(a)].layer.outputs, graph.nodes[N(b)].layer.inputs
        graph = graph.connect(Edge(N(a), N(b), out or ports[0][0].name, into or ports[1][0].name))
    return graph


def nodes(**layers: object) -> Graph:
    graph = Graph()
    for name, layer in layers.items():
        graph = graph.add(layer, name=name)  # type: ignore[arg-type]
    return graph


def three_deep() -> Graph:
    inner = box(linear(16), made("Tanh"), repeat=3, shared=True)
    middle = box(("inner", inner), linear(16), repeat=2)
    return net(made("Flatten"), linear(16), ("outer", box(("middle", middle), made("Tanh"), repeat=2, shared=True)),
               linear(10))  # fmt: skip


def two_in_three_out() -> Graph:
    inside = nodes(a=Input(), b=Input(), one=linear(12), two=linear(12), both=made("Add"),
                   x=Output(), y=Output(), z=Output())  # fmt: skip
    inside = wires(inside, "a>one", "b>two", "one>both", "two>both", "one>x", "two>y", "both>z")
    graph = nodes(data=Input(), flat=made("Flatten"), first=linear(8), block=Group(graph=inside),
                  cat=made("Concat"), last=linear(10), loss=made("CrossEntropyLoss"))  # fmt: skip
    return wires(graph, "data>flat", "flat>first", "flat>block.a", "first>block.b", "block.x>cat", "block.y>cat",
                 "block.z>cat", "cat>last", "last>loss")  # fmt: skip


def siamese() -> Graph:
    tower = box(linear(32), made("ReLU"), linear(16))
    graph = nodes(data=Input(), flat=made("Flatten"), other=linear(64), left=tower, right=tower, meet=made("Multiply"),
                  last=linear(10), loss=made("CrossEntropyLoss"))  # fmt: skip
    graph = wires(graph, "data>flat", "flat>left", "flat>other", "other>right", "left>meet", "right>meet",
                  "meet>last", "last>loss")  # fmt: skip
    return graph.share(N("right"), N("left"))


def u_net() -> Graph:
    graph = nodes(data=Input())
    down = [("e1", box(conv(4, 3, 1, 1), made("ReLU"))), ("p1", pool(2, 2)), ("e2", box(conv(8, 3, 1, 1))),
            ("p2", pool(2, 2)), ("mid", conv(8, 3, 1, 1)), ("u2", made("Upsample"))]  # fmt: skip
    graph = wires(behind(graph, down, "data").add(made("Concat"), name="c2"), "u2>c2", "e2>c2")
    up = made("ConvTranspose2d", out_channels=4, kernel_size=2, stride=2)
    graph = behind(graph, [("d2", conv(8, 3, 1, 1)), ("u1", up)], "c2").add(
        made("Concat"), name="c1"
    )
    graph = wires(graph, "u1>c1", "e1>c1")
    end = [
        ("d1", conv(4, 3, 1, 1)),
        ("flat", made("Flatten")),
        ("last", linear(10)),
        ("loss", made("CrossEntropyLoss")),
    ]
    return behind(graph, end, "c1")


def inception() -> Graph:
    graph = behind(nodes(data=Input()), [("stem", conv(8, 1))], "data")
    ways = ([("a", conv(4, 1))], [("b1", conv(4, 1)), ("b2", conv(6, 3, 1, 1))],
            [("c1", conv(2, 1)), ("c2", conv(4, 5, 1, 2))], [("d1", pool(3, 1, 1)), ("d2", conv(4, 1))])  # fmt: skip
    for way in ways:
        graph = behind(graph, way, "stem")
    graph = wires(graph.add(made("Concat"), name="cat"), "a>cat", "b2>cat", "c2>cat", "d2>cat")
    end = [("gap", made("GlobalAvgPool")), ("last", linear(10)), ("loss", made("CrossEntropyLoss"))]
    return behind(graph, end, "cat")


def boxed_inception() -> Graph:
    return grouped(
        inception(), [N(n) for n in ("a", "b1", "b2", "c1", "c2", "d1", "d2", "cat")], "mixed"
    )


def resnet_stage(*, shared: bool) -> Graph:
    block = nodes(x=Input(), c1=conv(8, 3, 1, 1, bias=False), n1=made("BatchNorm2d"), r1=made("ReLU"),
                  c2=conv(8, 3, 1, 1, bias=False), n2=made("BatchNorm2d"), add=made("Add"), r2=made("ReLU"),
                  y=Output())  # fmt: skip
    block = wires(
        block, "x>c1", "c1>n1", "n1>r1", "r1>c2", "c2>n2", "n2>add", "x>add", "add>r2", "r2>y"
    )
    stage = Group(graph=block, repeat=3, shared=shared)
    return net(conv(8, 3, 1, 1), ("stage", stage), made("GlobalAvgPool"), linear(10))


def tied(repeat: int = 1, *, shared: bool = False) -> Graph:
    """A layer in a group uses the weights of one outside, at each turn of it."""
    graph = net(made("Flatten"), ("w1", linear(64)), ("bend", made("Tanh")), ("w2", linear(64)),
                ("bend_2", made("Tanh")), ("last", linear(10))).share(N("w2"), N("w1"))  # fmt: skip
    graph = grouped(graph, [N("w2"), N("bend_2")], "block")
    layer = graph.nodes[N("block")].layer
    return graph.put(N("block"), layer.but(repeat=repeat, shared=shared))


def tied_two_deep() -> Graph:
    graph = grouped(tied(2), [N("block"), N("bend")], "house")
    return graph.put(N("house"), graph.nodes[N("house")].layer.but(repeat=2))


STRUCTURES = {
    "three deep": (three_deep, 64 * 16 + 16 + 2 * (272 + 272) + 170),
    "two in, three out": (two_in_three_out, 520 + 780 + 108 + 370),
    "siamese": (siamese, 4160 + 2080 + 528 + 170),
    "u-net": (u_net, None),
    "inception": (inception, None),
    "inception in a group": (boxed_inception, None),
    "residual blocks, own weights": (lambda: resnet_stage(shared=False), 80 + 3 * (1152 + 32) + 90),
    "residual blocks, same weights": (lambda: resnet_stage(shared=True), 80 + 1152 + 32 + 90),
    "tied across a group": (tied, 4160 + 650),
    "tied across repeats": (lambda: tied(3), 4160 + 650),
    "tied across turns alike": (lambda: tied(3, shared=True), 4160 + 650),
    "tied two deep": (tied_two_deep, 4160 + 650),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_it_counts_and_is_kept(name: str) -> None:
    draw, parameters = STRUCTURES[name]
    graph = draw()
    shapes = infer(graph, PICTURE, TEN)
    assert not shapes.misfits
    network = build(graph, shapes)
    weights = sum(p.numel() for p in network.module.parameters())
    assert weights == shapes.total.parameters
    assert parameters is None or weights == parameters
    assert graph_from(record_of_graph(graph)) == graph


def test_they_all_run_elsewhere_as_scripts(tmp_path: Path) -> None:
    cases = [
        Case(f"case_{number}", subject(Drawing(draw(), {"": PICTURE}, TEN)))
        for number, (draw, _) in enumerate(STRUCTURES.values())
    ]
    written(cases, tmp_path)
    report = run(tmp_path)
    for case, name in zip(cases, STRUCTURES, strict=True):
        found = report[case.name]
        assert "error" not in found, (name, found)
        assert found["keys"], name
        assert found["drawn"], name
        assert found["count"], name
        assert found["difference"] <= 1e-6, name


def test_a_layer_in_a_group_with_weights_from_outside_gives_what_is_written_by_hand() -> None:
    network = built(tied(2))
    lend, last = network.module.get_submodule("w1"), network.module.get_submodule("last")
    sample = torch.randn(5, 1, 8, 8)
    flat = sample.flatten(1)
    by_hand = flat
    for _ in range(3):
        by_hand = torch.tanh(nn.functional.linear(by_hand, lend.weight, lend.bias))
    assert torch.allclose(network.module(sample)[0], last(by_hand), atol=1e-6)


def built(graph: Graph) -> Network:
    return build(graph, infer(graph, PICTURE, TEN))


def owners(graph: Graph) -> dict[str, str | None]:
    return {str(name): node.shares for name, node in graph.flat.nodes.items() if "w" in name[-2:]}


def test_who_owns_the_weights_follows_every_edit_of_the_drawing_around() -> None:
    graph = tied(2)
    assert owners(graph) == {"w1": None, "block.0.w2": "w1", "block.1.w2": "w1"}
    assert owners(graph.rename(N("w1"), "w9"))["block.1.w2"] == "w9"
    alone = graph.remove(N("w1"))
    assert alone.nodes[N("block")].layer.graph.nodes[N("w2")].shares is None
    assert owners(alone) == {"block.0.w2": None, "block.1.w2": None}
    deep = tied_two_deep()
    assert set(owners(deep).values()) == {None, "w1"}
    assert len(owners(deep)) == 5
    again = ungrouped(tied(), N("block"))
    assert owners(again) == {"w1": None, "w2": "w1"}


def test_grouping_the_owner_leaves_the_weights_to_who_stays_outside() -> None:
    graph = net(made("Flatten"), ("w1", linear(64)), ("w2", linear(64)), ("w3", linear(64))).share(
        N("w2"), N("w1")
    )
    boxed = grouped(graph.share(N("w3"), N("w1")), [N("w1")], "block")
    assert owners(boxed) == {"block.w1": "w2", "w2": None, "w3": "w2"}
    assert owners(ungrouped(boxed, N("block"))) == {"w1": "w2", "w2": None, "w3": "w2"}


def test_weights_that_a_group_beside_uses_cannot_be_boxed_away() -> None:
    with pytest.raises(GraphError, match="block uses the weights of w1: group both or neither"):
        grouped(tied(), [N("w1")])
    both = grouped(tied(), [N("w1"), N("bend"), N("block")], "house")
    assert owners(both) == {"house.w1": None, "house.block.w2": "house.w1"}


def test_a_lender_of_another_kind_lends_nothing() -> None:
    graph = tied().put(N("w1"), CATALOGUE["Tanh"]())
    assert owners(graph)["block.w2"] is None
    network = built(graph)
    assert isinstance(network.of(N("block.w2")), nn.Linear)


def test_it_trains_as_its_ungrouped_form(tmp_path: Path) -> None:
    """The same seed draws the same weights, for the owner stands first."""
    first, second = built_alike(tied()), built_alike(ungrouped(tied(), N("block")))
    for a, b in zip(first, second, strict=True):
        assert torch.equal(a, b)


def built_alike(graph: Graph) -> list[torch.Tensor]:
    torch.manual_seed(0)
    network = built(graph)
    loss = network.loss(network.module(torch.ones(4, 1, 8, 8)), torch.arange(4))
    return list(torch.autograd.grad(loss, list(network.module.parameters())))
