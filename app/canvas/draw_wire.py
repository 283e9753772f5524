"""Drawing a wire from either end: which ports it may go to, and why it may not go to the others.

Ports that a wire may not end at are crossed. Those that it may, but whose layer does not take what would flow, are not
lit: the wire can be drawn and the layer then offers a way out. Where an input is held by another wire, that makes way.
"""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from app import building, fitting
from app.bridging import said
from app.canvas.bubble import Tone
from app.canvas.camera import Camera
from app.canvas.gestures import Gesture
from app.canvas.node_item import NodeItem
from app.canvas.ports import SIDES, Look, PortRef, edge_between, ports_of
from app.canvas.route import route
from app.canvas.scene import CanvasScene
from app.doorways import refusal_across
from app.studio import Studio
from app.theme import Tokens, ink
from engine.graph import Edge, Graph, GraphError

CATCH = 24.0  # px around a port, on the screen: generous while a wire is in hand


class DrawWire(Gesture):
    """A wire in hand. Taken from an input that is joined, it is that wire's end that moves."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        studio: Studio,
        scene: CanvasScene,
        camera: Camera,
        port: PortRef,
        lifted: Edge | None = None,
    ) -> None:
        self._studio, self._scene, self._camera = studio, scene, camera
        self._lifted = lifted or _wire_into(studio.graph, port)
        self.origin = port
        if self._lifted:
            self.origin = _other_end(self._lifted, port)
            scene.wires[self._lifted].setVisible(False)
        self._graph = studio.graph
        if self._lifted:
            self._graph = self._graph.disconnect(self._lifted)
        self._place = scene.nodes[port.node].port_place(port.side, port.name)
        self._start = scene.nodes[self.origin.node].port_place(self.origin.side, self.origin.name)
        self._offered: list[NodeItem] = []
        self._has_moved = False
        self._yields: Edge | None = None  # the wire whose place this one would take
        self.target: PortRef | None = None
        self.refusal = self.doubt = ""
        self._known: dict[PortRef, str] = {}
        self._offer()

    def move(self, place: QPointF) -> None:
        self._place, self._has_moved = place, True
        self.target = self._port_near(place)
        self.refusal = self._reason(self.target) if self.target else ""
        self.doubt = self._doubt(self.target) if self.target and not self.refusal else ""
        self._make_way(self._holder(self.target) if self.target and not self.refusal else None)

    @property
    def in_space(self) -> QPointF | None:
        """Where a new wire hangs, if it ends at nothing and nothing stands there."""
        is_new = self._has_moved and self.target is None and not self._lifted
        far = (self._place - self._start).manhattanLength() > CATCH
        return self._place if is_new and far and self._scene.node_at(self._place) is None else None

    @property
    def words(self) -> str:
        """What is to be said of the port under the hand."""
        held = self._yields
        makes_way = f"Takes the place of the wire from {held.source}." if held else ""
        return self.refusal or " ".join(filter(None, (makes_way, self.doubt)))

    @property
    def tone(self) -> Tone:
        return "bad" if self.refusal else "watch" if self.doubt else "plain"

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
        legal.sort(key=lambda port: (self._holder(port) is not None, bool(self._doubt(port))))
        return next(iter(legal + ports), None)

    def _doubt(self, port: PortRef) -> str:
        """Why the layer would not take what flows; nothing if it would, or as long as that is not known."""
        if port not in self._known:
            edge = edge_between(self.origin, port)
            graph = building.given_way(self._graph, edge)[0] if edge else self._graph
            found = fitting.misfit(self._studio, graph, edge) if edge else None
            self._known[port] = said(edge, found) if edge and found else ""
        return self._known[port]

    def _reason(self, port: PortRef) -> str:
        """Why the wire cannot end here; nothing if it can."""
        edge = edge_between(self.origin, port)
        if edge is None:
            return self._same_side(port)
        graph = building.given_way(self._graph, edge)[0]
        return graph.refusal(edge) or refusal_across(graph, edge) or ""

    def _holder(self, port: PortRef) -> Edge | None:
        """The wire that would make way for this one at a port."""
        edge = edge_between(self.origin, port)
        return building.given_way(self._graph, edge)[1] if edge else None

    def _make_way(self, held: Edge | None) -> None:
        """Take the wire that would make way out of sight, and bring back the one before."""
        for edge, is_seen in ((self._yields, True), (held, False)):
            if edge is not None and edge in self._scene.wires:
                self._scene.wires[edge].setVisible(is_seen)
        self._yields = held

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
        """Ring the ports in view that fit, and cross those that are not legal."""
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
        if self._reason(ref):
            return "illegal"
        if self._doubt(ref):
            return "doubtful"
        return "legal" if self._holder(ref) is None else "taken"

    def _clear(self) -> None:
        self._make_way(None)
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
            colour = tokens.watch if self.doubt else colour
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


def draw_hanging(
    painter: QPainter, tokens: Tokens, scene: CanvasScene, port: PortRef, place: QPointF
) -> None:
    """Draw a wire from a port that ends in empty space."""
    if port.node not in scene.nodes:
        return
    start = scene.nodes[port.node].port_place(port.side, port.name)
    pen = QPen(ink(tokens.accent), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.strokePath(route(*((start, place) if port.side == "out" else (place, start))), pen)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(tokens.accent))
    painter.drawEllipse(place, 5, 5)


def _other_end(edge: Edge, port: PortRef) -> PortRef:
    """The end of a wire that stays where it is while the one at a port is lifted."""
    if port.side == "in":
        return PortRef(edge.source, "out", edge.source_port)
    return PortRef(edge.target, "in", edge.target_port)


def _wire_into(graph: Graph, port: PortRef) -> Edge | None:
    return building.wire_into(graph, port.node, port.name) if port.side == "in" else None
