"""Graphs as plain records for files and the clipboard, and back; what a record holds is checked, never run.

A layer of a kind that this version does not know becomes an Unknown node, which keeps its record and is written back
untouched.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from reprlib import repr  # noqa: A004 (a file may hold anything of any length)
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError

from engine.axes import Axes
from engine.declare import complaints
from engine.graph import Edge, Graph, GraphError, Group, Node, NodeId, port_named
from engine.graph.flat import DEEPEST, count_of
from engine.graph.lending import MARK, owner_of
from engine.layer import Call, Layer, LayerError, Port
from engine.layers import CATALOGUE, FORMER
from engine.names import name_refusal

MOST_NODES = 100_000  # more than any drawing; a file that claims more is refused
FARTHEST = 10_000_000  # pixels from the middle of the canvas
MOST_RATE, MOST_DECAY = 1e6, 100.0  # of one node: the factor of its learning rate, its weight decay


class RecordError(ValueError):
    """A record that does not describe what it should; its text says what is wrong."""


class Unknown(Layer, group="Code", label="Unknown layer", stem="unknown"):
    """A layer that this version of Chainrule does not know. It is kept as it is, but cannot be trained."""

    record: str = Field(title="Record", description="What the file says of it.")
    joined: tuple[tuple[str, ...], tuple[str, ...]] = Field(
        (("in",), ("out",)),
        title="Ports",
        description="Inputs and outputs that wires in the file end at.",
    )

    @property
    def inputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """The inputs that the file has wires for."""
        return tuple(Port(name, many=True) for name in self.joined[0])

    @property
    def outputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """The outputs that the file has wires for."""
        return tuple(Port(name) for name in self.joined[1])

    def call(self, *_: Axes) -> Call:
        wanted = f"a Chainrule that knows the layer “{self.caption}”"
        raise LayerError(wanted, "one that does not", self.joined[0][0])

    @property
    def caption(self) -> str:
        return str(json.loads(self.record)["kind"])


def record_of_graph(graph: Graph) -> dict[str, Any]:
    """Nodes and edges as what JSON can hold."""
    return {
        "nodes": [_record_of_node(node) for node in graph.nodes.values()],
        "edges": [
            [f"{edge.source}.{edge.source_port}", f"{edge.target}.{edge.target_port}"]
            for edge in graph.edges
        ],
    }


def _record_of_node(node: Node) -> dict[str, Any]:
    """A node; what is as it usually is, is left out."""
    marks = {
        "frozen": node.frozen,
        "enabled": node.enabled,
        "shares": node.shares,
        "note": node.note,
        "rate": node.rate,
        "decay": node.decay,
        "open": node.open,
    }
    usual = {"frozen": False, "enabled": True, "shares": None, "note": "", "rate": 1, "decay": None}
    usual["open"] = False
    return {
        "id": node.id,
        "layer": record_of_layer(node.layer),
        "position": [*map(_whole, node.position)],
        **{name: value for name, value in marks.items() if value != usual[name]},
    }


def _whole(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def record_of_layer(layer: Layer) -> dict[str, Any]:
    """A layer's kind and its parameters."""
    if isinstance(layer, Unknown):
        kept: dict[str, Any] = json.loads(layer.record)
        return kept
    inside = {"graph": record_of_graph(layer.graph)} if isinstance(layer, Group) else {}
    return {"kind": layer.kind(), **layer.model_dump(mode="json"), **inside}


def layer_from(record: object, depth: int = 0) -> Layer:
    """The layer that a record describes, `depth` groups deep. Raises RecordError.

    It is a stranger's: what would run code in it waits until a person has said that it is trusted.
    """
    if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
        raise RecordError("a layer is given without its kind.")
    name = record["kind"]
    kind = Group if name == "Group" else CATALOGUE.get(name) or FORMER.get(name)
    if kind is None:
        return Unknown(record=json.dumps(record, sort_keys=True))
    given = {key: value for key, value in record.items() if key != "kind"}
    if kind is Group:
        if depth >= DEEPEST:
            raise RecordError(f"groups stand in groups more than {DEEPEST} deep.")
        given["graph"] = graph_from(given.get("graph", {}), depth + 1)
    try:
        return kind.model_validate(given).as_stranger()
    except ValidationError as error:
        raise RecordError(f"{kind.label}: {' '.join(complaints(error, kind))}") from error


def graph_from(record: object, depth: int = 0) -> Graph:
    """The graph that a record describes. Raises RecordError."""
    if not isinstance(record, Mapping):
        raise RecordError("the graph is not given as nodes and edges.")
    nodes, edges = record.get("nodes", []), record.get("edges", [])
    if not isinstance(nodes, list) or not isinstance(edges, list) or len(nodes) > MOST_NODES:
        raise RecordError("the graph is not given as lists of nodes and edges.")
    joined = tuple(_edge_from(edge) for edge in edges)
    placed: dict[NodeId, Node] = {}
    for node in (_node_from(entry, depth) for entry in nodes):
        if node.id in placed:
            raise RecordError(f"two layers are called {node.id}.")
        placed[node.id] = node
    _give_ports(placed, joined)
    _check(placed, joined)
    graph = Graph(MappingProxyType(placed), joined)
    try:
        _ = graph.order
        count_of(graph)
    except GraphError as error:
        raise RecordError(str(error)) from error
    return graph


