"""The hand on the canvas: what it is over, what it pressed, and the gesture it is in the middle of."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QGraphicsView

from app import building, marking
from app.canvas.bubble import Bubble
from app.canvas.camera import Camera
from app.canvas.draw_wire import DrawWire
from app.canvas.gestures import DRAG_FROM, Gesture, MoveNodes, Pan, RubberBand
from app.canvas.knife import Knife
from app.canvas.node_item import NodeItem
from app.canvas.ports import PortRef
from app.canvas.scene import CanvasScene
from app.studio import Studio
from engine.graph import Edge, NodeId


class Hand:
    """Points are pixels of the view, places pixels of the scene."""

    def __init__(
        self,
        studio: Studio,
        view: QGraphicsView,
        scene: CanvasScene,
        camera: Camera,
        hung: Callable[[PortRef, QPointF], None],
    ) -> None:
        self._studio, self._view, self._scene, self._camera = studio, view, scene, camera
        self.bubble = Bubble(studio.theme, view.viewport())
        self._hung = hung  # told of a new wire that was let go over empty space
        self.gesture: Gesture | None = None
        self.grabs = False  # Space is held: the next press pans
        self._pressed: tuple[QPoint, NodeItem, bool] | None = (
            None  # where, on what, adding to the selection
        )
        self._pulled: tuple[QPoint, Edge] | None = None  # a wire that was pressed, and where
        self._over_node: NodeId | None = None
        self._over_wire: Edge | None = None

    def begin(self, gesture: Gesture) -> None:
        """Start a gesture."""
        self.hover(None, None)
        self.gesture = gesture
        if gesture.cursor is not None:
            self._view.viewport().setCursor(gesture.cursor)
        self._view.viewport().update()

    def end(self, *, cancels: bool = False) -> None:
        """Finish or cancel the gesture that is going on."""
        gesture, self.gesture = self.gesture, None
        self.bubble.hide()
        if gesture is not None:
            (gesture.cancel if cancels else gesture.finish)()
        self.show_cursor()
        self._view.viewport().update()
        place = gesture.in_space if isinstance(gesture, DrawWire) and not cancels else None
        if isinstance(gesture, DrawWire) and place is not None:
            self._hung(gesture.origin, place)

    def let_go(self) -> None:
        """The project changed under the hand: what it held may be gone."""
        if self.gesture is not None and not isinstance(self.gesture, Pan):
            self.end(cancels=True)
        self._pressed = self._pulled = None

    def cut(self, place: QPointF) -> None:
        """The left button goes down with the keys of the knife held."""
        self.begin(Knife(self._studio, self._scene, self._camera, place))

    def press(self, point: QPoint, place: QPointF, *, adds: bool) -> None:
        """The left button goes down; `adds` to the selection with Shift or Ctrl."""
        node = self._scene.node_at(place)
        if node is not None and node.on_fold(place):
            marking.fold(self._studio, [node.name])
        elif node is not None and node.on_button(place):
            node.show_mood(pressed=True)
            self._pressed = (point, node, adds)
        elif (port := self._scene.port_at(place)) is not None:
            self.begin(DrawWire(self._studio, self._scene, self._camera, port))
        elif node is not None:
            self._choose(node, adds=adds)
            self._pressed = (point, node, adds)
        elif (wire := self._scene.wire_at(place)) is not None:
            kept = self._studio.wires if adds else frozenset[Edge]()
            self._studio.select(self._studio.nodes if adds else (), kept ^ {wire})
            self._pulled = (point, wire)
        else:
            self.begin(RubberBand(self._studio, self._scene, place, keeps=adds))

    def _choose(self, node: NodeItem, *, adds: bool) -> None:
        if adds:
            self._studio.select(self._studio.nodes ^ {node.name}, self._studio.wires)
        elif node.name not in self._studio.nodes:
            self._studio.select([node.name])

    def move(self, point: QPoint, place: QPointF) -> None:
        """The hand moves, whatever it holds."""
        if isinstance(self.gesture, Pan):
            self.gesture.move_point(point)
        elif self.gesture is not None:
            self._move_gesture(point, place)
        elif self._pressed is not None:
            self._drag(point, place)
        elif self._pulled is not None:
            self._pull(point, place)
        else:
            self.look_under(place)

    def _move_gesture(self, point: QPoint, place: QPointF) -> None:
        if self.gesture is None:
            return
        self.gesture.move(place)
        self.bubble.say(self.gesture.words, point, self.gesture.tone)
        self._view.viewport().update()

    def _drag(self, point: QPoint, place: QPointF) -> None:
        """A press has moved: from `DRAG_FROM` on it is a drag."""
        if self._pressed is None:
            return
        start, node, _ = self._pressed
        if (point - start).manhattanLength() < DRAG_FROM or node.mood.pressed:
            return
        self._pressed = None
        if node.name in self._studio.nodes:
            begun, names = self._view.mapToScene(start), self._studio.nodes
            self.begin(MoveNodes(self._studio, self._scene, begun, node.name, names))
            self._move_gesture(point, place)

    def _pull(self, point: QPoint, place: QPointF) -> None:
        """A wire that was pressed is dragged: the end nearer to the hand comes off."""
        if self._pulled is None or (point - self._pulled[0]).manhattanLength() < DRAG_FROM:
            return
        (start, edge), self._pulled = self._pulled, None
        if edge in self._scene.wires:
            line, held = self._scene.wires[edge].line, self._view.mapToScene(start)
            ends = (line.pointAtPercent(0.0), line.pointAtPercent(1.0))
            to_source, to_target = ((held - end).manhattanLength() for end in ends)
            port = PortRef(edge.target, "in", edge.target_port)
            if to_source < to_target:
                port = PortRef(edge.source, "out", edge.source_port)
            self.begin(DrawWire(self._studio, self._scene, self._camera, port, edge))
            self._move_gesture(point, place)

    def release(self, place: QPointF) -> None:
        """The button goes up."""
        if self.gesture is not None:
            self.end()
        elif self._pressed is not None:
            self._click(place)
        self._pulled = None
        self.look_under(place)

    def _click(self, place: QPointF) -> None:
        """A press that did not become a drag."""
        if self._pressed is None:
            return
        (_, node, adds), self._pressed = self._pressed, None
        if node.mood.pressed:
            node.show_mood(pressed=False)
            problem = building.problem_at(self._studio, node.name)
            if node.on_button(place) and problem is not None:
                building.mend(self._studio, problem)
        elif not adds:
            self._studio.select([node.name])

    def select_under(self, place: QPointF) -> None:
        """Select what is at a place, unless it is among what is selected."""
        node, wire = self._scene.node_at(place), self._scene.wire_at(place)
        if node is not None:
            if node.name not in self._studio.nodes:
                self._studio.select([node.name])
        elif wire is None:
            self._studio.select()
        elif wire not in self._studio.wires:
            self._studio.select((), [wire])

    def look_under(self, place: QPointF) -> None:
        """Light what the hand is over."""
        port, node = self._scene.port_at(place), self._scene.node_at(place)
        name = port.node if port else node.name if node else None
        self.hover(name, None if name else self._scene.wire_at(place))
        if name is not None:
            self._scene.nodes[name].show_mood(hot_port=port)
        on_button = node is not None and (node.on_button(place) or node.on_fold(place))
        self.show_cursor(on_port=port is not None, on_button=on_button)

    def hover(self, node: NodeId | None, wire: Edge | None) -> None:
        """Light this node or this wire, and nothing else."""
        nodes, wires = self._scene.nodes, self._scene.wires
        if self._over_node != node and (left := nodes.get(self._over_node or NodeId(""))):
            left.show_mood(hovered=False, hot_port=None)
        if self._over_wire != wire and self._over_wire in wires:
            wires[self._over_wire].show_mood(hovered=False)
        self._over_node, self._over_wire = node, wire
        if node is not None:
            nodes[node].show_mood(hovered=True)
        if wire is not None:
            wires[wire].show_mood(hovered=True)

    def show_cursor(self, *, on_port: bool = False, on_button: bool = False) -> None:
        """The cursor that says what a press would do."""
        shape = Qt.CursorShape.ArrowCursor
        if self.grabs:
            shape = Qt.CursorShape.OpenHandCursor
        elif on_button:
            shape = Qt.CursorShape.PointingHandCursor
        elif on_port:
            shape = Qt.CursorShape.CrossCursor
        self._view.viewport().setCursor(shape)
