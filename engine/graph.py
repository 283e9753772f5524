"""The drawn network: an immutable value. Each edit returns a new graph or raises GraphError; nothing is half edited.

A node is known by its name, which is also its submodule's name in the built network. Where nodes stand on the canvas
belongs to them; whether the network makes sense does not belong here (`shapes`, `problems`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import NewType

from engine.layer import Layer, Port
from engine.names import name_refusal

NodeId = NewType("NodeId", str)
Point = tuple[float, float]


class GraphError(ValueError):
    """An edit that cannot be; its text says why, in the user's words."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer placed in a graph, with the place of its header's left end on the canvas, in pixels."""

    id: NodeId
    layer: Layer
    position: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """What flows from an output port of one node to an input port of another."""

    source: NodeId
    target: NodeId
    source_port: str = "out"
    target_port: str = "in"


@dataclass(frozen=True)
class Graph:
    """Nodes by name and the edges between them, in the order in which they were joined."""

    nodes: Mapping[NodeId, Node] = field(default_factory=lambda: MappingProxyType({}))
    edges: tuple[Edge, ...] = ()

    # -- reading ---------------------------------------------------------------------------

    @cached_property
    def incoming(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """The edges that end at each node; nodes without any are left out."""
        return _gather((edge.target, edge) for edge in self.edges)

    @cached_property
    def outgoing(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """The edges that begin at each node; nodes without any are left out."""
        return _gather((edge.source, edge) for edge in self.edges)

    @cached_property
    def order(self) -> tuple[NodeId, ...]:
        """All nodes, each after those it hears from. Raises GraphError if there is a cycle."""
        before = {
            name: [edge.source for edge in self.incoming.get(name, ())] for name in self.nodes
        }
        try:
            return tuple(TopologicalSorter(before).static_order())
        except CycleError as error:
            raise GraphError(f"These layers form a circle: {' → '.join(error.args[1])}.") from error

    def ancestors(self, *names: NodeId) -> frozenset[NodeId]:
        """These nodes and all that they hear from, directly or not."""
        return _reach(names, lambda name: [edge.source for edge in self.incoming.get(name, ())])

    def descendants(self, *names: NodeId) -> frozenset[NodeId]:
        """These nodes and all that hear from them, directly or not."""
        return _reach(names, lambda name: [edge.target for edge in self.outgoing.get(name, ())])

    def of_kind(self, *kinds: type[Layer]) -> tuple[Node, ...]:
        """The nodes whose layer is one of these kinds, in the order in which they were placed."""
        return tuple(node for node in self.nodes.values() if isinstance(node.layer, kinds))

    def refusal(self, edge: Edge) -> str | None:
        """Why this edge cannot be drawn, in the user's words; None if it can."""
        for name in (edge.source, edge.target):
            if name not in self.nodes:
                return f"There is no layer called {name}."
        if port_named(self.nodes[edge.source].layer.outputs, edge.source_port) is None:
            return f"{edge.source} has no output to draw from."
        port = port_named(self.nodes[edge.target].layer.inputs, edge.target_port)
        if port is None:
            return f"{edge.target} takes no input."
        if edge in self.edges:
            return "They are joined already."
        if edge.source in self.descendants(edge.target):
            return f"That would make a circle: {edge.target} already leads to {edge.source}."
        if not port.many:
            for other in self.incoming.get(edge.target, ()):
                if other.target_port == port.name:
                    return (
                        f"{edge.target} takes one wire, and {other.source} is joined to it. "
                        "Add or Concat take several."
                    )
        return None

    def free_name(self, stem: str) -> NodeId:
        """A name that nobody bears yet, such as `relu_2`."""
        taken = (
            int(m[1])
            for name in self.nodes
            if (m := re.fullmatch(re.escape(stem) + r"_(\d+)", name))
        )
        return NodeId(f"{stem}_{max(taken, default=0) + 1}")

    def __reduce__(self) -> tuple[Callable[..., "Graph"], tuple[object, ...]]:
        """Pickled without what is derived, and without the read-only view, which does not pickle."""
        return _graph_of, (dict(self.nodes), self.edges)

    # -- editing ---------------------------------------------------------------------------

    def add(self, layer: Layer, position: Point = (0.0, 0.0), name: str | None = None) -> "Graph":
        """Place a layer; without a name it gets the next free one of its kind."""
        chosen = self.free_name(layer.stem) if name is None else self._valid_name(name)
        return self._with({**self.nodes, chosen: Node(chosen, layer, position)})

    def remove(self, *names: NodeId) -> "Graph":
        """Take nodes away, and the wires that end at them."""
        gone = set(names)
        nodes = {name: node for name, node in self.nodes.items() if name not in gone}
        return self._with(nodes, tuple(e for e in self.edges if not {e.source, e.target} & gone))

    def put(self, name: NodeId, layer: Layer) -> "Graph":
        """Give a node another layer or other parameters; wires that it has no port for are taken away."""
        node = self._known(name)
        after = self._with({**self.nodes, name: replace(node, layer=layer)})
        if type(layer) is type(node.layer):
            return after
        return replace(after, edges=tuple(_held(after.edges, name, layer)))

    def move(self, positions: Mapping[NodeId, Point]) -> "Graph":
        """Put nodes elsewhere on the canvas."""
        moved = {
            name: replace(self._known(name), position=place) for name, place in positions.items()
        }
        return self._with({**self.nodes, **moved})

    def rename(self, before: NodeId, after: str) -> "Graph":
        """Give a node another name; its wires follow."""
        self._known(before)
        if after == before:
            return self
        new = self._valid_name(after)
        nodes = {
            (new if name == before else name): (replace(node, id=new) if name == before else node)
            for name, node in self.nodes.items()
        }
        return self._with(nodes, tuple(_renamed(edge, before, new) for edge in self.edges))

    def connect(self, *edges: Edge) -> "Graph":
        """Join ports. Raises GraphError with the reason if one cannot be."""
        graph = self
        for edge in edges:
            if reason := graph.refusal(edge):
                raise GraphError(reason)
            graph = replace(graph, edges=(*graph.edges, edge))
        return graph

    def disconnect(self, *edges: Edge) -> "Graph":
        """Cut wires."""
        gone = set(edges)
        return replace(self, edges=tuple(edge for edge in self.edges if edge not in gone))

    def insert(self, edge: Edge, layer: Layer, position: Point | None = None) -> "Graph":
        """Put a layer into a wire: what flowed directly now flows through it. It stands midway by default."""
        if edge not in self.edges:
            raise GraphError("That wire is no longer there.")
        if not layer.inputs or not layer.outputs:
            raise GraphError(f"{layer.label} has one side only and cannot stand in a wire.")
        (x1, y1), (x2, y2) = self.nodes[edge.source].position, self.nodes[edge.target].position
        graph = self.add(layer, position or ((x1 + x2) / 2, (y1 + y2) / 2))
        name = list(graph.nodes)[-1]
        first = Edge(edge.source, name, edge.source_port, layer.inputs[0].name)
        second = Edge(name, edge.target, layer.outputs[0].name, edge.target_port)
        place = graph.edges.index(edge)
        edges = (*graph.edges[:place], first, second, *graph.edges[place + 1 :])
        return replace(graph, edges=edges)

    def _with(self, nodes: dict[NodeId, Node], edges: tuple[Edge, ...] | None = None) -> "Graph":
        return Graph(MappingProxyType(nodes), self.edges if edges is None else edges)

    def _known(self, name: NodeId) -> Node:
        if name not in self.nodes:
            raise GraphError(f"There is no layer called {name}.")
        return self.nodes[name]

    def _valid_name(self, name: str) -> NodeId:
        if name in self.nodes:
            raise GraphError(f"Another layer is called {name}. Choose a name that is free.")
        if reason := name_refusal(name):
            raise GraphError(reason)
        return NodeId(name)