def _node_from(record: object, depth: int) -> Node:
    if not isinstance(record, Mapping) or not isinstance(record.get("id"), str):
        raise RecordError("a node is given without its name.")
    name = record["id"]
    if reason := name_refusal(name):
        raise RecordError(f"a layer cannot be called {repr(name)}. {reason}")
    match record.get("position", [0, 0]):
        case [int() | float() as x, int() | float() as y] if abs(x) < FARTHEST > abs(y):
            layer = layer_from(record.get("layer"), depth)
            return Node(NodeId(name), layer, (float(x), float(y)), *_marks(record, name))
    raise RecordError(f"the position of {name} should be two numbers below {FARTHEST:,}.")


Marks = tuple[bool, bool, NodeId | None, str, float, float | None, bool]


def _marks(record: Mapping[str, Any], name: str) -> Marks:
    frozen, enabled = record.get("frozen", False), record.get("enabled", True)
    shares, note = record.get("shares"), record.get("note", "")
    rate, decay = record.get("rate", 1.0), record.get("decay")
    match frozen, enabled, shares, note, rate, decay, record.get("open", False):
        case (
            bool(),
            bool(),
            None | str(),
            str(),
            int() | float(),
            None | int() | float(),
            bool() as is_open,
        ) if 0 <= rate <= MOST_RATE and 0 <= (decay or 0) <= MOST_DECAY:
            owner = None if shares is None else NodeId(shares)
            return (
                frozen,
                enabled,
                owner,
                note,
                float(rate),
                None if decay is None else float(decay),
                is_open,
            )
    raise RecordError(
        f"the marks of {name} (frozen, enabled, shares, note, rate, decay, open) make no sense."
    )


def _give_ports(nodes: dict[NodeId, Node], edges: tuple[Edge, ...]) -> None:
    """Give each unknown layer the ports that the file has wires for: what is not known cannot be checked."""
    for name, node in nodes.items():
        if isinstance(node.layer, Unknown):
            into = dict.fromkeys(edge.target_port for edge in edges if edge.target == name)
            out = dict.fromkeys(edge.source_port for edge in edges if edge.source == name)
            layer = node.layer.but(joined=(tuple(into) or ("in",), tuple(out) or ("out",)))
            nodes[name] = replace(node, layer=layer)


def _check(nodes: Mapping[NodeId, Node], edges: tuple[Edge, ...]) -> None:
    """Raise RecordError for a wire that ends nowhere, is drawn twice, or is one too many, and for odd sharing."""
    for node in nodes.values():
        if node.shares and node.shares.startswith(MARK):  # of a drawing further out
            _check_owner(node.id, node.shares)
            continue
        owner = nodes.get(node.shares) if node.shares else None
        if node.shares and (owner is None or owner.shares or owner.id == node.id):
            raise RecordError(f"{node.id} uses the weights of {node.shares}, which has none.")
        if owner and type(owner.layer) is not type(node.layer):
            raise RecordError(f"{node.id} and {owner.id} cannot share weights.")
    seen: set[Edge] = set()
    taken: set[tuple[NodeId, str]] = set()
    for edge in edges:
        if edge.source not in nodes or edge.target not in nodes:
            raise RecordError(f"a wire joins {edge.source} and {edge.target}, but one is missing.")
        source, target = nodes[edge.source].layer, nodes[edge.target].layer
        port = port_named(target.inputs, edge.target_port)
        if port is None or port_named(source.outputs, edge.source_port) is None:
            raise RecordError(f"a wire from {edge.source} to {edge.target} has no port to end at.")
        end = (edge.target, edge.target_port)
        if edge in seen or (end in taken and not port.many):
            raise RecordError(f"more wires end at {edge.target} than it takes.")
        seen.add(edge)
        taken.add(end)


def _check_owner(name: NodeId, shares: str) -> None:
    level, owner = owner_of(shares)
    if level > DEEPEST or name_refusal(owner):
        raise RecordError(f"{name} uses the weights of {repr(shares)}, which cannot be.")


def _edge_from(edge: object) -> Edge:
    match edge:
        case [str(source), str(target)] if "." in source and "." in target:
            (a, out), (b, into) = source.split(".", 1), target.split(".", 1)
            return Edge(NodeId(a), NodeId(b), out, into)
    raise RecordError(f"an edge should be two ports such as “conv_1.out”, but it is {repr(edge)}.")
