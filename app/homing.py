"""Layers put into a group that is open in place, or taken out of one, by hand or by keys: steps that can be undone."""

from collections.abc import Mapping

from app.placing import BESIDE, GRID, home_of, is_open, outermost, size_of, snapped
from app.rehoming import rehomed
from app.studio import Studio
from engine.graph import GraphError, Node, NodeId, Point

BELOW = 2 * GRID  # px below a frame, where what is taken out of it by keys comes to stand


def rehome(studio: Studio, places: Mapping[NodeId, Point], home: str) -> None:
    """Put nodes elsewhere, and into another open group, or out of all. Raises GraphError with the reason."""
    names = outermost(places)
    edited, called = rehomed(studio.graph.move(places), names, home)
    where = f"into {home}" if home else "out of the group"
    said = next(iter(names)) if len(names) == 1 else f"{len(names)} layers"
    studio.edit(f"Move {said} {where}", edited)
    studio.select(called.get(name, name) for name in names)


def frame_around(studio: Studio) -> NodeId | None:
    """The open group that the selected nodes stand in; None if they stand in none, or in several."""
    homes = {home_of(name) for name in outermost(studio.nodes)}
    return NodeId(homes.pop()) if len(homes) == 1 and "" not in homes else None


def frame_beside(studio: Studio) -> NodeId | None:
    """The first open group that a selected node is joined to, beside which it stands."""
    graph = studio.graph
    for name in sorted(outermost(studio.nodes)):
        near = [edge.source for edge in graph.incoming.get(name, ())]
        near += [edge.target for edge in graph.outgoing.get(name, ())]
        for other in near:
            if is_open(graph.nodes[other]) and other not in studio.nodes:
                return other
    return None


def take_out(studio: Studio) -> None:
    """Put the selected nodes below the frame that they stand in, outside of the group."""
    if (name := frame_around(studio)) is not None:
        frame = studio.graph.nodes[name]
        (x, y), (_, high) = frame.position, size_of(frame)
        _go(studio, (x, y + high + BELOW), home_of(name))


def put_in(studio: Studio) -> None:
    """Put the selected nodes into the open group that they are joined to, below what is there."""
    if (name := frame_beside(studio)) is not None:
        frame = studio.graph.nodes[name]
        (x, y), (_, high) = frame.position, size_of(frame)
        _go(studio, (x + BESIDE, y + high), name)


def _go(studio: Studio, corner: Point, home: str) -> None:
    nodes: list[Node] = [studio.graph.nodes[name] for name in outermost(studio.nodes)]
    left = min(node.position[0] for node in nodes)
    top = min(node.position[1] for node in nodes)
    places = {
        node.id: snapped((node.position[0] - left + corner[0], node.position[1] - top + corner[1]))
        for node in nodes
    }
    try:
        rehome(studio, places, home)
    except GraphError as error:
        studio.say(str(error))
