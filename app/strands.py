"""Which edges of the unfolded drawing a wire on the canvas stands for, in the whole drawing or inside a group.

A pure function of the drawing, the path of groups that is open, and the wire. All edges of one wire leave one port.
"""

from collections.abc import Iterator

from app.room import Path, graph_at, prefix_of
from engine.graph import Bundle, Composite, Edge, Graph, NodeId, into_group, out_of_turn
from engine.graph.flat import Place
from engine.layers.data import Input, Output


class Strands:
    """The wires of one room of a drawing. Raises GraphError where the drawing cannot be unfolded."""

    def __init__(self, graph: Graph, path: Path) -> None:
        self._flat, self._room = graph.flat, graph_at(graph, path)
        self._prefix = prefix_of(graph, path)
        self._group = NodeId(prefix_of(graph, path[:-1]) + path[-1]) if path else None

    def of(self, edge: Edge) -> Bundle:
        """What a wire stands for; nothing where it leads to nothing that is run, or is one with another wire."""
        place = self._source(edge)
        if place is None:
            return ()
        name, port = place
        leaving = tuple(e for e in self._flat.outgoing.get(name, ()) if e.source_port == port)
        return tuple(dict.fromkeys(self._among(edge, leaving)))

    def _source(self, edge: Edge) -> Place | None:
        """The port of the unfolded drawing that it flows out of."""
        node, full = self._room.nodes[edge.source], NodeId(self._prefix + edge.source)
        if self._group is not None and isinstance(node.layer, Input):
            doors = self._flat.doors.get(self._group)
            return next(iter(doors.into.get(edge.source, ())), None) if doors else None
        if full in self._flat.doors:
            return self._flat.doors[full].out.get(edge.source_port)
        return (full, edge.source_port) if full in self._flat.nodes else None

    def _among(self, edge: Edge, leaving: Bundle) -> Iterator[Edge]:
        """Those of the edges out of its port that it stands for."""
        node, full = self._room.nodes[edge.target], NodeId(self._prefix + edge.target)
        if self._group is not None and isinstance(node.layer, Output):
            yield from out_of_turn(leaving, self._prefix.removesuffix("."))
        elif not node.enabled:  # what comes in first goes on
            if edge == next(iter(self._room.incoming[node.id])):
                for onward in self._room.outgoing.get(node.id, ()):
                    yield from self._among(onward, leaving)
        elif isinstance(node.layer, Composite):
            if sum(self._source(e) == self._source(edge) for e in self._into(edge)) == 1:
                yield from into_group(leaving, full)
        else:
            ends = (full, edge.target_port)
            yield from (e for e in leaving if (e.target, e.target_port) == ends)

    def _into(self, edge: Edge) -> tuple[Edge, ...]:
        return self._room.incoming.get(edge.target, ())