def _graph_of(nodes: dict[NodeId, Node], edges: tuple[Edge, ...]) -> Graph:
    return Graph(MappingProxyType(nodes), edges)


def port_named(ports: tuple[Port, ...], name: str) -> Port | None:
    """The port of this name, if there is one."""
    return next((port for port in ports if port.name == name), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one graph to another."""

    added: tuple[NodeId, ...]
    removed: tuple[NodeId, ...]
    changed: tuple[NodeId, ...]
    joined: tuple[Edge, ...]
    cut: tuple[Edge, ...]


def difference(before: Graph, after: Graph) -> Difference:
    """What must be added, removed and redrawn to make `after` out of `before`."""
    return Difference(
        added=tuple(name for name in after.nodes if name not in before.nodes),
        removed=tuple(name for name in before.nodes if name not in after.nodes),
        changed=tuple(
            name
            for name, node in after.nodes.items()
            if name in before.nodes
            and before.nodes[name] is not node
            and before.nodes[name] != node
        ),
        joined=tuple(sorted(set(after.edges) - set(before.edges))),
        cut=tuple(sorted(set(before.edges) - set(after.edges))),
    )


def _held(edges: Iterable[Edge], name: NodeId, layer: Layer) -> Iterator[Edge]:
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


def _reach(names: Iterable[NodeId], beside: Callable[[NodeId], list[NodeId]]) -> frozenset[NodeId]:
    found = set(names)
    todo = list(found)
    while todo:
        fresh = [name for name in beside(todo.pop()) if name not in found]
        found.update(fresh)
        todo.extend(fresh)
    return frozenset(found)


def _renamed(edge: Edge, before: NodeId, after: NodeId) -> Edge:
    source = after if edge.source == before else edge.source
    target = after if edge.target == before else edge.target
    return replace(edge, source=source, target=target)


def _gather(pairs: Iterator[tuple[NodeId, Edge]]) -> Mapping[NodeId, tuple[Edge, ...]]:
    lists: dict[NodeId, list[Edge]] = {}
    for name, edge in pairs:
        lists.setdefault(name, []).append(edge)
    return {name: tuple(edges) for name, edges in lists.items()}


def edges_between(names: Iterable[NodeId], edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Those of the edges whose both ends are among these nodes."""
    inside = set(names)
    return tuple(edge for edge in edges if edge.source in inside and edge.target in inside)
