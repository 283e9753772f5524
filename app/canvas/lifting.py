"""How high a wire rises over what stands between its ends: where several leave or enter one port on one line.

And what goes along where nodes are moved by hand: what stands in frames.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF

from app.canvas.node_item import NodeItem
from app.canvas.wire_item import LIFT
from app.placing import around, home_of
from engine.graph import Edge, Graph, NodeId

LEVEL = 44.0  # px: wires whose ends differ less in height run along one line
_STEP = 16.0  # px between two wires that rise over the same nodes

Nodes = Mapping[NodeId, NodeItem]


def lift_of(nodes: Nodes, graph: Graph, edge: Edge, start: QPointF, end: QPointF) -> float:
    """How high a wire rises: not at all, unless shorter wires share a port with it on its line."""
    span = end.x() - start.x()
    if abs(end.y() - start.y()) >= LEVEL or span < 0:
        return 0.0
    if len(graph.outgoing[edge.source]) == len(graph.incoming[edge.target]) == 1:
        return 0.0
    rivals = {*graph.outgoing[edge.source], *graph.incoming[edge.target]} - {edge}
    shorter = sum(_is_level(nodes, other) and 0 <= _span(nodes, other) < span for other in rivals)
    return LIFT + _STEP * (shorter - 1) if shorter else 0.0


def _span(nodes: Nodes, edge: Edge) -> float:
    return (
        nodes[edge.target].port_place("in", edge.target_port).x() - nodes[edge.source].frame.right()
    )


def _is_level(nodes: Nodes, edge: Edge) -> bool:
    return abs(nodes[edge.source].y() - nodes[edge.target].y()) < LEVEL


def with_inside(nodes: Nodes, places: Mapping[NodeId, QPointF]) -> dict[NodeId, QPointF]:
    """New places of nodes, and of what stands in the frames among them: it goes along."""
    shown = dict(places)
    for frame in sorted((name for name in places if nodes[name].face.frame), key=len):
        by = shown[frame] - nodes[frame].pos()
        for name, item in nodes.items():
            if name not in shown and name.startswith(f"{frame}."):
                shown[name] = item.pos() + by
    return shown


def frame_at(nodes: Nodes, place: QPointF, but: Iterable[NodeId] = ()) -> str:
    """The innermost group open in place whose frame a place is in; none of these, and nothing in them."""
    gone = set(but)
    names = (n for n, item in nodes.items() if item.face.frame and item.frame.contains(place))
    there = [name for name in names if name not in gone and not around(home_of(name)) & gone]
    return max(there, key=len, default="")
