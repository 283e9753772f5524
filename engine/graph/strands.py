"""What is drawn as one wire: of the edges that leave a port of the unfolded drawing, those into a group, or out of it.

A wire that ends at a group stands for every edge into the group from its source; a wire to an Output inside a group for
every edge that leaves the group's turn. All edges of a bundle carry the same numbers; what comes back along the wire
is the sum of what comes back along them.
"""

from collections.abc import Iterator

from engine.graph.drawing import Graph
from engine.graph.node import Edge, NodeId

Bundle = tuple[Edge, ...]


def bundles(flat: Graph, name: NodeId) -> tuple[Bundle, ...]:
    """Every edge out of a node by itself, in their order; then what groups around either end make one wire of."""
    edges = flat.outgoing.get(name, ())
    found: dict[Bundle, None] = dict.fromkeys((edge,) for edge in edges)
    for port in dict.fromkeys(edge.source_port for edge in edges):
        leaving = tuple(edge for edge in edges if edge.source_port == port)
        if len(leaving) > 1:
            found.update(dict.fromkeys(_together(name, leaving)))
    return tuple(found)


def into_group(edges: Bundle, group: str) -> Bundle:
    """Those of the edges that end in a group, whichever of its turns."""
    return tuple(edge for edge in edges if edge.target.startswith((f"{group}.", f"{group}#")))


def out_of_turn(edges: Bundle, turn: str) -> Bundle:
    """Those of the edges that leave one turn of a group, such as `block.0`."""
    return tuple(edge for edge in edges if not edge.target.startswith(f"{turn}."))


def _together(name: NodeId, leaving: Bundle) -> Iterator[Bundle]:
    own = tuple(_around(name))
    for turn in own:
        if edges := out_of_turn(leaving, turn):
            yield edges
    around = dict.fromkeys(group for edge in leaving for group in _around(edge.target))
    for group in around:
        for place in (group, _unturned(group)):
            if place not in own and (edges := into_group(leaving, place)):
                yield edges


def _around(name: str) -> Iterator[str]:
    """What stands around a node: `block` and `block.0` for `block.0.conv_1`."""
    place = name.find(".")
    while place > 0:
        yield name[:place]
        place = name.find(".", place + 1)


def _unturned(group: str) -> str:
    """A group without the number of its turn: `a.block` for `a.block#2`."""
    head, dot, last = group.rpartition(".")
    return f"{head}{dot}{last.partition('#')[0]}"
