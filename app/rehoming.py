"""Nodes that go into a group which is open in place, or come out of one: their wires go with them.

In the drawing laid out, a node that moves gets another name: `conv_1` becomes `block.conv_1`. Wires that led to a door
of the group lead on to what is behind it, and doors that nobody needs any more go. Pure values.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from app.copying import Names
from app.placing import around, home_of, own_name
from engine.graph import Edge, Graph, GraphError, Group, Node, NodeId
from engine.graph.lending import Owner, relent
from engine.layers.data import Input, Output

Place = tuple[NodeId, str]  # a node and one of its ports


def rehomed(
    graph: Graph, names: Iterable[NodeId], home: str
) -> tuple[Graph, Mapping[NodeId, NodeId]]:
    """A laid drawing with nodes inside another of its open groups (outside of all: ""), ready to be folded.

    And the new names of the nodes.

    Raises GraphError with the reason where that cannot be.
    """
    moved = [name for name in graph.nodes if name in set(names) and home_of(name) != home]
    for name in moved:
        _refuse(graph, name, home)
    called: dict[NodeId, NodeId] = {}
    for name in (
        moved
    ):  # one by one: the wires of the next may lead through doors that the last has left idle
        new = _called(graph, name, home)
        renamed = _renamed(graph, new)
        edges = tuple(dict.fromkeys(_led_on(renamed, set(new.values()))))
        graph = _without_idle_doors(renamed, replace(renamed, edges=edges))
        called |= new
    return graph, called


def _refuse(graph: Graph, name: NodeId, home: str) -> None:
    node, was = graph.nodes[name], home_of(name)
    if isinstance(node.layer, Input | Output):
        where = f"the edge of {was}" if was else "where the data come in and go out"
        raise GraphError(f"{own_name(name)} is at {where} and stays there.")
    for frame in sorted(around(was) ^ around(home)):
        layer = graph.nodes[frame].layer
        if isinstance(layer, Group) and layer.repeat > 1:
            raise GraphError(
                f"{own_name(frame)} is repeated {layer.repeat} times. Set Repeat to 1, then move "
                f"{own_name(name)} in or out."
            )


def _called(graph: Graph, name: NodeId, home: str) -> dict[NodeId, NodeId]:
    """What a node is called where it goes, and what stands in it, if it is a frame."""
    free = Names(own_name(other) for other in graph.nodes if home_of(other) == home)
    own = free.take(own_name(name), graph.nodes[name].layer.stem)
    new = NodeId(f"{home}.{own}")  # `.conv_1`: outside of all groups, whatever is near
    inside = (other for other in graph.nodes if other.startswith(f"{name}."))
    return {name: new, **{other: NodeId(new + other[len(name) :]) for other in inside}}


def _renamed(graph: Graph, called: Mapping[NodeId, NodeId]) -> Graph:
    def owner(level: int, name: NodeId) -> Owner:
        return level, name if level else called.get(name, name)

    nodes: dict[NodeId, Node] = {}
    for name, node in graph.nodes.items():
        nodes[called.get(name, name)] = replace(relent(node, owner), id=called.get(name, name))
    edges = (
        replace(e, source=called.get(e.source, e.source), target=called.get(e.target, e.target))
        for e in graph.edges
    )
    return Graph(MappingProxyType(nodes), tuple(edges))


def _led_on(graph: Graph, moved: set[NodeId]) -> Iterator[Edge]:
    """The wires, those of the nodes that have moved led through the doors that they are now on the other side of."""
    ends: dict[tuple[NodeId, str], None] = {}
    found: list[Edge] = []
    for edge in graph.edges:
        if not {edge.source, edge.target} & moved:
            found.append(edge)
            continue
        source = _feeding(graph, (edge.source, edge.source_port), home_of(edge.target))
        for target, port in _fed(graph, (edge.target, edge.target_port), home_of(edge.source)):
            if source is not None:
                found.append(Edge(source[0], target, source[1], port))
                if target != edge.target:
                    ends[target, port] = None
    new = set(found) - set(graph.edges)
    for edge in found:  # what is led on takes the place of the wire from the door
        if edge in new or (edge.target, edge.target_port) not in ends:
            yield edge


def _within(home: str, frame: str) -> bool:
    return home == frame or home.startswith(f"{frame}.")


def _feeding(graph: Graph, place: Place, home: str) -> Place | None:
    """What really flows from a place to a node in a group: not from a door of a group that it is not in."""
    node = graph.nodes[place[0]]
    if isinstance(node.layer, Input) and (group := home_of(node.id)) and not _within(home, group):
        wires, port = graph.incoming.get(NodeId(group), ()), own_name(node.id)
        into = [(e.source, e.source_port) for e in wires if e.target_port == port]
    elif isinstance(node.layer, Group) and _within(home, node.id):
        wires = graph.incoming.get(NodeId(f"{node.id}.{place[1]}"), ())
        into = [(e.source, e.source_port) for e in wires]
    else:
        return place
    return _feeding(graph, into[0], home) if into else None


def _fed(graph: Graph, place: Place, home: str) -> Iterator[Place]:
    """What really hears what flows into a place from a node in a group."""
    node = graph.nodes[place[0]]
    if isinstance(node.layer, Output) and (group := home_of(node.id)) and not _within(home, group):
        wires, port = graph.outgoing.get(NodeId(group), ()), own_name(node.id)
        out = [(e.target, e.target_port) for e in wires if e.source_port == port]
    elif isinstance(node.layer, Group) and _within(home, node.id):
        wires = graph.outgoing.get(NodeId(f"{node.id}.{place[1]}"), ())
        out = [(e.target, e.target_port) for e in wires]
    else:
        yield place
        return
    for onward in out:
        yield from _fed(graph, onward, home)


def _without_idle_doors(before: Graph, after: Graph) -> Graph:
    """The drawing without the doors that something came through before, and nothing does now."""
    busy, still = _busy(before), _busy(after)
    gone = {name for name in busy - still if name in after.nodes}
    return after.remove(*gone) if gone else after


def _busy(graph: Graph) -> set[NodeId]:
    """The doors that are joined on both sides."""
    found = set()
    for name, node in graph.nodes.items():
        group = NodeId(home_of(name))
        if not group or not isinstance(node.layer, Input | Output):
            continue
        wires, port = graph.incoming.get(group, ()), own_name(name)
        if isinstance(node.layer, Input):
            beyond = any(e.target_port == port for e in wires)
            inside = name in graph.outgoing
        else:
            beyond = any(e.source_port == port for e in graph.outgoing.get(group, ()))
            inside = name in graph.incoming
        if beyond and inside:
            found.add(name)
    return found
