"""A tidy layout: what it promises, held against the definition, on random drawings."""

import random

import pytest

from app.placing import GRID, height_of, width_of
from app.tidying import tidied
from engine.graph import Edge, Graph, Node, NodeId
from engine.layers import CATALOGUE

KINDS = ("ReLU", "Dense", "Conv2d", "Add", "Concat", "Dropout")
seeds = pytest.mark.parametrize("seed", range(25))


def drawing(seed: int, count: int = 24) -> Graph:
    """Layers anywhere, with wires that never run in a circle."""
    chance = random.Random(seed)
    nodes = {}
    for number in range(count):
        name = NodeId(f"n_{number}")
        layer = CATALOGUE["Add" if number % 3 == 0 else chance.choice(KINDS)]()
        place = (GRID * chance.randrange(60), GRID * chance.randrange(60))
        nodes[name] = Node(name, layer, place)
    edges = []
    for number in range(1, count):
        many = 3 if number % 3 == 0 else 1
        for other in chance.sample(range(number), min(many, number)):
            edges.append(Edge(NodeId(f"n_{other}"), NodeId(f"n_{number}")))
    return Graph(nodes, tuple(edges))


def boxes(graph: Graph) -> dict[NodeId, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each node."""
    return {
        name: (
            *node.position,
            node.position[0] + width_of(name, node.layer),
            node.position[1] + height_of(node.layer),
        )
        for name, node in graph.nodes.items()
    }


def touching(graph: Graph) -> list[tuple[NodeId, NodeId]]:
    """Pairs of nodes that lie upon one another."""
    found, all_boxes = [], boxes(graph)
    for a, (left, top, right, bottom) in all_boxes.items():
        for b, (left_b, top_b, right_b, bottom_b) in all_boxes.items():
            if a < b and left < right_b and left_b < right and top < bottom_b and top_b < bottom:
                found.append((a, b))
    return found


def crossings(graph: Graph) -> int:
    """How many pairs of wires cross, taken as straight lines between the middles of nodes."""

    def middle(name: NodeId) -> tuple[float, float]:
        left, top, right, bottom = boxes(graph)[name]
        return (left + right) / 2, (top + bottom) / 2

    places = {name: middle(name) for name in graph.nodes}

    def side(a: NodeId, b: NodeId, c: NodeId) -> float:
        (ax, ay), (bx, by), (cx, cy) = places[a], places[b], places[c]
        return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

    count = 0
    for place, one in enumerate(graph.edges):
        for two in graph.edges[:place]:
            if len({one.source, one.target, two.source, two.target}) == 4:
                count += (
                    side(one.source, one.target, two.source)
                    * side(one.source, one.target, two.target)
                    < 0
                    and side(two.source, two.target, one.source)
                    * side(two.source, two.target, one.target)
                    < 0
                )
    return count


@seeds
def test_nothing_lies_upon_anything_and_all_is_on_the_grid(seed: int) -> None:
    graph = drawing(seed)
    after = graph.move(tidied(graph))
    assert touching(after) == []
    assert all(x % GRID == y % GRID == 0 for x, y in (n.position for n in after.nodes.values()))


@seeds
def test_wires_run_to_the_right_within_a_band(seed: int) -> None:
    graph = drawing(seed, count=9)  # too few for two bands
    after = boxes(graph.move(tidied(graph)))
    assert all(after[edge.source][2] < after[edge.target][0] for edge in graph.edges)


@seeds
def test_who_stood_above_whom_in_a_column_still_does(seed: int) -> None:
    graph = drawing(seed, count=9)
    after = graph.move(tidied(graph))
    for a, one in after.nodes.items():
        for b, two in after.nodes.items():
            same = one.position[0] == two.position[0]
            if same and graph.nodes[a].position[1] < graph.nodes[b].position[1]:
                assert one.position[1] < two.position[1]


@seeds
def test_what_is_tidy_stays_as_it_is(seed: int) -> None:
    graph = drawing(seed)
    once = graph.move(tidied(graph))
    assert {n: once.nodes[n].position for n in once.nodes} == tidied(once)


@seeds
def test_of_a_part_only_the_part_moves_and_touches_nobody(seed: int) -> None:
    graph = drawing(seed)
    chance = random.Random(seed)
    part = chance.sample(list(graph.nodes), 6)
    places = tidied(graph, part)
    assert places.keys() == set(part)
    before = set(touching(graph))
    after = graph.move(places)
    assert not {pair for pair in touching(after) if set(pair) & set(part)} - before


def test_untangled_has_fewer_crossings() -> None:
    kept = sum(crossings(g.move(tidied(g))) for g in map(drawing, range(12)))
    untangled = sum(crossings(g.move(tidied(g, shuffles=True))) for g in map(drawing, range(12)))
    assert untangled < 0.8 * kept


def test_a_chain_is_one_straight_line() -> None:
    nodes, edges = {}, []
    for number in range(5):
        name = NodeId(f"n_{number}")
        nodes[name] = Node(name, CATALOGUE["ReLU"](), (0.0, 300.0 * (number % 2)))
        if number:
            edges.append(Edge(NodeId(f"n_{number - 1}"), name))
    graph = Graph(nodes, tuple(edges))
    assert len({y for _, y in tidied(graph).values()}) == 1


def test_nothing_to_tidy_is_no_place() -> None:
    assert tidied(Graph()) == {}
    assert tidied(drawing(0), []) == {}
