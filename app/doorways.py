"""Wires through the frames of open groups: each frame on the way gets a door, an Input or an Output of the group.

A door that brings the same already is used again. Changes the levels that it is given; nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from app.placing import GAP, GRID, HEADER, around, home_of, own_name, size_of
from engine.graph import Edge, Graph, GraphError, Group, Node, NodeId, Point
from engine.layers.data import Input, Output

Place = tuple[NodeId, str]  # a node of a drawing, and one of its ports


@dataclass(slots=True)
class Level:
    """The inside of a group while it is put together: nodes by their names there, places as they were laid out."""

    before: Graph
    frame: Node | None = None  # the group as it was laid out; None of the outermost drawing
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    crossed: bool = False  # whether a wire has come into it through a frame
    doors: dict[NodeId, Node] = field(default_factory=dict)  # new ones


def refusal_across(graph: Graph, edge: Edge) -> str | None:
    """Why a wire of a laid drawing cannot go through the frames between its ends; None if it can, or there are none."""
    out, into = home_of(edge.source), home_of(edge.target)
    if out == into:
        return None
    shared = _shared(out, into)
    first, last = _head(edge.source, shared), _head(edge.target, shared)
    if first == last:
        return f"{own_name(first)} holds the other end: that would make a circle."
    if first in graph.descendants(last):
        return f"That would make a circle: {last} already leads to {first}."
    for name in sorted(around(out) - around(shared)):
        if reason := _repeats(graph.nodes.get(name)):
            return reason
    return None


def _repeats(node: Node | None) -> str | None:
    if node is None or not isinstance(node.layer, Group) or node.layer.repeat == 1:
        return None
    return (
        f"{node.id} is repeated {node.layer.repeat} times: its next turn takes what one gives out. "
        "Join its output instead, or set Repeat to 1 first."
    )


def through_frames(levels: Mapping[str, Level], edge: Edge) -> None:
    """Lead a wire out of the groups that its source is in, and into those of its target. Raises GraphError."""
    out, into = home_of(edge.source), home_of(edge.target)
    shared = _shared(out, into)
    place: Place = (NodeId(own_name(edge.source)), edge.source_port)
    while out != shared:
        if reason := _repeats(levels[out].frame):
            raise GraphError(reason)
        place = (NodeId(own_name(out)), _way_out(levels[out], place))
        out = home_of(out)
    for name in sorted(around(into) - around(shared)):
        place = (_way_in(levels[home_of(name)], levels[name], NodeId(own_name(name)), place), "out")
    last = levels[into]
    last.edges.append(Edge(place[0], NodeId(own_name(edge.target)), place[1], edge.target_port))
    last.crossed = True


def _way_out(level: Level, place: Place) -> str:
    """The Output of a group that gives out what a node inside gives."""
    for edge in level.edges:
        door = level.nodes.get(edge.target)
        if (edge.source, edge.source_port) == place and door and isinstance(door.layer, Output):
            return str(edge.target)
    name = _door(level, Output(), "out")
    level.edges.append(Edge(place[0], name, place[1]))
    return str(name)


def _way_in(outside: Level, inside: Level, group: NodeId, place: Place) -> NodeId:
    """The Input of a group that takes in what comes from a place outside."""
    if place[0] == group:
        raise GraphError(f"{group} holds the other end: that would make a circle.")
    for edge in outside.edges:
        if (edge.source, edge.source_port, edge.target) == (*place, group):
            return NodeId(edge.target_port)
    door = _door(inside, Input(), "in")
    outside.edges.append(Edge(place[0], group, place[1], str(door)))
    outside.crossed = True
    return door


def _door(level: Level, layer: Input | Output, stem: str) -> NodeId:
    known = {*level.before.nodes, *level.nodes}
    number = next(n for n in range(1, len(known) + 2) if NodeId(f"{stem}_{n}") not in known)
    name = NodeId(f"{stem}_{number}")
    level.nodes[name] = Node(name, layer, _beside(level, type(layer)))
    level.doors[name] = level.nodes[name]
    return name


def _beside(level: Level, kind: type[Input] | type[Output]) -> Point:
    """Below the doors of its kind; without any, beside all that is inside, on its side."""
    nodes = level.before.nodes.values()
    doors = [
        node.position for node in chain(nodes, level.doors.values()) if isinstance(node.layer, kind)
    ]
    if doors:
        return doors[0][0], max(y for _, y in doors) + HEADER + GRID
    top = min((node.position[1] for node in nodes), default=0.0)
    if kind is Input:
        return min((node.position[0] for node in nodes), default=0.0) - 2 * GAP - GRID, top
    return max((n.position[0] + size_of(n)[0] for n in nodes), default=0.0) + GAP, top


def _shared(first: str, second: str) -> str:
    """The innermost group that two groups are in."""
    both = around(first) & around(second)
    return max(both, key=len, default=NodeId(""))


def _head(name: str, shared: str) -> NodeId:
    """The node that stands in a group and is, or holds, another."""
    rest = name[len(shared) + 1 :] if shared else name
    return NodeId((f"{shared}." if shared else "") + rest.partition(".")[0])
