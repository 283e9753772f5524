"""The drawn network: an immutable value. Each edit returns a new graph or raises GraphError; nothing is half edited.

A node is known by its name, which is also its submodule's name in the built network. Where nodes stand on the canvas
belongs to them; whether the network makes sense does not belong here (`shapes`, `problems`).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from engine.graph.flat import Doors, unfolded
from engine.graph.legality import all_fit, refusal
from engine.graph.lending import MARK, relent
from engine.graph.node import Edge, GraphError, Node, NodeId, Point
from engine.graph.wiring import gather, held, in_order, reach, regathered, renamed, with_heirs
from engine.layer import Layer
from engine.names import name_refusal

FEW = 16  # wires: an edit of more is looked at as a whole


@dataclass(frozen=True)
class Graph:
    """Nodes by name and the edges between them, in the order in which they were joined."""

    nodes: Mapping[NodeId, Node] = field(default_factory=lambda: MappingProxyType({}))
    edges: tuple[Edge, ...] = ()

    # -- reading ---------------------------------------------------------------------------

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((frozenset(self.nodes.items()), self.edges))  # as equality, it minds no order

    @cached_property
    def flat(self) -> "Graph":
        """The network as it is run: groups unfolded into `block.conv_1`, what is switched off left out.

        It is the graph itself where there is nothing to unfold. Raises GraphError on a cycle, or where groups in
        groups unfold to more layers than any machine can run.
        """
        found = unfolded(self)
        if found is None:
            return self
        flat = Graph(MappingProxyType(found.nodes), tuple(found.edges))
        flat.__dict__["doors"] = found.doors
        # Each stands after those it hears from, and those of a group together, as a person would write them.
        flat.__dict__["order"] = tuple(found.nodes)
        return flat

    @cached_property
    def doors(self) -> Mapping[NodeId, Doors]:
        """Of an unfolded graph: what flows into and out of the groups, and of what is switched off."""
        return {}

    @cached_property
    def incoming(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """The edges that end at each node; nodes without any are left out."""
        return gather((edge.target, edge) for edge in self.edges)

    @cached_property
    def outgoing(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """The edges that begin at each node; nodes without any are left out."""
        return gather((edge.source, edge) for edge in self.edges)

    @cached_property
    def order(self) -> tuple[NodeId, ...]:
        """All nodes, each after those it hears from. Raises GraphError if there is a cycle."""
        return in_order(self.nodes, self.incoming)

    def ancestors(self, *names: NodeId) -> frozenset[NodeId]:
        """These nodes and all that they hear from, directly or not."""
        return reach(names, self.incoming, attrgetter("source"))

    def descendants(self, *names: NodeId) -> frozenset[NodeId]:
        """These nodes and all that hear from them, directly or not."""
        return reach(names, self.outgoing, attrgetter("target"))

    @cached_property
    def by_kind(self) -> Mapping[type[Layer], list[Node]]:
        """The nodes by the classes of their layers: one look at all of them for all who ask for some."""
        found: dict[type[Layer], list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(type(node.layer), []).append(node)
        return found

    def of_kind(self, *kinds: type[Layer]) -> tuple[Node, ...]:
        """The nodes whose layer is one of these kinds, in the order in which they were placed."""
        found = [nodes for kind, nodes in self.by_kind.items() if issubclass(kind, kinds)]
        if len(found) < 2:
            return tuple(found[0]) if found else ()
        return tuple(node for node in self.nodes.values() if isinstance(node.layer, kinds))

    def refusal(self, edge: Edge) -> str | None:
        """Why this edge cannot be drawn, in the user's words; None if it can."""
        return refusal(self, edge)

    def free_name(self, stem: str) -> NodeId:
        """A name that nobody bears yet, such as `relu_2`."""
        alike = [name for name in self.nodes if name.startswith(stem)]
        numbered = (re.fullmatch(re.escape(stem) + r"_(\d+)", name) for name in alike)
        taken = (int(match[1]) for match in numbered if match)
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
        """Take nodes away, and the wires that end at them. Weights that others share go to the first of these."""
        gone = set(names)
        nodes = with_heirs(
            {name: node for name, node in self.nodes.items() if name not in gone}, gone
        )
        cut = [edge for name in gone for edge in self._at(name)]
        if not cut:
            return self._with(nodes)
        edges = tuple(e for e in self.edges if e.source not in gone and e.target not in gone)
        return self._rewired(edges, cut, nodes=nodes)

    def put(self, name: NodeId, layer: Layer) -> "Graph":
        """Give a node another layer or other parameters; wires that it has no port for are taken away.

        Those that share its weights, and were like it, get the same parameters: one set of weights has one size. One
        of another kind parts with them.
        """
        node = self._known(name)
        if type(layer) is not type(node.layer):
            nodes = with_heirs({**self.nodes, name: replace(node, layer=layer)}, {name})
            nodes[name] = replace(nodes[name], shares=None)
            changed = [name]
        else:
            changed = self._alike(node)
            more = {other: replace(self.nodes[other], layer=layer) for other in changed}
            nodes = {**self.nodes, **more}
        after = self._with(nodes)
        if (layer.inputs, layer.outputs) == (node.layer.inputs, node.layer.outputs):
            return after
        edges = after.edges
        for other in changed:
            edges = tuple(held(edges, other, layer))
        return replace(after, edges=edges)

    def _alike(self, node: Node) -> list[NodeId]:
        """A node, and those of the same parameters that use the same weights."""
        owner = node.shares or node.id
        kin = (other for other in self.nodes.values() if (other.shares or other.id) == owner)
        return [node.id, *(o.id for o in kin if o.id != node.id and o.layer == node.layer)]

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
        nodes = {}
        for name, node in self.nodes.items():
            known = new if name == before else name
            lent = relent(node, lambda up, n: (up, new if (up, n) == (0, before) else n))
            nodes[known] = replace(lent, id=known)
        return self._with(nodes, tuple(renamed(edge, before, new) for edge in self.edges))

    def change(self, *names: NodeId, **marks: object) -> "Graph":
        """Set marks of nodes: `frozen`, `enabled`, `note`, `rate`, `decay` or `open`."""
        if wrong := set(marks) - {"frozen", "enabled", "note", "rate", "decay", "open"}:
            raise GraphError(f"A layer has no mark called {wrong.pop()}.")
        changed = {name: replace(self._known(name), **marks) for name in names}  # type: ignore[arg-type]
        return self._with({**self.nodes, **changed})

    def share(self, name: NodeId, owner: NodeId | None) -> "Graph":
        """Let a node use the weights of another of its kind; None gives it weights of its own again.

        The owner may stand in a drawing around this one (`engine.graph.lending`): who calls sees to its kind.
        """
        node = self._known(name)
        if owner is not None and not owner.startswith(MARK):
            owner = self._known(owner).shares or owner
            if reason := self._no_sharing(node, self.nodes[owner]):
                raise GraphError(reason)
        heirs = {n: m for n, m in self.nodes.items() if m.shares == name and owner is not None}
        moved = {other: replace(heir, shares=owner) for other, heir in heirs.items()}
        return self._with({**self.nodes, **moved, name: replace(node, shares=owner)})

    def _no_sharing(self, node: Node, owner: Node) -> str | None:
        if node.id == owner.id:
            return f"{node.id} has its own weights already."
        if type(node.layer) is not type(owner.layer):
            kinds = f"{node.layer.label} and {owner.layer.label}"
            return f"Only layers of one kind can share weights, not {kinds}."
        return None

    def connect(self, *edges: Edge) -> "Graph":
        """Join ports. Raises GraphError with the reason if one cannot be."""
        if len(edges) > 1 and (whole := self._joined_at_once(edges)) is not None:
            return whole
        graph = self
        for edge in edges:
            if reason := graph.refusal(edge):
                raise GraphError(reason)
            graph = graph._rewired((*graph.edges, edge), (), (edge,))
        return graph

    def _joined_at_once(self, edges: tuple[Edge, ...]) -> "Graph | None":
        """With all these wires, if they are all legal; None leaves it to the caller to find the one that is not."""
        if not all_fit(self, edges):
            return None
        whole = replace(self, edges=(*self.edges, *edges))
        try:
            _ = whole.order
        except GraphError:
            return None
        return whole

    def disconnect(self, *edges: Edge) -> "Graph":
        """Cut wires."""
        gone, ends = set(edges), {edge.target for edge in edges}
        kept = tuple(edge for edge in self.edges if edge.target not in ends or edge not in gone)
        return self._rewired(kept, gone)

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
        return graph._rewired(edges, (edge,), (first, second))

    def _with(self, nodes: dict[NodeId, Node], edges: tuple[Edge, ...] | None = None) -> "Graph":
        after = Graph(MappingProxyType(nodes), self.edges if edges is None else edges)
        if edges is None:  # what is derived from the edges alone need not be derived again
            for known in {"incoming", "outgoing"} & self.__dict__.keys():
                after.__dict__[known] = self.__dict__[known]
            if "order" in self.__dict__ and len(nodes) == len(self.nodes):
                after.__dict__["order"] = self.__dict__["order"]
        return after

    def _rewired(
        self,
        edges: tuple[Edge, ...],
        cut: Collection[Edge],
        joined: Collection[Edge] = (),
        nodes: dict[NodeId, Node] | None = None,
    ) -> "Graph":
        """With these edges, of which it is known what became of those before: who is elsewhere is not looked at."""
        after = Graph(self.nodes if nodes is None else MappingProxyType(nodes), edges)
        if len(cut) + len(joined) <= FEW:
            for side, end in (("incoming", "target"), ("outgoing", "source")):
                if side in self.__dict__:
                    after.__dict__[side] = regathered(getattr(self, side), end, cut, joined, edges)
        return after

    def _at(self, name: NodeId) -> tuple[Edge, ...]:
        """The wires that end or begin at a node."""
        return (*self.incoming.get(name, ()), *self.outgoing.get(name, ()))

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
