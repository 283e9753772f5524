"""The ways that lead on from a node, to choose from: each is lit on the drawing while it is the one in the list."""

from collections.abc import Callable, Sequence

from app.canvas.offers import Offer, Offers, beside_node, by_name
from app.placing import HEADER
from app.studio import Studio
from engine.dataset import DataError
from engine.graph import Edge, Graph, NodeId, Point

_BELOW = 36.0  # px
Way = tuple[Edge, NodeId]  # a wire, and the node at its far end


def ways_from(graph: Graph, name: NodeId, across: int) -> list[Way]:
    """The wires to the right of a node, or to its left, with the nodes they lead to, the nearest first."""
    if across > 0:
        ways = [(edge, edge.target) for edge in graph.outgoing.get(name, ())]
    else:
        ways = [(edge, edge.source) for edge in graph.incoming.get(name, ())]
    x, y = graph.nodes[name].position

    def distance(way: Way) -> float:
        right, down = graph.nodes[way[1]].position
        return abs(right - x) + abs(down - y)

    return sorted(ways, key=distance)


class Ways(Offers):
    """Where to go from a node. `take` is given the wire instead of `go` its far end, where the wire is wanted."""

    walks = True

    def __init__(
        self,
        studio: Studio,
        node: NodeId,
        across: int,
        go: Callable[[NodeId], None],
        take: Callable[[Edge], None] | None,
    ) -> None:
        super().__init__(studio)
        self._node, self._go, self._take = node, go, take
        self.name = "Go onto a wire" if take else "Go along a wire"
        where = "from" if across > 0 else "back from"
        self._is_back = across < 0
        self.hint = f"Which wire {where} {node}?" if take else f"Which way {where} {node}?"
        self._rows = tuple(self._row(way, across) for way in ways_from(studio.graph, node, across))

    def _row(self, way: Way, across: int) -> Offer:
        edge, far = way
        layer = self.studio.graph.nodes[far].layer
        ports = layer.inputs if across > 0 else layer.outputs
        port = edge.target_port if across > 0 else edge.source_port
        text = f"{far} · {port}" if len(ports) > 1 else str(far)
        return Offer(text, self._flows(edge), layer.group, value=way)

    def _flows(self, edge: Edge) -> str:
        try:
            axes = self.studio.shapes.on(edge)
        except DataError:
            return ""
        return axes.text if axes else ""

    @property
    def at(self) -> Point:
        """Beside a node that is left to the left; else below it, where the ways to the right stay in sight."""
        if self._is_back:
            return beside_node(self.studio, self._node)
        x, y = self.studio.graph.nodes[self._node].position
        return x, y + HEADER + _BELOW

    def found(self, text: str) -> Sequence[Offer]:
        return by_name(text, self._rows)

    def choose(self, offer: Offer | None, text: str) -> Offers | None:  # noqa: ARG002
        if offer is not None and isinstance(offer.value, tuple):
            edge, far = offer.value
            self._take(edge) if self._take else self._go(far)
        return None

    def lights(self, offer: Offer | None) -> Edge | None:
        return offer.value[0] if offer is not None and isinstance(offer.value, tuple) else None
