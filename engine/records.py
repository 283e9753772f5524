"""Graphs as plain records for files and the clipboard, and back; what a record holds is checked, never run.

A layer of a kind that this version does not know becomes an Unknown node, which keeps its record and is written back
untouched.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from engine.axes import Axes
from engine.declare import complaints, did_you_mean
from engine.graph import Edge, Graph, GraphError, NodeId
from engine.layer import Call, Layer, LayerError
from engine.layers import CATALOGUE, FORMER

MOST_NODES = (
    100_000  # more than any drawing; a file that claims more is refused before it fills the memory
)


class RecordError(ValueError):
    """A record that does not describe what it should; its text says what is wrong."""


class Unknown(Layer, group="Code", label="Unknown layer", stem="unknown"):
    """A layer that this version of Chainrule does not know. It is kept as it is, but cannot be trained."""

    record: str = Field(title="Record", description="What the file says of it.")

    def call(self, *_: Axes) -> Call:
        name = json.loads(self.record).get("kind", "?")
        raise LayerError(
            f"a newer Chainrule that knows {name}{did_you_mean(name, CATALOGUE)}", "this one"
        )

    @property
    def caption(self) -> str:
        return str(json.loads(self.record).get("kind", "?"))


def record_of_graph(graph: Graph) -> dict[str, Any]:
    """Nodes and edges as what JSON can hold."""
    return {
        "nodes": [
            {"id": node.id, "layer": record_of_layer(node.layer), "position": list(node.position)}
            for node in graph.nodes.values()
        ],
        "edges": [
            [f"{edge.source}.{edge.source_port}", f"{edge.target}.{edge.target_port}"]
            for edge in graph.edges
        ],
    }


def record_of_layer(layer: Layer) -> dict[str, Any]:
    """A layer's kind and its parameters."""
    if isinstance(layer, Unknown):
        kept: dict[str, Any] = json.loads(layer.record)
        return kept
    return {"kind": layer.kind(), **layer.model_dump(mode="json")}


def layer_from(record: object) -> Layer:
    """The layer that a record describes. Raises RecordError."""
    if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
        raise RecordError("a layer is given without its kind.")
    name = record["kind"]
    kind = CATALOGUE.get(name) or FORMER.get(name)
    if kind is None:
        return Unknown(record=json.dumps(record, sort_keys=True))
    try:
        return kind.model_validate({key: value for key, value in record.items() if key != "kind"})
    except ValidationError as error:
        raise RecordError(f"{kind.label}: {' '.join(complaints(error, kind))}") from error


def graph_from(record: object) -> Graph:
    """The graph that a record describes. Raises RecordError."""
    if not isinstance(record, Mapping):
        raise RecordError("the graph is not given as nodes and edges.")
    nodes, edges = record.get("nodes", []), record.get("edges", [])
    if not isinstance(nodes, list) or not isinstance(edges, list) or len(nodes) > MOST_NODES:
        raise RecordError("the graph is not given as lists of nodes and edges.")
    graph = Graph()
    for node in nodes:
        graph = _with_node(graph, node)
    try:
        return graph.connect(*(_edge_from(edge) for edge in edges))
    except GraphError as error:
        raise RecordError(str(error)) from error


def _with_node(graph: Graph, node: object) -> Graph:
    if not isinstance(node, Mapping) or not isinstance(node.get("id"), str):
        raise RecordError("a node is given without its name.")
    try:
        x, y = (float(number) for number in node.get("position", (0, 0)))
        if not abs(x) + abs(y) < 1e7:
            raise RecordError(f"{node['id']} stands too far out: {x:g}, {y:g}.")
        return graph.add(layer_from(node.get("layer")), (x, y), node["id"])
    except GraphError as error:
        raise RecordError(str(error)) from error
    except (TypeError, ValueError) as error:
        if isinstance(error, RecordError):
            raise
        raise RecordError(f"the position of {node['id']} should be two numbers.") from error


def _edge_from(edge: object) -> Edge:
    match edge:
        case [str(source), str(target)] if "." in source and "." in target:
            (a, out), (b, into) = source.split(".", 1), target.split(".", 1)
            return Edge(NodeId(a), NodeId(b), out, into)
    raise RecordError(f"an edge should be two ports such as “conv_1.out”, but it is {edge!r}.")
