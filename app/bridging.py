"""Deleting layers so that what came into them goes on to what followed, where the shapes allow it."""

from collections.abc import Iterable

from app import fitting
from app.doorways import refusal_across
from app.studio import Studio
from engine.graph import Edge, Graph, NodeId
from engine.sizing import Misfit


def can_bridge(studio: Studio) -> bool:
    """Whether something is selected that stands between others."""
    graph = studio.graph
    return any(name in graph.incoming and name in graph.outgoing for name in studio.nodes)


def delete_and_join(studio: Studio) -> None:
    """Remove the selected nodes and join their neighbours; what cannot be joined stays apart, and is said."""
    graph, gone = studio.graph, studio.nodes
    if not gone:
        return
    edited, refused = _bridged(studio, graph, gone)
    name = next(iter(gone)) if len(gone) == 1 else f"{len(gone)} layers"
    studio.edit(f"Delete {name} and join the neighbours", edited)
    if refused:
        edge, why = refused[0]
        more = f" {len(refused) - 1} more were left apart too." if len(refused) > 1 else ""
        studio.say(f"{edge.source} and {edge.target} were not joined: {why}{more}")


def _bridged(
    studio: Studio, graph: Graph, gone: frozenset[NodeId]
) -> tuple[Graph, list[tuple[Edge, str]]]:
    """The graph without some nodes, their neighbours joined; and what could not be, with the reasons."""
    wanted = list(_around(graph, gone))
    edited, refused = graph.remove(*gone), list[tuple[Edge, str]]()
    for edge in wanted:
        if edge in edited.edges:
            continue
        why = edited.refusal(edge) or refusal_across(edited, edge)
        if why is None and (found := fitting.misfit(studio, edited, edge)) is not None:
            why = said(edge, found)
        if why is None:
            edited = edited.connect(edge)
        else:
            refused.append((edge, why))
    return edited, refused


def _around(graph: Graph, gone: frozenset[NodeId]) -> Iterable[Edge]:
    """The wires that lead past some nodes: from what feeds them first to all that they feed."""
    for edge in graph.edges:
        if edge.source in gone and edge.target not in gone:
            feeder = _feeder(graph, edge.source, gone)
            if feeder is not None:
                yield Edge(feeder.source, edge.target, feeder.source_port, edge.target_port)


def _feeder(graph: Graph, name: NodeId, gone: frozenset[NodeId]) -> Edge | None:
    """The wire whose sample would go on if a node, and those like it before it, were not there."""
    seen = {name}
    while wires := graph.incoming.get(name, ()):
        first = graph.nodes[name].layer.inputs[0].name
        edge = next((wire for wire in wires if wire.target_port == first), wires[0])
        if edge.source not in gone:
            return edge
        if edge.source in seen:
            return None
        seen.add(edge.source)
        name = edge.source
    return None


def said(edge: Edge, found: Misfit) -> str:
    """Why a sample does not fit, in words."""
    return f"{edge.target} wants {found.wanted}, but gets {found.got}."
