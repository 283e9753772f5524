"""What a hand does on the canvas, one object each: begun by a press, moved, and finished or cancelled.

A gesture keeps its own state and shows it; the project hears of it once, at the end.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app import building, homing
from app.canvas.bubble import Tone
from app.canvas.camera import Camera
from app.canvas.lifting import frame_at
from app.canvas.ports import PortRef
from app.canvas.scene import CanvasScene
from app.placing import HEADER, home_of, snapped
from app.studio import Studio
from app.theme import Tokens, ink
from engine.graph import Edge, GraphError, NodeId
from engine.layer import Layer

DRAG_FROM = 4  # px that the hand must move before a press becomes a drag


class Gesture(ABC):
    """Begun by its constructor. Places are pixels of the scene unless they are called points."""

    cursor: Qt.CursorShape | None = None

    @property
    def words(self) -> str:
        """What is to be said beside the cursor."""
        return ""

    @property
    def tone(self) -> Tone:
        """What kind of thing that is."""
        return "plain"

    @abstractmethod
    def move(self, place: QPointF) -> None:
        """The hand is here now."""

    @abstractmethod
    def finish(self) -> None:
        """The hand lets go: ask for the edit."""

    @abstractmethod
    def cancel(self) -> None:
        """As if nothing had been done."""

    def paint(self, painter: QPainter, tokens: Tokens) -> None:  # noqa: B027 (most show nothing)
        """Draw what the gesture shows over the scene."""


class Pan(Gesture):
    """Takes hold of the canvas."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, camera: Camera, point: QPoint) -> None:
        self._camera, self._last, self._way = camera, point, QPoint()

    def move_point(self, point: QPoint) -> None:
        """The hand is at this point of the view now."""
        by = point - self._last
        self._last, self._way = point, self._way + by
        self._camera.pan_by(by.x(), by.y())

    def move(self, place: QPointF) -> None:
        """The place under the hand is always the same: see `move_point`."""

    def finish(self) -> None:
        """Nothing is left to do."""

    def cancel(self) -> None:
        self._camera.pan_by(-self._way.x(), -self._way.y())


class RubberBand(Gesture):
    """Draws a box; what it touches is selected, beside what was if `keeps`."""

    def __init__(self, studio: Studio, scene: CanvasScene, place: QPointF, *, keeps: bool) -> None:
        self._studio, self._scene, self._from = studio, scene, place
        self._before = (studio.nodes, studio.wires)
        self._base = self._before if keeps else (frozenset[NodeId](), frozenset[Edge]())
        self._box = QRectF(place, place)
        if not keeps:
            studio.select()

    def move(self, place: QPointF) -> None:
        self._box = QRectF(self._from, place).normalized()
        touched = [n.name for n in self._scene.nodes_in(self._box) if n.frame.intersects(self._box)]
        inside = [
            wire.edge for wire in self._scene.wires_in(self._box) if wire.is_within(self._box)
        ]
        self._studio.select({*self._base[0], *touched}, {*self._base[1], *inside})

    def finish(self) -> None:
        """The selection stands already."""

    def cancel(self) -> None:
        self._studio.select(*self._before)

    def paint(self, painter: QPainter, tokens: Tokens) -> None:
        pen = QPen(ink(tokens.accent), 1)
        pen.setCosmetic(True)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(ink(tokens.accent, 0.07))
        painter.drawRect(self._box)


