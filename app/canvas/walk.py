"""The walk by keyboard: the node or the wire that the keyboard is at, and where a step leads from there.

Along the wires a step may lead several ways: then it is asked which. Above and below stands the nearest node; from a
wire, the next one that begins or ends where it does.
"""

from time import monotonic

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGraphicsView

from app.canvas.node_ring import NodeRing
from app.canvas.scene import CanvasScene
from app.canvas.ways import Ways, ways_from
from app.placing import home_of
from app.studio import Studio
from engine.graph import Edge, Graph, GraphError, NodeId

PAUSE = 1.0  # s without a nudge after which the next one is another step to undo


class Walk(QObject):
    """One view's. `branched(offers)` where it has to be asked which way; `arrived(name)` at a node."""

    branched = Signal(object)
    arrived = Signal(str)

    def __init__(self, studio: Studio, view: QGraphicsView, scene: CanvasScene) -> None:
        super().__init__(view)
        self._studio, self._scene = studio, scene
        self._ring = NodeRing(view, scene)
        self.node: NodeId | None = (
            None  # where it stands; a wire is at hand while it alone is selected
        )
        studio.selection_changed.connect(self._follow)
        scene.followed.connect(self._stay)

    @property
    def wire(self) -> Edge | None:
        """The wire that is at hand."""
        wires = self._studio.wires
        return next(iter(wires)) if len(wires) == 1 and not self._studio.nodes else None

    def go(self, name: NodeId | None) -> None:
        """Go to a node: select it and bring it into view."""
        if name is not None:
            self.node = name
            self._studio.select([name])
            self.arrived.emit(name)

    def onto(self, edge: Edge) -> None:
        """Go onto a wire: select it, so that keys are about it."""
        self._studio.select((), [edge])

    def along(self, step: int) -> bool:
        """Go to the next node of the network, or the one before; False past its ends, where the walk is over."""
        name = next_in_order(self._studio.graph, self.node, step)
        if name is None:
            self.node = None
        self.go(name)
        return name is not None

    def step(self, across: int, down: int, *, onto_wire: bool) -> None:
        """A step to the right or left along a wire, or onto it; or to what stands above or below."""
        wire, graph = self.wire, self._studio.graph
        if wire is not None and across:
            self.go(wire.target if across > 0 else wire.source)
        elif wire is not None:
            self.onto(_next_wire(graph, wire, down))
        elif self.node is None:
            self.along(1)
        elif across:
            self._leave(self.node, across, onto_wire=onto_wire)
        else:
            self.go(below(graph, self.node, down))

    def _leave(self, name: NodeId, across: int, *, onto_wire: bool) -> None:
        ways = ways_from(self._studio.graph, name, across)
        if not ways and home_of(name):  # through the door, onto the frame
            self.go(NodeId(home_of(name)))
        elif not ways:
            said = "Nothing follows" if across > 0 else "Nothing leads to"
            self._studio.say(f"{said} {name}.")
        elif len(ways) > 1 and (onto_wire or len({far for _, far in ways}) > 1):
            take = self.onto if onto_wire else None
            self.branched.emit(Ways(self._studio, name, across, self.go, take))
        elif onto_wire:
            self.onto(ways[0][0])
        else:
            self.go(ways[0][1])

    def show(self) -> None:
        """Ring where it stands, if the view has the focus."""
        self._ring.show(self.node, self.wire)

    def _follow(self) -> None:
        if self._studio.node is not None:
            self.node = self._studio.node
        elif self.wire is not None:
            self.node = self.wire.source
        self.show()

    def _stay(self) -> None:
        if self.node not in self._scene.nodes:
            self.node = None


class Bursts:
    """Numbers nudges: those that follow one another without a pause have one number."""

    def __init__(self) -> None:
        self._number, self._last = 0, float("-inf")

    def number(self) -> int:
        """The number of the burst that a nudge belongs to which is made now."""
        now = monotonic()
        self._number += now - self._last > PAUSE
        self._last = now
        return self._number


def next_in_order(graph: Graph, name: NodeId | None, step: int) -> NodeId | None:
    """The node after (or before) one along the network; None past its ends."""
    try:
        names = list(graph.order)
    except GraphError:
        names = list(graph.nodes)
    if not names:
        return None
    if name not in names:
        return names[0] if step > 0 else names[-1]
    place = names.index(name) + step
    return names[place] if 0 <= place < len(names) else None


def below(graph: Graph, name: NodeId, down: int) -> NodeId | None:
    """The node that stands nearest below one, or above it."""
    x, y = graph.nodes[name].position
    there = [
        (abs(other.position[0] - x) + abs(other.position[1] - y), other.id)
        for other in graph.nodes.values()
        if (other.position[1] - y) * down > 0
    ]
    return min(there)[1] if there else None


def _next_wire(graph: Graph, wire: Edge, down: int) -> Edge:
    """The next of the wires that begin where one does; if it is alone there, of those that end where it does."""
    beside = graph.outgoing[wire.source]
    if len(beside) == 1:
        beside = graph.incoming[wire.target]
    return beside[(beside.index(wire) + down) % len(beside)]
