"""What a rule looks at: a drawing unfolded, with all that is known of it, derived once for all rules.

A rule is a function from a scene to complaints; those of `engine/problems/` are found there. Rules look at the
unfolded drawing and so see through groups; a scene says complaints of the node that is drawn, and makes each edit
in the very group where a layer stands.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from engine.axes import Axes, Target
from engine.dataset import Data
from engine.graph import Edge, Graph, Group, Node, NodeId, drawn
from engine.layer import Layer, Loss
from engine.layers.data import Input, Output
from engine.lengths import Steps, flowing
from engine.problem import Fix, Problem, Severity
from engine.settings import Settings
from engine.shapes import Shapes
from engine.sizing import Sized

Edit = Callable[[Graph, NodeId], Graph]
"""An edit of the drawing, or of a group's, in which a node stands, at that node."""
CLEAR = frozenset(
    "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout Noise "
    "Flatten Reshape Squeeze Unsqueeze Permute Select Slice Crop".split()
)
"""Layers that only switch off, pass on or rearrange, so that what stands on either side meets."""


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong with a drawing, and how it is found."""

    name: str
    find: Callable[["Scene"], Iterator[Problem]]


def rule(find: Callable[["Scene"], Iterator[Problem]]) -> Rule:
    """Declares a function to be a rule."""
    return Rule(find.__name__, find)


@dataclass(frozen=True, eq=False)
class Scene:
    """A drawing, what it asks for and what is known of it. `settings` and `data` are None where nobody trains yet."""

    graph: Graph
    shapes: Shapes
    target: Target
    settings: Settings | None = None
    data: Data | None = None

    @cached_property
    def flat(self) -> Graph:
        """The drawing as it is run."""
        return self.graph.flat

    @cached_property
    def by_kind(self) -> Mapping[str, list[Node]]:
        """The nodes of the unfolded drawing by the names of their kinds."""
        found: dict[str, list[Node]] = {}
        for node in self.flat.nodes.values():
            found.setdefault(type(node.layer).__name__, []).append(node)
        return found

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds."""
        return [node for kind in kinds for node in self.by_kind.get(kind, ())]

    def of_group(self, group: str) -> list[Node]:
        """The nodes whose kinds stand in this part of the palette."""
        return [
            node
            for nodes in self.by_kind.values()
            if nodes[0].layer.group == group
            for node in nodes
        ]

    @cached_property
    def losses(self) -> tuple[NodeId, ...]:
        """The losses that are run."""
        return tuple(node.id for node in self.of_class(Loss))

    @cached_property
    def outputs(self) -> tuple[NodeId, ...]:
        """The Outputs of the network."""
        return tuple(node.id for node in self.of_class(Output))

    @cached_property
    def inputs(self) -> tuple[NodeId, ...]:
        """The Inputs of the network."""
        return tuple(node.id for node in self.of_class(Input))

    def of_class(self, kind: type[Layer]) -> list[Node]:
        """The nodes whose layer is of a class or a subclass of it."""
        return [
            node
            for nodes in self.by_kind.values()
            if isinstance(nodes[0].layer, kind)
            for node in nodes
        ]

    @cached_property
    def trained(self) -> frozenset[NodeId]:
        """All that leads to a loss."""
        return self.flat.ancestors(*self.losses)

    @cached_property
    def useful(self) -> frozenset[NodeId]:
        """All that is run: what leads to a loss or to an Output."""
        return self.trained | self.flat.ancestors(*self.outputs) if self.outputs else self.trained

    @cached_property
    def lengths(self) -> Mapping[NodeId, Steps]:
        """The lengths of the sequences that come into each layer that is run, where the data are at hand."""
        return flowing(self.flat, self.shapes, self.data, self.useful) if self.data else {}

    # -- neighbours ------------------------------------------------------------------------

    def layer(self, name: NodeId) -> Layer:
        """The layer of a node."""
        return self.flat.nodes[name].layer

    def kind(self, name: NodeId) -> str:
        """The name of a node's kind."""
        return type(self.flat.nodes[name].layer).__name__

    def sized(self, name: NodeId) -> Sized | None:
        """What is known of a node, if it fits."""
        return self.shapes.sized.get(name)

    def came(self, name: NodeId) -> Axes | None:
        """What flows into a node's first input, if that is known."""
        sized = self.sized(name)
        return sized.inputs[0] if sized and sized.inputs else None

    @cached_property
    def _befores(self) -> dict[NodeId, NodeId | None]:
        """What `before` has found so far: several rules ask for the same."""
        return {}

    def before(self, name: NodeId) -> NodeId | None:
        """The node that a node's first input hears from; None if it hears from several or none."""
        if name not in self._befores:
            self._befores[name] = self._heard(name)
        return self._befores[name]

    def _heard(self, name: NodeId) -> NodeId | None:
        edges, inputs = self.flat.incoming.get(name, ()), self.flat.nodes[name].layer.inputs
        if edges and len(inputs) > 1:
            first = inputs[0].name
            edges = tuple(edge for edge in edges if edge.target_port == first)
        return edges[0].source if len(edges) == 1 else None

    def back(self, name: NodeId, through: frozenset[str] = CLEAR) -> NodeId | None:
        """The nearest node before this one that changes numbers: what only passes on is looked through."""
        found = self.before(name)
        while found is not None and self.kind(found) in through and not self._is_largest(found):
            found = self.before(found)
        return found

    def _is_largest(self, name: NodeId) -> bool:
        return getattr(self.layer(name), "which", "") == "max"

    # -- words and ways out ----------------------------------------------------------------

    def said(self, name: NodeId) -> str:
        """What a node is called in a sentence: `conv_1 in block` for one in a group."""
        return " in ".join(reversed(path(name)))

    def problem(
        self, severity: Severity, name: NodeId, message: str, fix: Fix | None = None, port: str = ""
    ) -> Problem:
        """A complaint about a node of the unfolded drawing."""
        outer = drawn(name)
        within = "" if outer == name else str(name)
        return Problem(severity, outer, message, port or None, fix=fix, within=within)

    def fix(self, text: str, name: NodeId, edit: Edit) -> Fix:
        """A way out at a node, wherever it stands."""
        return Fix(text, partial(edited, name=name, edit=edit))


