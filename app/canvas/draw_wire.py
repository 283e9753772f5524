"""Drawing a wire from either end: which ports it may go to, and why it may not go to the others."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from app import building
from app.canvas.camera import Camera
from app.canvas.gestures import Gesture
from app.canvas.node_item import NodeItem
from app.canvas.ports import SIDES, Look, PortRef, edge_between, ports_of
from app.canvas.scene import CanvasScene
from app.canvas.wire_item import route
from app.studio import Studio
from app.theme import Tokens, ink
from engine.graph import Edge, GraphError, port_named

CATCH = 24.0  # px around a port, on the screen: generous while a wire is in hand


class DrawWire(Gesture):
    """A wire in hand. Taken from an input that is joined, it is that wire's end that moves."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, studio: Studio, scene: CanvasScene, camera: Camera, port: PortRef) -> None:
        self._studio, self._scene, self._camera = studio, scene, camera
        self._lifted = _wire_into(studio, port)
        self.origin = port
        if self._lifted:
            self.origin = PortRef(self._lifted.source, "out", self._lifted.source_port)
            scene.wires[self._lifted].setVisible(False)
        self._graph = studio.graph
        if self._lifted:
            self._graph = self._graph.disconnect(self._lifted)
        self._place = scene.nodes[port.node].port_place(port.side, port.name)
        self._start = scene.nodes[self.origin.node].port_place(self.origin.side, self.origin.name)
        self._offered: list[NodeItem] = []
        self._has_moved = False
        self.target: PortRef | None = None
        self.refusal = ""
        self._offer()

    def move(self, place: QPointF) -> None:
        self._place, self._has_moved = place, True
        self.target = self._port_near(place)
        self.refusal = self._reason(self.target) if self.target else ""

    def finish(self) -> None:
        edge = self._edge
        self._clear()
        if edge is not None and not self.refusal:
            self._join(edge)
        elif self._lifted and self._has_moved and self.target is None:
            building.cut(self._studio, self._lifted)

    def cancel(self) -> None:
        self._clear()

    @property
    def _edge(self) -> Edge | None:
        return edge_between(self.origin, self.target) if self.target else None

    def _join(self, edge: Edge) -> None:
        try:
            building.join(self._studio, edge, self._lifted)
        except GraphError as error:
            self._studio.say(str(error))

    def _port_near(self, place: QPointF) -> PortRef | None:
        """The port that would take the wire: the nearest, or the one that fits of the node under the hand."""
        port = self._scene.port_at(place, CATCH / max(self._camera.zoom, 0.25))
        if port is not None and port != self.origin:
            return port
        node = self._scene.node_at(place)
        if node is None or node.name == self.origin.node:
            return None
        side = SIDES[self.origin.side == "in"]
        ports = [PortRef(node.name, side, port.name) for port in ports_of(node.face.layer, side)]
        legal = [port for port in ports if not self._reason(port)]
        fitting = [port for port in legal if self._suits(port)]
        return next(iter(fitting + legal + ports), None)

    def _suits(self, port: PortRef) -> bool:
        """Whether what would flow is of a kind that the input takes, as far as it is known."""
        edge = edge_between(self.origin, port)
        return edge is not None and building.suits(self._studio, edge)

    def _reason(self, port: PortRef) -> str:
        """Why the wire cannot end here; nothing if it can."""
        edge = edge_between(self.origin, port)
        if edge is None:
            return self._same_side(port)
        return self._graph.refusal(edge) or ""

    def _same_side(self, port: PortRef) -> str:
        """Why two outputs, or two inputs, cannot be joined; and where the other side is, if there is one."""
        layer = self._graph.nodes[port.node].layer
        said = f"Both are {port.side}puts. Draw from an output to an input"
        if port.side == "out":
            return (
                f"{said}: {port.node} has its inputs on its left." if layer.inputs else f"{said}."
            )
        return f"{said}: {port.node} has its output on its right." if layer.outputs else f"{said}."

    def _offer(self) -> None:
        """Ring the legal ports in view and cross the others."""
        for node in self._scene.nodes_in(self._camera.sees):
            refs = [
                PortRef(node.name, side, port.name)
                for side in SIDES
                for port in ports_of(node.face.layer, side)
            ]
            offers = tuple((ref, self._look(ref)) for ref in refs if ref != self.origin)
            node.show_mood(
                offers=offers, hot_port=self.origin if node.name == self.origin.node else None
            )
            self._offered.append(node)

    def _look(self, ref: PortRef) -> Look:
        return "illegal" if self._reason(ref) else "legal"

    def _clear(self) -> None:
        for node in self._offered:
            node.show_mood(offers=(), hot_port=None)
        if self._lifted and self._lifted in self._scene.wires:
            self._scene.wires[self._lifted].setVisible(True)

    def paint(self, painter: QPainter, tokens: Tokens) -> None:
        end, colour, dashes = self._place, tokens.accent, None
        if self.target:
            node = self._scene.nodes[self.target.node]
            end = node.port_place(self.target.side, self.target.name) if not self.refusal else end
            colour, dashes = (tokens.bad, [1.0, 2.5]) if self.refusal else (tokens.ok, [3.0, 2.5])
        pen = QPen(ink(colour), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if dashes:
            pen.setDashPattern(dashes)
        ends = (self._start, end) if self.origin.side == "out" else (end, self._start)
        painter.strokePath(route(*ends), pen)
        if not self.target:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink(tokens.accent))
            painter.drawEllipse(end, 5, 5)


def _wire_into(studio: Studio, port: PortRef) -> Edge | None:
    """The wire that ends at an input which takes no other."""
    graph = studio.graph
    taken = (
        port_named(graph.nodes[port.node].layer.inputs, port.name) if port.side == "in" else None
    )
    if taken is None or taken.many:
        return None
    wires = graph.incoming.get(port.node, ())
    return next((edge for edge in wires if edge.target_port == port.name), None)