class MoveNodes(Gesture):
    """Drags nodes on the grid, all by as much as the one that was grabbed."""

    def __init__(
        self,
        studio: Studio,
        scene: CanvasScene,
        place: QPointF,
        grabbed: NodeId,
        names: Iterable[NodeId],
    ) -> None:
        self._studio, self._scene, self._from, self._grabbed = studio, scene, place, grabbed
        self._starts = {name: QPointF(scene.nodes[name].pos()) for name in names}
        self._others = [
            item.frame for name, item in scene.nodes.items() if name not in self._starts
        ]
        self._by = QPointF()
        self._home = self._into = home_of(grabbed)

    @property
    def words(self) -> str:
        """What letting go would do, where that is more than to place it."""
        if self._into == self._home:
            return ""
        return f"Goes into {self._into}" if self._into else f"Comes out of {self._home}"

    @property
    def has_moved(self) -> bool:
        """Whether the nodes are elsewhere than at the start."""
        return not self._by.isNull()

    def move(self, place: QPointF) -> None:
        start = self._starts[self._grabbed]
        to = snapped((start + place - self._from).toTuple())
        self._by = QPointF(*to) - start
        self._scene.shift({name: at + self._by for name, at in self._starts.items()})
        self._into = frame_at(self._scene.nodes, place, self._starts)

    def finish(self) -> None:
        if not self.has_moved:
            return
        places = {name: (at + self._by).toTuple() for name, at in self._starts.items()}
        if self._into == self._home:
            building.move(self._studio, places)
            return
        try:
            homing.rehome(self._studio, places, self._into)
        except GraphError as error:
            self._scene.put_back(self._starts)
            self._studio.say(str(error))

    def cancel(self) -> None:
        self._scene.put_back(self._starts)

    def paint(self, painter: QPainter, tokens: Tokens) -> None:
        """Lines through the nodes that the grabbed one is aligned with."""
        if not self.has_moved:
            return
        pen = QPen(ink(tokens.accent), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        own = self._scene.nodes[self._grabbed].frame
        others = self._others
        level = [frame for frame in others if frame.top() == own.top()]
        if level:
            y = own.top() + HEADER / 2
            left, right = min(f.left() for f in level), max(f.right() for f in level)
            painter.drawLine(
                QPointF(min(left, own.left()) - 20, y), QPointF(max(right, own.right()) + 20, y)
            )
        plumb = [frame for frame in others if frame.left() == own.left()]
        if plumb:
            top, bottom = min(f.top() for f in plumb), max(f.bottom() for f in plumb)
            x = own.left()
            painter.drawLine(
                QPointF(x, min(top, own.top()) - 20), QPointF(x, max(bottom, own.bottom()) + 20)
            )


class DropLayer(Gesture):
    """Carries a layer from the palette: onto empty space, into a wire, or onto a node that it then follows."""

    def __init__(self, studio: Studio, scene: CanvasScene, layer: Layer) -> None:
        self._studio, self._scene, self._layer = studio, scene, layer
        self._place = QPointF()
        self.wire: Edge | None = None
        self.node: NodeId | None = None

    @property
    def words(self) -> str:
        """What letting go would do, where that is not only to place it."""
        if self.wire is not None:
            return f"Goes between {self.wire.source} and {self.wire.target}"
        return f"Follows {self.node}" if self.node is not None else ""

    def move(self, place: QPointF) -> None:
        self._place = place
        node = self._scene.node_at(place)
        self._light_node(node.name if node is not None and self._can_follow(node.name) else None)
        wire = None if node else self._scene.wire_at(place)
        if wire and not building.can_insert(self._studio.graph, wire, self._layer):
            wire = None
        self._light(wire)

    def _can_follow(self, name: NodeId) -> bool:
        return bool(self._layer.inputs and self._studio.graph.nodes[name].layer.outputs)

    def finish(self) -> None:
        wire, node = self.wire, self.node
        self._light(None)
        self._light_node(None)
        if wire is not None:
            building.insert_layer(self._studio, wire, self._layer)
        elif node is not None:
            self._studio.select([node])
            building.add_layer(self._studio, self._layer)
        else:
            building.add_layer(self._studio, self._layer, self._place.toTuple())

    def cancel(self) -> None:
        self._light(None)
        self._light_node(None)

    def _light_node(self, name: NodeId | None) -> None:
        """Show at the output of a node that the layer will follow it."""
        for node, is_lit in ((self.node, False), (name, True)):
            if node is not None and node in self._scene.nodes:
                item = self._scene.nodes[node]
                port = item.face.layer.outputs[0].name
                offer = ((PortRef(node, "out", port), "legal"),) if is_lit else ()
                item.show_mood(hovered=is_lit, offers=offer)
        self.node = name

    def _light(self, wire: Edge | None) -> None:
        for edge, is_lit in ((self.wire, False), (wire, True)):
            if edge is not None and edge in self._scene.wires:
                self._scene.wires[edge].show_mood(hovered=is_lit)
        self.wire = wire
