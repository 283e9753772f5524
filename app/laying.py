"""The drawing as the canvas lays it out: what is inside a group that is open in place stands in its frame.

`laid_out` makes one drawing of it, in which `block.conv_1` is the node inside `block`; `app.folding` makes of such a
drawing, edited, the real one again. Every edit of a drawing is so an edit of what is inside open groups, too.
"""

from dataclasses import replace
from types import MappingProxyType

from app.placing import home_of, inside_of, is_open, own_name
from engine.graph import Edge, Graph, GraphError, Group, Node, NodeId, Point
from engine.graph.lending import Owner, relent


def laid_out(graph: Graph) -> Graph:
    """A drawing with the inside of its open groups in it; the drawing itself where none is open."""
    if not any(is_open(node) for node in graph.of_kind(Group)):
        return graph
    laid = _Laid()
    laid.take(graph)
    whole = Graph(MappingProxyType(laid.nodes), tuple(laid.edges))
    try:
        whole.__dict__["order"] = tuple(_in_order(graph))
    except GraphError:  # it runs in a circle, which is said elsewhere
        return whole
    return whole


def at_home(edge: Edge) -> Edge:
    """A wire of a laid drawing by the names of the group that it is in."""
    if "." not in edge.source:
        return edge
    source, target = NodeId(own_name(edge.source)), NodeId(own_name(edge.target))
    return replace(edge, source=source, target=target)


def part_of(graph: Graph, home: str) -> Graph:
    """What stands in one group of a laid drawing, or outside of all, by the names of the whole."""
    nodes = {name: node for name, node in graph.nodes.items() if home_of(name) == home}
    if len(nodes) == len(graph.nodes):
        return graph
    edges = tuple(edge for edge in graph.edges if home_of(edge.source) == home)
    return Graph(MappingProxyType(nodes), edges)


def _in_order(graph: Graph, home: str = "") -> list[NodeId]:
    """Each node after those it hears from, what is inside a group right behind it."""
    order = []
    for name in graph.order:
        order.append(NodeId(home + name))
        node = graph.nodes[name]
        if node.open and isinstance(node.layer, Group):
            order += _in_order(node.layer.graph, f"{home}{name}.")
    return order


class _Laid:
    """Nodes and wires gathered from the outermost drawing in."""

    def __init__(self) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self.edges: list[Edge] = []

    def take(self, graph: Graph, homes: tuple[str, ...] = ("",), by: Point = (0.0, 0.0)) -> None:
        """Put down a drawing; `homes` are what names begin with there, and in the drawings around it."""
        home = homes[-1]
        for name, node in graph.nodes.items():
            placed = _placed(node, homes, by) if home else node
            self.nodes[placed.id] = placed
            if placed.open and isinstance(node.layer, Group):
                inner = (*homes, f"{home}{name}.")
                self.take(node.layer.graph, inner, inside_of(placed))
        self.edges += (
            [
                replace(e, source=NodeId(home + e.source), target=NodeId(home + e.target))
                for e in graph.edges
            ]
            if home
            else graph.edges
        )


def _placed(node: Node, homes: tuple[str, ...], by: Point) -> Node:
    (x, y), (right, down) = node.position, by

    def owner(level: int, name: NodeId) -> Owner:
        if level < len(homes):
            return 0, NodeId(homes[-1 - level] + name)
        return level - len(homes) + 1, name

    name = NodeId(homes[-1] + node.id)
    return replace(relent(node, owner), id=name, position=(x + right, y + down))
