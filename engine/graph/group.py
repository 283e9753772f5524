"""Groups: several nodes as one box with a name, which can be repeated; and how nodes get into one and out again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, SkipValidation

from engine.axes import Axes
from engine.graph.drawing import Graph
from engine.graph.flat import count_of
from engine.graph.lending import Owner, borrows, relent, written
from engine.graph.node import Composite, Edge, GraphError, Node, NodeId, Point
from engine.layer import Call, LayerError, Port
from engine.layers.data import Input, Output


class Group(Composite, group="Structure", label="Group", stem="group"):
    """Several layers drawn as one box. It can be repeated: each turn takes what the one before gives.

    Its inputs and outputs are the Input and Output nodes inside it, under their names.
    """

    graph: Annotated[Graph, SkipValidation] = Field(Graph(), exclude=True)
    repeat: int = Field(
        1, ge=1, le=1000, title="Repeat", description="How many times in a row it is run."
    )
    shared: bool = Field(
        False,
        title="Same weights",
        description="Whether all turns use one set of weights, as a recurrent network does.",
    )

    @property
    def inputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """One port for each Input inside."""
        return tuple(Port(node.id) for node in self.graph.of_kind(Input))

    @property
    def outputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """One port for each Output inside."""
        return tuple(Port(node.id) for node in self.graph.of_kind(Output))

    def but(self, **changes: object) -> "Group":
        return Group.model_validate({**self.model_dump(), "graph": self.graph, **changes})

    def call(self, *_: Axes) -> Call:
        raise LayerError("to be unfolded", "asked as one layer")

    @property
    def caption(self) -> str:
        count = len(self.graph.nodes) - len(self.inputs) - len(self.outputs)
        layers = "layer" if count == 1 else "layers"
        return f"{count} {layers}" + (f" ×{self.repeat}" if self.repeat > 1 else "")


@dataclass(frozen=True, slots=True)
class _Doors:
    """What crosses the edge of a group to be: each source once, and the ports they become."""

    into: dict[tuple[NodeId, str], NodeId]
    out: dict[tuple[NodeId, str], NodeId]


def grouped(graph: Graph, names: Iterable[NodeId], name: str | None = None) -> Graph:
    """The drawing with these nodes in a group of that name. Raises GraphError with the reason if they cannot be."""
    wanted = set(names)
    chosen = [known for known in graph.nodes if known in wanted]
    _refuse(graph, chosen)
    doors = _doors(graph, frozenset(chosen))
    layer = Group(graph=_inside(graph, chosen, doors))
    first = graph.nodes[chosen[0]].position
    rest = graph.remove(*chosen)
    placed = rest.add(layer, _middle(graph, chosen) or first, name)
    box = list(placed.nodes)[-1]
    wires = [Edge(source, box, port, door) for (source, port), door in doors.into.items()]
    inside = frozenset(chosen)
    wires += [
        Edge(box, edge.target, doors.out[edge.source, edge.source_port], edge.target_port)
        for edge in graph.edges
        if edge.source in inside and edge.target not in inside
    ]
    count_of(placed)
    return placed.connect(*wires)


def _refuse(graph: Graph, chosen: list[NodeId]) -> None:
    if not chosen:
        raise GraphError("Choose the layers that should become a group.")
    if sources := [name for name in chosen if isinstance(graph.nodes[name].layer, Input)]:
        raise GraphError(f"{sources[0]} brings the data in and stays outside of a group.")
    if results := [name for name in chosen if isinstance(graph.nodes[name].layer, Output)]:
        raise GraphError(f"{results[0]} gives the network's result and stays outside of a group.")
    leaving = frozenset(chosen) - {node.shares for node in _left(graph, chosen)}
    for node in _left(graph, chosen):
        if (owner := borrows(node, leaving)) is not None:
            raise GraphError(f"{node.id} uses the weights of {owner}: group both or neither.")


def _left(graph: Graph, chosen: list[NodeId]) -> list[Node]:
    """The nodes that stay outside."""
    return [node for name, node in graph.nodes.items() if name not in chosen]


def _doors(graph: Graph, inside: frozenset[NodeId]) -> _Doors:
    into: dict[tuple[NodeId, str], NodeId] = {}
    out: dict[tuple[NodeId, str], NodeId] = {}
    for edge in graph.edges:
        source = (edge.source, edge.source_port)
        if edge.target in inside and edge.source not in inside:
            into.setdefault(source, NodeId(_free(graph, f"in_{len(into) + 1}")))
        elif edge.source in inside and edge.target not in inside:
            out.setdefault(source, NodeId(_free(graph, f"out_{len(out) + 1}")))
    return _Doors(into, out)


def _free(graph: Graph, name: str) -> str:
    while name in graph.nodes:
        name += "_"
    return name


def _inside(graph: Graph, chosen: list[NodeId], doors: _Doors) -> Graph:
    inside = Graph()
    left = min(graph.nodes[name].position[0] for name in chosen) - 200
    right = max(graph.nodes[name].position[0] for name in chosen) + 240
    top = graph.nodes[chosen[0]].position[1]
    for place, door in enumerate(doors.into.values()):
        inside = inside.add(Input(), (left, top + 80 * place), door)
    for place, door in enumerate(doors.out.values()):
        inside = inside.add(Output(), (right, top + 80 * place), door)
    nodes = {**inside.nodes, **_moved_in(graph, chosen)}
    edges = []
    for edge in graph.edges:
        if edge.target in nodes and edge.source in nodes:
            edges.append(edge)
        elif edge.target in nodes:
            door = doors.into[edge.source, edge.source_port]
            edges.append(replace(edge, source=door, source_port="out"))
    edges += [Edge(source, door, port) for (source, port), door in doors.out.items()]
    return Graph(MappingProxyType(nodes), tuple(edges))


def _moved_in(graph: Graph, chosen: list[NodeId]) -> dict[NodeId, Node]:
    """The nodes as they stand inside: what shares weights across the edge of the group goes on to."""
    heirs: dict[NodeId, NodeId] = {}  # outside, of those inside
    for node in _left(graph, chosen):
        if node.shares in chosen and node.shares is not None:
            heirs.setdefault(node.shares, node.id)

    def owner(level: int, name: NodeId) -> Owner:
        if level == 0 and name in heirs:
            return 1, heirs[name]
        return (0, name) if level == 0 and name in chosen else (level + 1, name)

    nodes = {name: relent(graph.nodes[name], owner) for name in chosen}
    for name, heir in heirs.items():
        nodes[name] = replace(nodes[name], shares=written(1, heir))
    return nodes


def _middle(graph: Graph, chosen: list[NodeId]) -> Point | None:
    places = [graph.nodes[name].position for name in chosen]
    return (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))


def ungrouped(graph: Graph, name: NodeId) -> Graph:
    """The drawing with the nodes of a group in its place. Raises GraphError if it is repeated."""
    node = graph.nodes.get(name)
    if node is None or not isinstance(node.layer, Group):
        raise GraphError(f"{name} is not a group.")
    if node.layer.repeat > 1:
        raise GraphError(f"{name} is repeated {node.layer.repeat} times. Set that to 1 first.")
    if not node.enabled:
        raise GraphError(f"{name} is switched off. Switch it on first.")
    if node.shares or any(other.shares == name for other in graph.nodes.values()):
        raise GraphError(f"{name} shares its weights with another group. Part them first.")
    inner = node.layer.graph
    after, names = graph.remove(name), {}
    for key, inside in inner.nodes.items():
        if not isinstance(inside.layer, Input | Output):
            free = key if key not in after.nodes else after.free_name(inside.layer.stem)
            after = after.add(inside.layer, inside.position, free)
            names[key] = NodeId(free)
    for key, free in names.items():
        inside = inner.nodes[key]
        after = after.change(free, frozen=inside.frozen or node.frozen, enabled=inside.enabled)
        decay = node.decay if inside.decay is None else inside.decay
        rate = inside.rate * node.rate  # as the group unfolds when it is run
        after = after.change(free, note=inside.note, rate=rate, decay=decay)
    return _moved_out(after, inner, names).connect(*_rewired(graph, name, inner, names))


def _moved_out(after: Graph, inner: Graph, names: dict[NodeId, NodeId]) -> Graph:
    """The nodes of a group as they stand once the box around them is gone: who uses whose weights."""

    def owner(level: int, name: NodeId) -> Owner:
        return (level - 1, name) if level else (0, names.get(name, name))

    nodes = dict(after.nodes)
    for key, free in names.items():
        lent = relent(inner.nodes[key], owner)
        nodes[free] = replace(nodes[free], layer=lent.layer, shares=lent.shares)
    return Graph(MappingProxyType(nodes), after.edges)


def _rewired(graph: Graph, name: NodeId, inner: Graph, names: dict[NodeId, NodeId]) -> list[Edge]:
    """The wires of a group's nodes once the box around them is gone, straight through its ports."""
    came = {
        NodeId(edge.target_port): (edge.source, edge.source_port)
        for edge in graph.incoming.get(name, ())
    }

    def source_of(edge: Edge) -> tuple[NodeId, str] | None:
        if edge.source in names:
            return names[edge.source], edge.source_port
        return came.get(edge.source)

    wires: list[Edge] = []
    for edge in inner.edges:
        source = source_of(edge)
        ends = (
            [(names[edge.target], edge.target_port)]
            if edge.target in names
            else [
                (out.target, out.target_port)
                for out in graph.outgoing.get(name, ())
                if out.source_port == edge.target
            ]
        )
        if source is not None:
            wires += [Edge(source[0], target, source[1], port) for target, port in ends]
    return wires
