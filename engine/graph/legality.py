"""Which wires can be drawn, and why another cannot, in the user's words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.graph.node import Edge, port_named
from engine.layer import Port

if TYPE_CHECKING:
    from engine.graph.drawing import Graph


def refusal(graph: "Graph", edge: Edge) -> str | None:
    """Why this edge cannot be drawn; None if it can."""
    for name in (edge.source, edge.target):
        if name not in graph.nodes:
            return f"There is no layer called {name}."
    if port_named(graph.nodes[edge.source].layer.outputs, edge.source_port) is None:
        return f"{edge.source} has no output to draw from."
    port = port_named(graph.nodes[edge.target].layer.inputs, edge.target_port)
    if port is None:
        return f"{edge.target} takes no input."
    there = graph.incoming.get(edge.target, ())
    if edge in there:
        return "They are joined already."
    if edge.source in graph.descendants(edge.target):
        return f"That would make a circle: {edge.target} already leads to {edge.source}."
    held = next((other for other in there if other.target_port == port.name), None)
    if held is not None and not port.many:
        return (
            f"{edge.target} takes one wire, and {held.source} is joined to it. "
            "Add or Concat take several."
        )
    return None


def all_fit(graph: "Graph", edges: Iterable[Edge]) -> bool:
    """Whether all these can be drawn beside those that are there, circles left aside."""
    taken = {(edge.target, edge.target_port) for edge in graph.edges}
    seen = set(graph.edges)
    for edge in edges:
        end = (edge.target, edge.target_port)
        port = _port(graph, edge)
        if port is None or edge in seen or (end in taken and not port.many):
            return False
        seen.add(edge)
        taken.add(end)
    return True


def _port(graph: "Graph", edge: Edge) -> Port | None:
    """The input that an edge ends at, if both its ends are there."""
    if edge.source not in graph.nodes or edge.target not in graph.nodes:
        return None
    if port_named(graph.nodes[edge.source].layer.outputs, edge.source_port) is None:
        return None
    return port_named(graph.nodes[edge.target].layer.inputs, edge.target_port)
