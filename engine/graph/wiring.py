"""What the drawing's edits share: who hears from whom, and which wires and weights remain when a node changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from engine.graph.lending import Owner, relent
from engine.graph.node import Composite, Edge, GraphError, Node, NodeId, port_named
from engine.layer import Layer


def held(edges: Iterable[Edge], name: NodeId, layer: Layer) -> Iterator[Edge]:
    """The edges that remain when this layer takes a node's place: a port of one wire keeps its first."""
    taken: set[str] = set()
    for edge in edges:
        if edge.source == name and port_named(layer.outputs, edge.source_port) is None:
            continue
        if edge.target == name:
            port = port_named(layer.inputs, edge.target_port)
            if port is None or (port.name in taken and not port.many):
                continue
            taken.add(port.name)
        yield edge


def with_heirs(nodes: dict[NodeId, Node], gone: set[NodeId]) -> dict[NodeId, Node]:
    """The nodes, with weights whose owner is gone given to the first node that shares them."""
    heirs: dict[NodeId, NodeId] = {}
    for name, node in nodes.items():
        if node.shares is not None and node.shares in gone:
            heir = heirs.setdefault(node.shares, name)
            nodes[name] = replace(node, shares=None if heir == name else heir)

    def inherited(level: int, name: NodeId) -> Owner | None:
        if level or name not in gone:
            return level, name
        return (0, heirs[name]) if name in heirs else None

    for name, node in nodes.items():
        if isinstance(node.layer, Composite):  # whose nodes may use weights from outside
            nodes[name] = relent(node, inherited)
    return nodes


def reach(
    names: Iterable[NodeId],
    edges: Mapping[NodeId, tuple[Edge, ...]],
    end: Callable[[Edge], NodeId],
) -> frozenset[NodeId]:
    """These nodes and all that can be reached from them along the edges that each has, to this end of them."""
    found = set(names)
    todo = list(found)
    while todo:
        for edge in edges.get(todo.pop(), ()):
            name = end(edge)
            if name not in found:
                found.add(name)
                todo.append(name)
    return frozenset(found)


def renamed(edge: Edge, before: NodeId, after: NodeId) -> Edge:
    """The edge once a node bears another name."""
    source = after if edge.source == before else edge.source
    target = after if edge.target == before else edge.target
    return replace(edge, source=source, target=target)


def in_order(
    names: Iterable[NodeId], incoming: Mapping[NodeId, tuple[Edge, ...]]
) -> tuple[NodeId, ...]:
    """All nodes, each after those it hears from. Raises GraphError if there is a cycle.

    The order is that of `graphlib.TopologicalSorter`, at a third of its cost: the seeds of initial weights hang on it.
    """
    waits: dict[NodeId, int] = {}
    readers: dict[NodeId, list[NodeId]] = {}
    for name in names:
        edges = incoming.get(name, ())
        waits.setdefault(name, 0)
        for edge in edges:
            waits.setdefault(edge.source, 0)
            readers.setdefault(edge.source, []).append(name)
        waits[name] += len(edges)
    order = [name for name, count in waits.items() if not count]
    for name in order:  # it grows meanwhile: those that wait for nobody any more come behind
        for reader in readers.get(name, ()):
            waits[reader] -= 1
            if not waits[reader]:
                order.append(reader)
    if len(order) < len(waits):
        raise GraphError(f"These layers form a circle: {' → '.join(_circle(incoming, waits))}.")
    return tuple(order)


def _circle(
    incoming: Mapping[NodeId, tuple[Edge, ...]], waits: Mapping[NodeId, int]
) -> list[NodeId]:
    """A way along the wires that ends where it began, among the nodes that wait for ever."""
    way = [next(name for name, count in waits.items() if count)]
    while way[-1] not in way[:-1]:
        way.append(next(edge.source for edge in incoming[way[-1]] if waits.get(edge.source)))
    return way[: way.index(way[-1]) - 1 if way.index(way[-1]) else None : -1]


def gather(pairs: Iterator[tuple[NodeId, Edge]]) -> Mapping[NodeId, tuple[Edge, ...]]:
    """Edges by the node that each is paired with, in their order."""
    lists: dict[NodeId, list[Edge]] = {}
    for name, edge in pairs:
        lists.setdefault(name, []).append(edge)
    return {name: tuple(edges) for name, edges in lists.items()}


def regathered(
    known: Mapping[NodeId, tuple[Edge, ...]],
    end: str,
    cut: Iterable[Edge],
    joined: Iterable[Edge],
    edges: tuple[Edge, ...],
) -> Mapping[NodeId, tuple[Edge, ...]]:
    """What `gather` would find after an edit of a few wires; the tuples of other nodes are those they were.

    Args:
        known: The edges by the node at this end, before the edit.
        end: `source` or `target`.
        cut: What was taken away.
        joined: What came.
        edges: All there are now, in their order.
    """
    found = dict(known)
    gone, come = set(cut), set(joined)
    for name in {getattr(edge, end) for edge in gone | come}:
        mine = {edge for edge in found.pop(name, ()) if edge not in gone}
        mine |= {edge for edge in come if getattr(edge, end) == name}
        if mine:
            found[name] = (
                tuple(edge for edge in edges if edge in mine) if len(mine) > 1 else (*mine,)
            )
    return found


def edges_between(names: Iterable[NodeId], edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Those of the edges whose both ends are among these nodes."""
    inside = set(names)
    return tuple(edge for edge in edges if edge.source in inside and edge.target in inside)
