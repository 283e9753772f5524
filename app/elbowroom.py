"""Neighbours of groups that are open in place make room as a frame grows, and come back when it is closed.

What stands right of a frame moves right by as much as it grows there, with its whole column, so that what was aligned
stays aligned; what stands below it, down; and so to the left and up.
"""

from dataclasses import replace
from types import MappingProxyType

from app.placing import CLEARANCE, contents, is_open, size_of
from engine.graph import Graph, Group, Node, NodeId, Point

Grown = tuple[float, float, float, float]
"""Px that a frame has grown: left, up, right, down."""


def with_elbow_room(before: Graph, after: Graph) -> Graph:
    """The edited drawing, with the neighbours of frames that have grown moved aside, from the innermost out."""
    if not any(is_open(node) for node in after.nodes.values()):
        return after
    nodes = dict(after.nodes)
    for name in after.nodes:
        node, old = nodes[name], before.nodes.get(name)
        if node is old or old is None or not is_open(node) or not isinstance(node.layer, Group):
            continue
        inner = with_elbow_room(_inside(old), node.layer.graph)
        shift = (0.0, 0.0)
        if inner is not node.layer.graph:
            (left, top, _, _), (x, y, _, _) = contents(node.layer.graph), contents(inner)
            shift = (x - left, y - top)
            at = (node.position[0] + shift[0], node.position[1] + shift[1])
            node = nodes[name] = replace(node, layer=node.layer.but(graph=inner), position=at)
        _push(nodes, node, _grown(old, node))
    return after if nodes == dict(after.nodes) else replace(after, nodes=MappingProxyType(nodes))


def shut(graph: Graph, name: NodeId) -> Graph:
    """The drawing with a group closed, and its neighbours back where they were."""
    node = graph.nodes[name]
    closed = replace(node, open=False)
    (wide, high), (w, h) = size_of(node), size_of(closed)
    nodes = {**graph.nodes, name: closed}
    right, bottom = node.position[0] + wide, node.position[1] + high
    for other in list(nodes.values()):
        (x, y), width = other.position, size_of(other)[0]
        if other.id == name:
            continue
        if x >= right:
            nodes[other.id] = replace(other, position=(x - (wide - w), y))
        elif y >= bottom and _below(x, width, node.position[0], right):
            nodes[other.id] = replace(other, position=(x, y - (high - h)))
    return replace(graph, nodes=MappingProxyType(nodes))


def _grown(old: Node, new: Node) -> Grown:
    """By how much a frame has grown on each side; what has shrunk leaves its neighbours where they are."""
    (w, h), (wide, high), (left, up) = size_of(old), size_of(new), (0.0, 0.0)
    first, second = _inside(old), _inside(new)
    if is_open(old) and first.nodes and second.nodes:
        (x, y, _, _), (x2, y2, _, _) = contents(first), contents(second)
        left, up = x - x2, y - y2
    return max(0.0, left), max(0.0, up), max(0.0, wide - w - left), max(0.0, high - h - up)


def _inside(node: Node) -> Graph:
    return node.layer.graph if isinstance(node.layer, Group) else Graph()


def _push(nodes: dict[NodeId, Node], frame: Node, grown: Grown) -> None:
    """Move what stands beside a frame that has grown."""
    if not any(grown):
        return
    left, up, right, down = grown
    (x, y), (wide, high) = frame.position, size_of(frame)
    edges = (x + left, y + up, x + wide - right, y + high - down)  # as they were
    for other in list(nodes.values()):
        if other.id == frame.id:
            continue
        by = _aside(other, edges, (x, x + wide), grown)
        if by != (0.0, 0.0):
            at = (other.position[0] + by[0], other.position[1] + by[1])
            nodes[other.id] = replace(other, position=at)


def _aside(
    other: Node, edges: tuple[float, float, float, float], columns: Point, grown: Grown
) -> Point:
    (x, y), (wide, high) = other.position, size_of(other)
    if x >= edges[2]:
        return grown[2], 0.0
    if x + wide <= edges[0]:
        return -grown[0], 0.0
    if y >= edges[3] and _below(x, wide, *columns):
        return 0.0, grown[3]
    if y + high <= edges[1] and _below(x, wide, *columns):
        return 0.0, -grown[1]
    return 0.0, 0.0


def _below(x: float, wide: float, left: float, right: float) -> bool:
    return x < right + CLEARANCE and x + wide > left - CLEARANCE
