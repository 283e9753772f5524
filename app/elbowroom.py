"""Neighbours of groups that are open in place make room as a frame grows, and come back when it is closed.

What stands beside a frame moves right by as much as it grows there, or left; what stands in the rows below it moves
down, and above it up. So rows stay rows.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import inf
from types import MappingProxyType

from app.placing import contents, is_open, size_of
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
    (wide, high), (w, h), (x, y) = size_of(node), size_of(closed), node.position
    nodes = {**graph.nodes, name: closed}
    row = _row(nodes.values(), name, (x + wide, inf), (y, y + h))
    _move(nodes, row, (w - wide, 0.0))
    others = (n for n in graph.nodes.values() if n.id != name and n.id not in row)
    _move(nodes, {n.id for n in others if n.position[1] >= y + high}, (0.0, h - high))
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
    """Move what stands beside, above and below a frame that has grown."""
    if not any(grown):
        return
    left, up, right, down = grown
    (x, y), (wide, high) = frame.position, size_of(frame)
    first, top, last, foot = x + left, y + up, x + wide - right, y + high - down  # as they were
    beside = _row(nodes.values(), frame.id, (last, inf), (top, foot))
    before = _row(nodes.values(), frame.id, (-inf, first), (top, foot))
    others = [n for n in nodes.values() if n.id not in {frame.id, *beside, *before}]
    _move(nodes, beside, (right, 0.0))
    _move(nodes, before, (-left, 0.0))
    _move(nodes, {n.id for n in others if n.position[1] >= foot}, (0.0, down))
    _move(nodes, {n.id for n in others if n.position[1] + size_of(n)[1] <= top}, (0.0, -up))


def _row(nodes: Iterable[Node], frame: NodeId, across: Point, band: Point) -> set[NodeId]:
    """The nodes that stand in these columns, in a row with a frame or with another of them."""
    (left, right), (top, foot) = across, band
    there = [n for n in nodes if n.id != frame and left <= n.position[0] and _end(n)[0] <= right]
    row = [n for n in there if n.position[1] < foot and _end(n)[1] > top]
    top = min((n.position[1] for n in row), default=top)
    foot = max((_end(n)[1] for n in row), default=foot)
    return {n.id for n in there if n.position[1] < foot and _end(n)[1] > top}


def _end(node: Node) -> Point:
    (x, y), (wide, high) = node.position, size_of(node)
    return x + wide, y + high


def _move(nodes: dict[NodeId, Node], names: Iterable[NodeId], by: Point) -> None:
    if by != (0.0, 0.0):
        for name in names:
            (x, y) = nodes[name].position
            nodes[name] = replace(nodes[name], position=(x + by[0], y + by[1]))
