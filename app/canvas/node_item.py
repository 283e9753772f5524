"""A node in the scene: holds what it shows and where its parts are; draws itself from that. Edits nothing."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.costs import costs_box, draw_costs
from app.canvas.face import Face
from app.canvas.frame_paint import fold_box
from app.canvas.layout import layout_of
from app.canvas.node_marks import NAMES, has_names
from app.canvas.node_paint import Mood, NodePainter
from app.canvas.ports import CATCH, REACH, SIDES, PortRef, Side, ports_of
from app.canvas.vitals import Vital
from app.placing import HEADER, rows_of
from app.theme import Theme
from engine.axes import Axes
from engine.graph import Group, NodeId


class NodeItem(QGraphicsItem):
    """One node. Its origin is the left end of its header."""

    def __init__(self, theme: Theme, face: Face) -> None:
        super().__init__()
        self.theme, self.face = theme, face
        self.vital, self.mood = Vital(), Mood()
        self.layout = layout_of(face, None)
        self._bounds: QRectF | None = None
        self._ports: dict[tuple[Side, str], QPointF] = {}  # in the node, as far as anybody asked
        self._stand()
        self.setToolTip(_tip(face, self.vital))

    @property
    def name(self) -> NodeId:
        """The node's name."""
        return NodeId(self.face.name)

    def show_face(self, face: Face) -> bool:
        """Show other words; whether the node's size or ports have changed."""
        if face == self.face:
            return False
        if face.shows_costs != self.face.shows_costs or len(face.costs) != len(self.face.costs):
            self.prepareGeometryChange()
        self.face, self._bounds, self._ports = face, None, {}
        self._stand()
        self.setToolTip(_tip(face, self.vital))
        return self._arrange()

    def _stand(self) -> None:
        """A frame lies below all wires, and is too large to be kept as a picture."""
        modes = QGraphicsItem.CacheMode
        is_frame = self.face.frame is not None
        self.setCacheMode(modes.NoCache if is_frame else modes.DeviceCoordinateCache)
        lifted = 3 if self.mood.selected or self.mood.hovered else 2
        self.setZValue(self.face.name.count(".") / 64 if is_frame else lifted)

    def show_vital(self, vital: Vital) -> bool:
        """Show other readings; whether the node's size has changed."""
        before, self.vital = self.layout.whole, vital
        self.setToolTip(_tip(self.face, vital))
        self._arrange()
        return self.layout.whole != before

    def show_mood(self, **changes: object) -> None:
        """Show what the pointer and the keyboard do: any of the fields of Mood."""
        mood = replace(self.mood, **changes)  # type: ignore[arg-type]  # the fields are Mood's own
        if mood != self.mood:
            if mood.hot_port != self.mood.hot_port:
                hot = mood.hot_port
                self.setToolTip(_port_tip(self.face, hot) if hot else _tip(self.face, self.vital))
            self.mood = mood
            self._stand()
            self.update()

    def dress(self) -> None:
        """Draw again in the colours that hold now."""
        self.update()

    def port_place(self, side: Side, name: str) -> QPointF:
        """Where a port is, in the scene."""
        key = (side, name)
        if key not in self._ports:
            names = [port.name for port in ports_of(self.face.layer, side)]
            self._ports[key] = self.layout.port(side, names.index(name) if name in names else 0)
        return self.pos() + self._ports[key]

    def port_at(self, place: QPointF, catch: float = CATCH) -> PortRef | None:
        """The port nearest to a place in the scene, if one is within reach."""
        near = [
            (_distance(self.port_place(side, port.name), place), side, port.name)
            for side in SIDES
            for port in ports_of(self.face.layer, side)
        ]
        if not near:
            return None
        distance, side, name = min(near)
        return PortRef(self.name, side, name) if distance <= catch else None

    def on_button(self, place: QPointF) -> bool:
        """Whether a place in the scene is on the button of the fix."""
        button = self.layout.button
        return button is not None and button.contains(self.mapFromScene(place))

    def on_fold(self, place: QPointF) -> bool:
        """Whether a place in the scene is on what opens a group in place, and closes it."""
        is_group = isinstance(self.face.layer, Group)
        return is_group and fold_box(self.layout.whole).contains(self.mapFromScene(place))

    def holds(self, place: QPointF) -> bool:
        """Whether a place in the scene is on the node; of a frame, on its header."""
        box = self.frame
        if self.face.frame is not None:
            box.setHeight(HEADER)
        return box.contains(place)

    @property
    def frame(self) -> QRectF:
        """The node's rectangle in the scene, without its rings and ports."""
        return self.layout.whole.translated(self.pos())

    def boundingRect(self) -> QRectF:
        if self._bounds is None:  # Qt asks for it often
            self._bounds = self._measured()
        return self._bounds

    def _measured(self) -> QRectF:
        beside = NAMES if has_names(self.face) else REACH
        around = self.layout.whole.adjusted(-beside, -REACH, beside, REACH)
        return around.united(costs_box(self.face, self.layout.whole))

    def shape(self) -> QPainterPath:
        path = QPainterPath()  # what can be caught; the names of ports cannot
        whole = self.layout.whole
        if self.face.frame is not None:  # what is inside is caught, not the frame around it
            rows = HEADER + rows_of(self.face.layer.inputs, self.face.layer.outputs)
            for left in (0.0, whole.right()):
                path.addRect(QRectF(left - REACH, 0, 2 * REACH, rows))
            whole = QRectF(0, 0, whole.width(), HEADER)
        path.addRect(whole.adjusted(-REACH, -REACH, REACH, REACH))
        path.setFillRule(Qt.FillRule.WindingFill)
        return path

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's signature)
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        shown = NodePainter(painter, self.theme, self.face, self.vital, self.layout, self.mood)
        shown.paint(zoom)
        draw_costs(painter, self.theme, self.face, self.layout.whole, zoom)

    def _arrange(self) -> bool:
        before = self.layout
        layout = layout_of(self.face, self.vital.picture)
        if layout != before:
            self.prepareGeometryChange()
            self.layout, self._bounds, self._ports = layout, None, {}
        self.update()
        return layout.whole.width() != before.whole.width()


def _distance(first: QPointF, second: QPointF) -> float:
    apart = first - second
    return float((apart.x() ** 2 + apart.y() ** 2) ** 0.5)


def _port_tip(face: Face, hot: PortRef) -> str:
    """A port in words: its name, what it takes, and whether it may stay open."""
    ports = ports_of(face.layer, hot.side)
    number = [port.name for port in ports].index(hot.name)
    words = [hot.name]
    if hot.side == "in":
        kinds = face.layer.takes[number : number + 1]
        taken = [kind.kind for kind in (kinds[0] if kinds else ()) if kind.kind != Axes.kind]
        words += [f"takes {' or '.join(dict.fromkeys(taken))}"] if taken else []
        words += ["any number of wires"] if ports[number].many else []
        words += ["may stay open"] if ports[number].optional else []
    return " · ".join(words)


def _tip(face: Face, vital: Vital) -> str:
    words = [face.spoken.replace(", ", " · ", 1)]
    return " ".join([*words, vital.note]).strip()