def path(name: NodeId) -> tuple[str, ...]:
    """The names on the way to a node of the unfolded drawing, without the turns: `block`, `conv_1`."""
    if "." not in name:
        return (name,)
    steps = (step.partition("#")[0] for step in name.split("."))
    return tuple(step for step in steps if not step.isdigit())


def edited(graph: Graph, name: NodeId, edit: Edit) -> Graph:
    """The drawing with an edit made at a node, which may stand in groups; groups that share weights stay alike."""
    return _edited(graph, path(name), edit)


def _edited(graph: Graph, way: tuple[str, ...], edit: Edit) -> Graph:
    first, *rest = (NodeId(step) for step in way)
    if not rest:
        return edit(graph, first)
    group = graph.nodes[first].layer
    if not isinstance(group, Group):
        return graph
    inside = _edited(group.graph, tuple(rest), edit)
    owner = graph.nodes[first].shares or first
    for node in graph.nodes.values():
        layer = node.layer
        is_kin = node.id == first or (node.shares or node.id) == owner
        if is_kin and isinstance(layer, Group) and layer.graph == group.graph:
            graph = graph.put(node.id, layer.but(graph=inside))
    return graph


# -- edits that rules have in common ---------------------------------------------------------------------------------


def bypass(graph: Graph, name: NodeId) -> Graph:
    """Take a node out and join its neighbours, where it has one wire in and they are not joined already."""
    incoming, outgoing = graph.incoming.get(name, ()), graph.outgoing.get(name, ())
    after = graph.remove(name)
    if len(incoming) != 1:
        return after
    source = incoming[0]
    wires = (
        Edge(source.source, out.target, source.source_port, out.target_port) for out in outgoing
    )
    return after.connect(*(wire for wire in dict.fromkeys(wires) if wire not in after.edges))


def put(layer: Layer) -> Edit:
    """The edit that gives a node another layer."""
    return lambda graph, name: graph.put(name, layer)


def insert(layer: Layer, port: str | None = None, place: int = 0) -> Edit:
    """The edit that puts a layer into a wire that ends at a node: at a port, the wire at that place."""

    def edit(graph: Graph, name: NodeId) -> Graph:
        edges = [
            edge
            for edge in graph.incoming.get(name, ())
            if port is None or edge.target_port == port
        ]
        return graph.insert(edges[place], layer) if place < len(edges) else graph

    return edit


def cut(port: str | None) -> Edit:
    """The edit that cuts the wires that end at a port of a node."""

    def edit(graph: Graph, name: NodeId) -> Graph:
        edges = graph.incoming.get(name, ())
        return graph.disconnect(*(edge for edge in edges if edge.target_port == port))

    return edit
