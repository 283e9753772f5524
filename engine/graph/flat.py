"""A drawing unfolded into what is run: groups opened, repeats written out, what is switched off bypassed.

A node of a group is called `block.conv_1`; of the third repeat with weights of its own `block.2.conv_1`; of a later
repeat with the same weights `block#2.conv_1`, which shares those of `block.conv_1`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.graph.lending import owner_of
from engine.graph.node import Composite, Edge, GraphError, Node, NodeId
from engine.layers.data import Input, Output

if TYPE_CHECKING:
    from engine.graph.drawing import Graph

MOST_LAYERS = 100_000  # more than any machine here can run; groups in groups multiply quickly
DEEPEST = 32  # groups in groups

Place = tuple[NodeId, str]
"""A node of the unfolded drawing and one of its output ports."""
Flows = Mapping[tuple[NodeId, str], Place | None]


@dataclass(frozen=True, slots=True)
class Doors:
    """What flows into and out of a node that is drawn but not run: a group, or one that is switched off."""

    into: Mapping[str, tuple[Place, ...]]
    out: Mapping[str, Place | None]


def unfolded(graph: "Graph") -> "_Unfolding | None":
    """Nodes, edges and doors of the unfolded drawing; None if there is nothing to unfold. Raises GraphError."""
    if not graph.of_kind(Composite) and all(node.enabled for node in graph.nodes.values()):
        return None
    count_of(graph)
    unfolding = _Unfolding()
    unfolding.place(graph, _Level())
    unfolding.settle()
    return unfolding


def count_of(graph: "Graph", depth: int = 0) -> int:
    """How many layers a drawing unfolds to. Raises GraphError if they are too many, or groups nest too deeply."""
    count = 0
    for node in graph.nodes.values():
        count += _times(node, depth) if isinstance(node.layer, Composite) else 1
    if count > MOST_LAYERS:
        raise GraphError(
            f"The groups unfold to more than {MOST_LAYERS:,} layers. Repeat them less often."
        )
    return count


def _times(node: Node, depth: int) -> int:
    if depth >= DEEPEST:
        raise GraphError(f"Groups stand in groups more than {DEEPEST} deep, at {node.id}.")
    layer = node.layer
    assert isinstance(layer, Composite)  # noqa: S101 (for the type checker)
    return layer.repeat * max(1, count_of(layer.graph, depth + 1))  # type: ignore[arg-type]  # a graph


@dataclass(frozen=True, slots=True)
class _Level:
    """Where a drawing within the drawing stands."""

    prefix: str = ""  # of its nodes' names
    owner: str = ""  # of the names of those whose weights they use
    outer: tuple[str, ...] = ()  # the same of the drawings around it, the outermost first
    frozen: bool = False
    rate: float = 1.0
    decay: float | None = None
    given: Mapping[NodeId, Place | None] | None = None  # what flows into its Inputs; None outside

    def lender(self, node: Node) -> tuple[str, NodeId]:
        """Where the weights of a node are, and what their owner is called there."""
        level, name = owner_of(node.shares or node.id)
        if level > len(self.outer):  # it has been taken out of the groups that it stood in
            return self.owner, node.id
        return (self.outer[-level] if level else self.owner), name


@dataclass(slots=True)
class _Unfolding:
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    doors: dict[NodeId, Doors] = field(default_factory=dict)

    def place(self, graph: "Graph", level: _Level) -> dict[NodeId, Place | None]:
        """Put the nodes of a drawing down; what flows out of each of its Outputs."""
        flows: dict[tuple[NodeId, str], Place | None] = {}
        results: dict[NodeId, Place | None] = {}
        for name in graph.order:
            node = graph.nodes[name]
            came = _came(graph, name, flows)
            first = next((place for places in came.values() for place in places), None)
            if level.given is not None and isinstance(node.layer, Input):
                flows[name, "out"] = level.given.get(name)
            elif level.given is not None and isinstance(node.layer, Output):
                results[name] = first
            elif not node.enabled:
                passed = dict.fromkeys((port.name for port in node.layer.outputs), first)
                self._note(level, name, came, passed)
                flows.update({(name, port): place for port, place in passed.items()})
            elif isinstance(node.layer, Composite):
                flows.update(self._open(node, node.layer, level, came))
            else:
                flows.update(self._put(node, level, came))
        return results

    def settle(self) -> None:
        """Let each node use the weights of whoever owns them in the end; of another kind it can use none."""
        for name, node in self.nodes.items():
            owner, seen = node.shares, {name}
            while owner in self.nodes and self.nodes[owner].shares and owner not in seen:
                seen.add(owner)
                owner = self.nodes[owner].shares
            if owner in self.nodes and type(self.nodes[owner].layer) is not type(node.layer):
                owner = None
            if owner != node.shares:
                self.nodes[name] = replace(node, shares=owner)

    def _note(
        self,
        level: _Level,
        name: NodeId,
        came: Mapping[str, list[Place]],
        out: Mapping[str, Place | None],
    ) -> None:
        into = {port: tuple(places) for port, places in came.items()}
        self.doors[NodeId(level.prefix + name)] = Doors(into, dict(out))

    def _put(self, node: Node, level: _Level, came: Mapping[str, list[Place]]) -> Flows:
        name = NodeId(level.prefix + node.id)
        place, known = level.lender(node)
        owner = NodeId(place + known)
        shares = None if owner == name else owner
        decay = level.decay if node.decay is None else node.decay
        self.nodes[name] = replace(
            node,
            id=name,
            shares=shares,
            frozen=node.frozen or level.frozen,
            rate=node.rate * level.rate,
            decay=decay,
        )
        self.edges += [
            Edge(source, name, source_port, port)
            for port, places in came.items()
            for source, source_port in places
        ]
        return {(node.id, port.name): (name, port.name) for port in node.layer.outputs}

    def _open(
        self, node: Node, layer: Composite, level: _Level, came: Mapping[str, list[Place]]
    ) -> Flows:
        """Put a group down as often as it is repeated, each time behind the last."""
        given = {
            NodeId(port.name): next(iter(came.get(port.name, ())), None) for port in layer.inputs
        }
        results: dict[NodeId, Place | None] = {}
        for turn in range(layer.repeat):
            if turn:  # an input that no output follows is given again
                gave = (results.get(NodeId(port.name)) for port in layer.outputs)
                given |= dict(zip(given, gave, strict=False))
            lender, owner = level.lender(node)
            inside = _Level(
                f"{level.prefix}{_turned(node.id, turn, layer)}.",
                f"{lender}{_turned(owner, 0 if layer.shared else turn, layer)}.",
                (*level.outer, level.owner),
                level.frozen or node.frozen,
                level.rate * node.rate,
                level.decay if node.decay is None else node.decay,
                given,
            )
            results = self.place(layer.graph, inside)  # type: ignore[arg-type]  # a graph
        self._note(level, node.id, came, {str(name): place for name, place in results.items()})
        return {(node.id, str(name)): place for name, place in results.items()}


def _turned(name: str, turn: int, layer: Composite) -> str:
    """What the path through a group is called at a turn."""
    if layer.shared:
        return f"{name}#{turn + 1}" if turn else name
    return f"{name}.{turn}" if layer.repeat > 1 else name


def _came(
    graph: "Graph", name: NodeId, flows: Mapping[tuple[NodeId, str], Place | None]
) -> dict[str, list[Place]]:
    """What flows into each input of a node, in the order of its wires."""
    came: dict[str, list[Place]] = {}
    for port in graph.nodes[name].layer.inputs:
        for edge in graph.incoming.get(name, ()):
            place = flows.get((edge.source, edge.source_port))
            if edge.target_port == port.name and place is not None:
                came.setdefault(port.name, []).append(place)
    return came
