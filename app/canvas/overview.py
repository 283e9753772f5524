"""The whole network, small: where one is, and a press or drag to go elsewhere."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas.camera import Camera
from app.canvas.scene import CanvasScene
from app.controls.surface import SHADOW_REACH, Floating
from app.studio import Studio
from app.theme import ink

LARGE, SMALL = QSize(176, 72), QSize(132, 56)
MANY = 200  # nodes, from which on their corners are not rounded
SOME = 40  # nodes, from which on they are drawn anew a little later
LATER_MS = 80  # until many are drawn anew: who edits looks at the canvas
_INSET = 8.0  # px around the drawing


class Overview(Floating):
    """`went` with the place of the scene that should be in the middle."""

    went = Signal(object)  # QPointF

    def __init__(self, studio: Studio, scene: CanvasScene, camera: Camera, parent: QWidget) -> None:
        super().__init__(studio.theme, parent)
        self._scene, self._camera = scene, camera
        self._picture: QPixmap | None = None  # the nodes, drawn once for each state of the project
        self._drawn: QRectF | None = None  # what they cover
        self.setAccessibleName("Overview of the network")
        self.setToolTip("Press or drag to go there")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self.forget)
        camera.moved.connect(self.update)
        scene.followed.connect(self._follow)
        scene.shifted.connect(self._later.start)  # once they have arrived
        studio.theme.changed.connect(self.forget)

    def fit_into(self, width: int) -> None:
        """Be large or small, as a canvas of this width has room."""
        size = LARGE if width >= 1100 else SMALL
        self.resize(size.width() + 2 * SHADOW_REACH, size.height() + 2 * SHADOW_REACH)

    def _follow(self) -> None:
        if len(self._scene.nodes) > SOME:
            self._later.start()
        else:
            self.forget()

    def hideEvent(self, event: QHideEvent) -> None:
        self._later.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.forget()

    def forget(self) -> None:
        """Draw the nodes anew: they have changed."""
        self._picture = self._drawn = None
        self.update()

    def scale(self) -> tuple[float, QPointF]:
        """Pixels of the map for a pixel of the scene, and where the scene's origin is on the map."""
        area, room = self._area(), self._room()
        scale = min(room.width() / area.width(), room.height() / area.height())
        return scale, room.center() - area.center() * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRectF(self.contentsRect()).adjusted(2, 2, -2, -2))
        scale, origin = self.scale()
        if self._picture is None:
            self._picture = self._draw_nodes(scale, origin)
        painter.drawPixmap(0, 0, self._picture)
        painter.setPen(QPen(ink(tokens.accent, 0.7), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        room = QRectF(self.contentsRect()).adjusted(4.5, 4.5, -4.5, -4.5)
        painter.drawRoundedRect(_mapped(self._camera.sees, scale, origin) & room, 4, 4)

    def _draw_nodes(self, scale: float, origin: QPointF) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap((QSizeF(self.size()) * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter, tokens = QPainter(picture), self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        boxes: dict[str, list[QRectF]] = {}
        for node in self._scene.nodes.values():
            box = _mapped(node.frame, scale, origin)
            if node.face.frame is not None:  # a line around what is inside
                _outline(painter, box, ink(tokens.group(node.face.layer.group).hue))
                continue
            box.setHeight(max(box.height(), 2.0))
            boxes.setdefault(tokens.group(node.face.layer.group).hue, []).append(box)
        for hue, alike in boxes.items():
            painter.setBrush(ink(hue, 0.8))
            if len(self._scene.nodes) > MANY:
                painter.drawRects(alike)
            for box in alike if len(self._scene.nodes) <= MANY else ():
                painter.drawRoundedRect(box, 1.5, 1.5)
        painter.end()
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def _go(self, point: QPointF) -> None:
        scale, origin = self.scale()
        self.went.emit((point - origin) / scale)

    def _room(self) -> QRectF:
        return QRectF(self.contentsRect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)

    def _area(self) -> QRectF:
        """What the map shows: all nodes, with a margin, however few they are."""
        if self._drawn is None:
            self._drawn = self._scene.drawn()
        if self._drawn.isEmpty():
            return self._camera.sees
        return self._drawn.adjusted(-20, -20, 20, 20)


def _outline(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.save()
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 1.5, 1.5)
    painter.restore()


def _mapped(box: QRectF, scale: float, origin: QPointF) -> QRectF:
    return QRectF(box.topLeft() * scale + origin, box.size() * scale)
