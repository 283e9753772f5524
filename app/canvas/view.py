"""The view: turns presses, keys, wheels and drags into gestures and moves of the camera, and draws the ground.

It holds what the pointer is over and which gesture is going on; nothing else.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QWidget

from app.canvas import ground, keys, landing
from app.canvas.camera import STEP, Camera
from app.canvas.draw_wire import draw_hanging
from app.canvas.far import Afar
from app.canvas.gestures import Pan
from app.canvas.hand import Hand
from app.canvas.menu import open_menu
from app.canvas.ports import PortRef
from app.canvas.scene import CanvasScene
from app.canvas.walk import Bursts, Walk
from app.studio import Studio
from engine.graph import Group, NodeId

_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class CanvasView(QGraphicsView):
    """What is pressed, typed and dropped on the drawing."""

    inspect_asked = Signal()  # Enter or a double click: the layer's form should get the focus
    commanded = Signal(str)  # the id of a command
    typed = Signal(str)  # a letter that begins the name of a layer, or a digit of a parameter
    hung = Signal(object, QPointF)  # a new wire from a port was let go over empty space
    pointed = Signal(QPointF)  # a double click on empty space

    def __init__(self, studio: Studio, scene: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.studio, self.drawing = studio, scene
        self.camera = Camera(self)
        studio.document.in_view = self._in_view
        self.hand = Hand(studio, self, scene, self.camera, self.hung.emit)
        self.bursts, self.walk = Bursts(), Walk(studio, self, scene)
        self._hanging: tuple[PortRef, QPointF] | None = None  # a wire that waits for its layer
        self._afar = Afar(self, scene, self.camera)
        self._prepare()
        studio.theme.changed.connect(self._dress)
        self.walk.arrived.connect(self.reveal)
        studio.reveal.connect(self.reveal)
        scene.followed.connect(self._let_go)

    def _prepare(self) -> None:
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Network canvas")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)

    # -- the camera -------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole network."""
        self.camera.fit(self.drawing.drawn())

    def _in_view(self) -> list[NodeId]:
        """The whole names of the nodes that are seen."""
        names = (item.name for item in self.drawing.nodes_in(self.camera.sees))
        return [self.studio.full_name(name) for name in names]

    def zoom_in(self) -> None:
        """Show it larger."""
        self.camera.zoom_by(STEP)

    def zoom_out(self) -> None:
        """Show it smaller."""
        self.camera.zoom_by(1 / STEP)

    def reveal(self, name: str) -> None:
        """Bring a node into view and make it the one the keyboard is at."""
        if (item := self.drawing.nodes.get(NodeId(name))) is not None:
            self.walk.node = item.name
            self.camera.reveal(item.frame)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera.turn(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.camera.zoom_by(1 + event.value(), event.position().toPoint())
            return True
        if event.type() == QEvent.Type.Leave:
            self.hand.hover(None, None)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.camera.follows_fit:
            self.fit()
        else:
            grown = event.size() - event.oldSize()
            self.camera.pan_by(grown.width() / 2, grown.height() / 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.camera.follows_fit:
            self.fit()

    # -- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.hand.gesture is not None:
            return
        point, left = event.position().toPoint(), event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self.hand.grabs):
            self.hand.begin(Pan(self.camera, point))
        elif left:
            self._press_left(event, point)

    def _press_left(self, event: QMouseEvent, point: QPoint) -> None:
        held, place = event.modifiers(), self.place_of(event.position())
        if held & Qt.KeyboardModifier.AltModifier or held & _ADDING == _ADDING:
            self.hand.cut(place)
        else:
            self.hand.press(point, place, adds=bool(held & _ADDING))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event.position().toPoint(), self.place_of(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(self.place_of(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_of(event.position())
        node = self.drawing.node_at(place)
        empty = node is None and self.drawing.wire_at(place) is None
        if empty and self.drawing.port_at(place) is None and not self.hand.grabs:
            self.pointed.emit(place)
        elif node is None or node.on_button(place):
            self.mousePressEvent(event)
        elif isinstance(node.face.layer, Group):
            self.studio.enter(node.name)
        else:
            self.studio.select([node.name])
            self.inspect_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.hand.select_under(self.mapToScene(event.pos()))
        open_menu(self, event.globalPos())

    def escape(self) -> None:
        """Drop the gesture; without one, the selection; without that, leave the group that is open."""
        if self.hand.gesture is not None:
            self.hand.end(cancels=True)
        elif self.studio.nodes or self.studio.wires or not self.studio.path:
            self.studio.select()
        else:
            self.studio.go(self.studio.path[:-1])

    def _let_go(self) -> None:
        self.hand.let_go()

    def place_of(self, point: QPointF) -> QPointF:
        """A point of the view as a place in the scene, not rounded to whole pixels."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(point)

    # -- layers from the palette ------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        landing.enter(self, event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        landing.move(self, event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        landing.leave(self)

    def dropEvent(self, event: QDropEvent) -> None:
        landing.drop(self, event)

    # -- the keyboard -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat() and self.hand.gesture is None:
                self._grab(True)
        elif not keys.press(self, event):
            event.ignore()

    def _grab(self, is_held: bool) -> None:
        self.hand.grabs = is_held
        if self.hand.gesture is None:
            self.hand.show_cursor()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._grab(False)
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 (Qt's name)
        """Tab walks from node to node; past the last one it leaves the canvas."""
        if not self.hasFocus():  # Qt asks too when a child that had the focus goes
            return super().focusNextPrevChild(next)
        return self.walk.along(1 if next else -1) or super().focusNextPrevChild(next)

    def inspect(self) -> None:
        """Ask for the form of the selected node."""
        if self.studio.node is None and self.walk.node is not None:
            self.studio.select([self.walk.node])
        if self.studio.node is not None:
            self.inspect_asked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.walk.show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._grab(False)
        self.walk.show()

    # -- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """From afar all is drawn at once, and nothing is asked of the items."""
        if not self._afar.holds:
            super().paintEvent(event)
            return
        painter, seen = QPainter(self.viewport()), self.camera.sees
        painter.setClipRegion(event.region())
        painter.setWorldTransform(self.viewportTransform())
        self.drawBackground(painter, seen)
        self._afar.paint(painter)
        self.drawForeground(painter, seen)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        ground.paint(painter, QRectF(rect), self.studio.theme.tokens, self.camera.zoom)

    def drawForeground(self, painter: QPainter, _rect: QRectF | QRect) -> None:
        if self.hand.gesture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.hand.gesture.paint(painter, self.studio.theme.tokens)
        elif self._hanging is not None:
            port, place = self._hanging
            draw_hanging(painter, self.studio.theme.tokens, self.drawing, port, place)

    def show_hanging(self, port: PortRef | None, place: QPointF) -> None:
        """Show a wire from a port that ends in empty space, or none."""
        self._hanging = (port, place) if port is not None else None
        self.viewport().update()

    def _dress(self) -> None:
        self.resetCachedContent()
        self.viewport().update()
