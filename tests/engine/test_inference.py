"""Shapes found out one layer at a time, and the order of layers: the same as all at once, and as graphlib's."""

import random
from graphlib import CycleError, TopologicalSorter

import pytest

from engine.axes import Image, Labels
from engine.graph import Edge, Graph, GraphError, NodeId, difference
from engine.graph.wiring import gather, in_order
from engine.layers import CATALOGUE
from engine.shapes import Inference, infer

TEN = Labels(tuple("abcdefghij"))


def tower(count: int) -> Graph:
    """Two chains of convolutions, each unlike the others, that hear from one Input."""
    graph = Graph().add(CATALOGUE["Input"](), name="input")
    edges = []
    for side in "ab":
        last = NodeId("input")
        for place in range(count):
            layer = CATALOGUE["Conv2d"](out_channels=3 + place, kernel_size=3, padding=1)
            graph = graph.add(layer, name=f"{side}_{place}")
            edges.append(Edge(last, NodeId(f"{side}_{place}")))
            last = edges[-1].target
    return graph.connect(*edges)


def test_bit_by_bit_is_what_it_is_all_at_once() -> None:
    graph = tower(40)
    inference = Inference(graph, Image(3, 8, 8), TEN)
    seen = [len(inference.so_far().sized) for _ in inference.steps()]
    assert seen == sorted(seen)
    assert len(set(seen)) > 40
    assert inference.so_far() == infer(graph, Image(3, 8, 8), TEN)


def test_what_is_wanted_first_is_known_first() -> None:
    graph = tower(40)
    inference = Inference(graph, Image(3, 8, 8), TEN)
    steps = inference.steps(lambda: [NodeId("b_39")])
    for _ in range(41):  # the Input and one of the chains
        next(steps)
    known = inference.so_far().sized
    assert "b_39" in known
    assert "a_0" not in known


def test_what_did_not_change_is_taken_over_and_no_step() -> None:
    graph = tower(40)
    before = infer(graph, Image(3, 8, 8), TEN)
    layer = graph.nodes[NodeId("a_20")].layer.but(out_channels=99)
    edited = graph.put(NodeId("a_20"), layer)
    inference = Inference(edited, Image(3, 8, 8), TEN, before)
    assert (
        len(list(inference.steps())) == 3
    )  # it, the one that hears from it, and one that finds all as it was
    assert inference.so_far() == infer(edited, Image(3, 8, 8), TEN)


@pytest.mark.parametrize("seed", range(40))
def test_layers_stand_in_the_order_of_graphlib(seed: int) -> None:
    chance = random.Random(seed)
    names = [NodeId(f"n{number}") for number in range(chance.randrange(2, 15))]
    shuffled = chance.sample(names, len(names))
    edges = []
    for _ in range(chance.randrange(2 * len(names))):
        first, second = chance.sample(range(len(names)), 2)
        if seed % 2:  # no circle
            first, second = min(first, second), max(first, second)
        edges.append(Edge(names[first], names[second]))
    incoming = gather((edge.target, edge) for edge in edges)
    before = {name: [edge.source for edge in incoming.get(name, ())] for name in shuffled}
    try:
        wanted = tuple(TopologicalSorter(before).static_order())
    except CycleError:
        with pytest.raises(GraphError, match="form a circle") as told:
            in_order(shuffled, incoming)
        way = str(told.value).removeprefix("These layers form a circle: ").rstrip(".").split(" → ")
        assert way[0] == way[-1]
        wires = {(edge.source, edge.target) for edge in edges}
        assert all(pair in wires for pair in zip(way, way[1:], strict=False))
    else:
        assert in_order(shuffled, incoming) == wanted


@pytest.mark.parametrize("seed", range(20))
def test_the_difference_of_wires_is_that_of_their_sets(seed: int) -> None:
    chance = random.Random(seed)
    pool = [Edge(NodeId(f"n{a}"), NodeId(f"n{b}")) for a in range(5) for b in range(5)]
    before = Graph(edges=tuple(chance.sample(pool, chance.randrange(12))))
    kept = [edge for edge in before.edges if chance.random() < 0.8]
    fresh = [edge for edge in pool if edge not in kept]
    after = Graph(edges=(*kept, *chance.sample(fresh, chance.randrange(3))))
    change = difference(before, after)
    assert set(change.joined) == set(after.edges) - set(before.edges)
    assert set(change.cut) == set(before.edges) - set(after.edges)
