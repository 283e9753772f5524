"""Copies of nodes put into a drawing: their names, marks, wires and places. Pure values."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import ceil
from types import MappingProxyType

from app.placing import CLEARANCE, FIRST, GRID, home_of, is_within, size_of
from engine.graph import Edge, Graph, Node, NodeId, Point
from engine.graph.lending import Owner, relent

_Room = tuple[float, float, float, float]  # left, top, right, bottom
_MANY = 200_000  # pairs of nodes above which overlaps are judged by the rooms that all of them take together


class Names:
    """Hands out names that nobody bears, in the manner of `Graph.free_name`, without asking all each time."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}
        for name in self._taken:
            if found := re.fullmatch(r"(.+)_(\d+)", name):
                self._last[found[1]] = max(self._last.get(found[1], 0), int(found[2]))

    def take(self, wanted: str, stem: str) -> NodeId:
        """The name that is wanted if it is free, else the next of its stem."""
        if wanted not in self._taken:
            self._taken.add(wanted)
            return NodeId(wanted)
        number = self._last.get(stem, 0) + 1
        while f"{stem}_{number}" in self._taken:
            number += 1
        self._last[stem] = number
        self._taken.add(f"{stem}_{number}")
        return NodeId(f"{stem}_{number}")


def with_copies(
    graph: Graph, nodes: Iterable[Node], edges: Iterable[Edge], by: Point
) -> tuple[Graph, tuple[NodeId, ...]]:
    """The drawing with copies of nodes and of the wires among them, moved by an offset and clear of what is there.

    A copy keeps its marks; weights are shared with the copy of their owner, or with the owner if that is in the
    drawing. The names of the copies come in the order of the nodes.
    """
    originals = list(nodes)
    free = Names(graph.nodes)
    stems = {node.id: _stem(node) for node in originals}
    names = {node.id: free.take(node.id, stems[node.id]) for node in originals}
    copies = [_copy(graph, node, names, by) for node in originals]
    down = _way_down(graph, copies)
    placed = [replace(c, position=(c.position[0], c.position[1] + down)) for c in copies]
    whole = {**graph.nodes, **{copy.id: copy for copy in placed}}
    wires = (replace(e, source=names[e.source], target=names[e.target]) for e in edges)
    edited = Graph(MappingProxyType(whole), graph.edges).connect(*wires)
    return edited, tuple(copy.id for copy in placed)


def _stem(node: Node) -> str:
    """What the name of a copy begins with: it stays in the group, open in place, that its original is in."""
    home = home_of(node.id)
    return f"{home}.{node.layer.stem}" if home else node.layer.stem


def _copy(graph: Graph, node: Node, names: dict[NodeId, NodeId], by: Point) -> Node:
    owner = names.get(node.shares) if node.shares else None
    if owner is None and node.shares in graph.nodes:
        owner = node.shares
    original = graph.nodes.get(node.id)
    if original is not None and original.shares == node.shares and owner is None:
        owner = node.shares  # of a drawing around this one, where both stand

    def lender(level: int, name: NodeId) -> Owner | None:
        if level == 0 and name not in names and name not in graph.nodes:
            return None
        return level, names.get(name, name) if level == 0 else name

    x, y = node.position
    copy = relent(replace(node, shares=None), lender)
    return replace(copy, id=names[node.id], position=(x + by[0], y + by[1]), shares=owner)


def _way_down(graph: Graph, copies: list[Node]) -> float:
    """How far copies go down together, on the grid, until none of them stands on a node that is there."""
    heads = [(c.position[0] + FIRST, c.position[1] + FIRST) for c in copies]
    stands = (
        n for n in graph.nodes.values() if not (n.open and any(is_within(n, at) for at in heads))
    )
    there, new = [*map(_room, stands)], [*map(_room, copies)]
    if len(there) * len(new) > _MANY:
        there, new = [_around(there)], [_around(new)]
    down = 0.0
    for above, below in sorted(_barred(there, new)):
        if above < down < below:
            down = GRID * ceil(below / GRID)
    return down


def _barred(there: list[_Room], new: list[_Room]) -> Iterator[tuple[float, float]]:
    """Between which ways down some new room would touch one that is there."""
    for left, top, right, bottom in there:
        for new_left, new_top, new_right, new_bottom in new:
            if new_left - CLEARANCE < right and left < new_right + CLEARANCE:
                yield top - CLEARANCE - new_bottom, bottom + CLEARANCE - new_top


def _room(node: Node) -> _Room:
    x, y = node.position
    wide, high = size_of(node)
    return x, y, x + wide, y + high


def _around(rooms: list[_Room]) -> _Room:
    """The room that some rooms take together."""
    lefts, tops, rights, bottoms = zip(*rooms, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
