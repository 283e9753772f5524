"""What a wish becomes: pure edits of the drawing with good places and good wiring, as steps that can be undone.

Where nodes stand is decided in `placing`; what is legal, by the graph. An edit that cannot be raises GraphError and
changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import ceil
from types import MappingProxyType
from typing import Literal

from app.copying import with_copies
from app.elbowroom import with_elbow_room
from app.placing import (
    FIRST,
    GAP,
    GRID,
    after,
    free_spot,
    home_of,
    outermost,
    own_name,
    right_of_all,
    size_of,
    snapped,
    under,
    width_of,
)
from app.room import graph_at, with_inside
from app.studio import Studio
from engine.graph import Edge, Graph, Node, NodeId, Point, edges_between, port_named
from engine.layer import Layer
from engine.problems import Problem

Side = Literal["in", "out"]
NEAR = 40.0  # px, how far a copy stands from its original


def add_layer(studio: Studio, layer: Layer, centre: Point | None = None) -> NodeId:
    """Place a layer and select it.

    With a centre its header stands there and nothing is joined; without one it follows the selected
    node and is wired to it, into the wire if there is one.
    """
    graph, layer = studio.graph, layer.as_own()
    name = graph.free_name(layer.stem)
    text = f"Add {layer.label}"
    if centre is not None:
        edited = graph.add(layer, under(centre, name, layer))
    elif studio.node is None:
        edited = graph.add(layer, free_spot(graph, right_of_all(graph), name, layer))
    else:
        edited = following(graph, studio.node, layer)
        name = list(edited.nodes)[-1]
    studio.edit(text, edited)
    studio.select([name])
    return studio.node or name  # in a group it has found its name there


def add_to_port(
    studio: Studio, layer: Layer, port: tuple[NodeId, str], side: Side, place: Point
) -> NodeId:
    """Place a layer at the free end of a wire from a port of this side, join them, and select the layer."""
    graph, layer = studio.graph, layer.as_own()
    name, (node, port_name) = graph.free_name(layer.stem), port
    left = place[0] - (width_of(name, layer) if side == "in" else 0)
    edited = graph.add(layer, snapped((left, place[1] - FIRST)))
    if side == "out":
        edge = Edge(node, name, port_name, layer.inputs[0].name)
    else:
        edge = Edge(name, node, layer.outputs[0].name, port_name)
    studio.edit(f"Add {layer.label}", edited.connect(edge))
    studio.select([name])
    return studio.node or name  # in a group it has found its name there


def following(graph: Graph, name: NodeId, layer: Layer) -> Graph:
    """The graph with a layer after a node: in its one wire, at its free end, or as a new branch."""
    wires = graph.outgoing.get(name, ())
    if len(wires) == 1 and can_insert(graph, wires[0], layer):
        return inserted(graph, wires[0], layer)
    node, new = graph.nodes[name], graph.free_name(layer.stem)
    spot = free_spot(graph, after(node), new, layer, home_of(name))
    edited, new = _put_into(graph.add(layer, spot), new, home_of(name))
    if node.layer.outputs and layer.inputs:
        edge = Edge(name, new, node.layer.outputs[0].name, layer.inputs[0].name)
        if edited.refusal(edge) is None:
            edited = edited.connect(edge)
    return edited


def _put_into(graph: Graph, name: NodeId, home: str) -> tuple[Graph, NodeId]:
    """The graph with a node that nothing is joined to called as it is in a group that is open in place."""
    if not home:
        return graph, name
    nodes, stem = dict(graph.nodes), graph.nodes[name].layer.stem
    full = graph.free_name(f"{home}.{stem}")
    nodes[full] = replace(nodes.pop(name), id=full)
    return replace(graph, nodes=MappingProxyType(nodes)), full


def can_insert(graph: Graph, edge: Edge, layer: Layer) -> bool:
    """Whether a layer can be put into a wire: it must take one thing and give one."""
    return edge in graph.edges and bool(layer.inputs) and bool(layer.outputs)


def insert_layer(studio: Studio, edge: Edge, layer: Layer) -> NodeId:
    """Put a layer into a wire, make room for it, and select it."""
    graph, layer = studio.graph, layer.as_own()
    name = graph.free_name(layer.stem)
    text = f"Insert {layer.label} between {edge.source} and {edge.target}"
    studio.edit(text, inserted(graph, edge, layer))
    studio.select([name])
    return studio.node or name  # in a group it has found its name there


def inserted(graph: Graph, edge: Edge, layer: Layer) -> Graph:
    """The graph with a layer in a wire; what follows moves right as far as it must."""
    edited = graph.insert(edge, layer)
    return _with_room(edited, graph.free_name(layer.stem))


def _with_room(graph: Graph, name: NodeId) -> Graph:
    """Put a node that was inserted midway between its neighbours, and make the gap wide enough for it."""
    edge_in, edge_out = graph.incoming[name][0], graph.outgoing[name][0]
    source, target, node = (graph.nodes[key] for key in (edge_in.source, edge_out.target, name))
    if target.position[0] <= source.position[0]:
        spot = free_spot(graph.remove(name), after(source), name, node.layer, home_of(source.id))
        return graph.move({name: spot})
    needed = after(source)[0] + width_of(name, node.layer) + GAP - target.position[0]
    graph = _moved_right(graph, target.id, max(0.0, ceil(needed / GRID) * GRID), name)
    return graph.move({name: _between(source, graph.nodes[target.id], name, node.layer)})


def _moved_right(graph: Graph, name: NodeId, distance: float, but: NodeId) -> Graph:
    """Move a node, and all that follows it to its right, by a distance."""
    left = graph.nodes[name].position[0]
    places = {
        other: (graph.nodes[other].position[0] + distance, graph.nodes[other].position[1])
        for other in graph.descendants(name)
        if graph.nodes[other].position[0] >= left and other != but
    }
    return graph.move(places) if distance else graph


def _between(source: Node, target: Node, name: str, layer: Layer) -> Point:
    """The place midway in the gap between two nodes, on the grid."""
    left = source.position[0] + size_of(source)[0]
    middle = (left + target.position[0] - width_of(name, layer)) / 2
    return snapped((middle, (source.position[1] + target.position[1]) / 2))


def wire_into(graph: Graph, name: NodeId, port: str) -> Edge | None:
    """The wire that ends at an input which takes no other."""
    taken = port_named(graph.nodes[name].layer.inputs, port)
    if taken is None or taken.many:
        return None
    wires = graph.incoming.get(name, ())
    return next((edge for edge in wires if edge.target_port == port), None)


def given_way(graph: Graph, edge: Edge) -> tuple[Graph, Edge | None]:
    """The graph without the wire that a new one takes the place of, and that wire, if there is one."""
    held = wire_into(graph, edge.target, edge.target_port) if edge.target in graph.nodes else None
    return (graph, None) if held in (None, edge) else (graph.disconnect(held), held)


def join(studio: Studio, edge: Edge, instead_of: Edge | None = None) -> None:
    """Draw a wire. The one that holds its input makes way, and so does `instead_of`, one end of which is moved.

    Raises GraphError with the reason.
    """
    if edge == instead_of:
        return
    graph = studio.graph.disconnect(instead_of) if instead_of else studio.graph
    kept, held = given_way(graph, edge)
    text = f"Join {edge.source} to {edge.target}"
    text += f" instead of {held.source}" if held and held.source != edge.source else ""
    studio.edit(text, kept.connect(edge))


def cut(studio: Studio, *edges: Edge) -> None:
    """Take wires away."""
    studio.edit(_cut_text(edges), studio.graph.disconnect(*edges))


def _cut_text(edges: tuple[Edge, ...]) -> str:
    if len(edges) == 1:
        return f"Cut the wire from {edges[0].source} to {edges[0].target}"
    return f"Cut {len(edges)} wires"


def delete_selection(studio: Studio) -> None:
    """Remove the selected nodes with their wires, and the selected wires."""
    graph, nodes, wires = studio.graph, studio.nodes, studio.wires
    if not nodes and not wires:
        return
    text = f"Delete {_named(nodes)}" if nodes else _cut_text(tuple(wires))
    studio.edit(text, graph.disconnect(*wires).remove(*nodes))


def duplicate(studio: Studio) -> None:
    """Copy the selected nodes and the wires among them, beside the originals; select the copies."""
    graph, chosen = studio.graph, outermost(studio.nodes)
    if not chosen:
        return
    nodes = [node for name, node in graph.nodes.items() if name in chosen]
    wires = edges_between(chosen, graph.edges)
    edited, names = with_copies(graph, nodes, wires, (NEAR, NEAR))
    studio.edit(f"Duplicate {_named(chosen)}", edited)
    studio.select(names)


def nudge(studio: Studio, steps_right: int, steps_down: int, burst: int = 0) -> None:
    """Move the selected nodes by steps of the grid; nudges of one burst are one step back."""
    graph, chosen = studio.graph, studio.nodes
    places = {
        name: (
            graph.nodes[name].position[0] + steps_right * GRID,
            graph.nodes[name].position[1] + steps_down * GRID,
        )
        for name in chosen
    }
    if places:
        studio.edit(f"Move {_named(chosen)}", graph.move(places), f"nudge {burst} {sorted(chosen)}")


def move(studio: Studio, places: Mapping[NodeId, Point]) -> None:
    """Put nodes elsewhere, as one step."""
    studio.edit(f"Move {_named(places)}", studio.graph.move(places))


def rename(studio: Studio, before: NodeId, after_: str) -> None:
    """Give a node another name and keep it selected. Raises GraphError with the reason."""
    if before == after_:
        return
    home = home_of(before)
    inside = graph_at(studio.document.graph, studio.way_to(home))
    renamed = inside.rename(NodeId(own_name(before)), after_)
    studio.edit_at(f"Rename {before} to {after_}", home, renamed)
    studio.select([NodeId(f"{home}.{after_}" if home else after_)])


def mend(studio: Studio, problem: Problem) -> None:
    """Apply the fix that a problem offers; a layer that it inserts gets room."""
    if problem.fix is None:
        return
    home, before = home_of(problem.node or ""), studio.document.graph
    way = studio.way_to(home)
    whole = problem.fix.edit(before)  # a way out is an edit of the whole drawing
    edited = graph_at(whole, way)
    for name in edited.nodes.keys() - graph_at(before, way).nodes.keys():
        if edited.incoming.get(name) and edited.outgoing.get(name):
            edited = _with_room(edited, name)
    whole = with_inside(whole, way, edited)
    studio.document.edit(problem.fix.text, with_elbow_room(before, whole))


def problem_at(studio: Studio, name: NodeId) -> Problem | None:
    """The first problem of a node, errors first."""
    problems = studio.problems
    return next((problem for problem in problems if problem.node == name), None)


def _named(names: Iterable[NodeId]) -> str:
    chosen = list(names)
    return chosen[0] if len(chosen) == 1 else f"{len(chosen)} layers"
