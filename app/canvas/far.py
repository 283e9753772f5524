"""The drawing from afar: patches and lines, drawn all at once where there is no room for more.

A node that is asked to draw itself costs as much for a patch as for a card; thousands of them would cost a frame each.
What stands where is gathered once and kept until something is stirred.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsView

from app.canvas.camera import Camera
from app.canvas.scene import CanvasScene
from app.canvas.wire_item import WireItem
from app.theme import ink

FAR = 0.25  # zooms below this are far
VERY_FAR, PALE = (
    0.1,
    0.55,
)  # zooms at which wires stand closer than nodes, and how strong they are then
_LEAST = 1.5  # px on the screen, the smallest side of a patch
_CROSS = 5.0  # px on the screen: a patch must be as large to bear the cross of an error


@dataclass(slots=True)
class _Gathered:
    """What there is to draw, by colour."""

    patches: dict[str, list[QRectF]] = field(default_factory=dict)
    frames: dict[str, list[QRectF]] = field(default_factory=dict)
    lines: dict[str, list[QLineF]] = field(default_factory=dict)
    bends: dict[str, QPainterPath] = field(default_factory=dict)
    bad: list[QRectF] = field(default_factory=list)
    off: list[QRectF] = field(default_factory=list)
    selected: list[QRectF] = field(default_factory=list)
    focused: list[QRectF] = field(default_factory=list)


class Afar(QObject):
    """Draws a scene from afar."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene, camera: Camera) -> None:
        super().__init__(view)
        self._view, self._scene, self._camera = view, scene, camera
        self._theme = scene.studio.theme
        self._known: _Gathered | None = None
        scene.stirred.connect(self._draw_again)
        camera.moved.connect(self._keep_distance)

    @property
    def holds(self) -> bool:
        """Whether the camera is so far away."""
        return self._camera.zoom < FAR

    def _draw_again(self) -> None:
        self._known = None
        if self.holds:
            self._view.viewport().update()

    def _keep_distance(self) -> None:
        """From afar every change is drawn by drawing all."""
        modes = QGraphicsView.ViewportUpdateMode
        wanted = modes.FullViewportUpdate if self.holds else modes.SmartViewportUpdate
        if wanted != self._view.viewportUpdateMode():
            self._view.setViewportUpdateMode(wanted)
            self._view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """Draw all of it; the painter's pixels are those of the scene."""
        known = self._known = self._known or self._gathered()
        tokens, zoom = self._theme.tokens, self._camera.zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pale = PALE if zoom < VERY_FAR else 1.0
        for colour, lines in known.lines.items():
            painter.setPen(QPen(ink(colour, pale if colour == tokens.wire else 1.0), 0))
            painter.drawLines(lines)
        for colour, path in known.bends.items():
            painter.setPen(QPen(ink(colour, pale if colour == tokens.wire else 1.0), 0))
            painter.drawPath(path)
        for colour, boxes in known.frames.items():
            painter.setPen(QPen(ink(colour), 0))
            painter.drawRects([_seen(box, zoom) for box in boxes])
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, boxes in known.patches.items():
            painter.setBrush(ink(colour, 0.8))
            painter.drawRects([_seen(box, zoom) for box in boxes])
        self._mark(painter, known, zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        out = 2.5 / zoom
        for boxes, style in (
            (known.selected, Qt.PenStyle.SolidLine),
            (known.focused, Qt.PenStyle.DashLine),
        ):
            pen = QPen(ink(tokens.accent), 1.5, style)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRects([_seen(box, zoom).adjusted(-out, -out, out, out) for box in boxes])

    def _mark(self, painter: QPainter, known: _Gathered, zoom: float) -> None:
        """What is wrong is crossed, what is switched off hollow: not told by its colour alone."""
        tokens = self._theme.tokens
        pen = QPen(ink(tokens.canvas), 1.5)
        pen.setCosmetic(True)
        painter.setPen(pen)
        crosses = [box for box in known.bad if box.width() * zoom >= _CROSS]
        for box in crosses:
            side = min(box.width(), box.height()) / 2 - 1 / zoom
            square = QRectF(0, 0, side, side)
            square.moveCenter(box.center())
            painter.drawLine(square.topLeft(), square.bottomRight())
            painter.drawLine(square.topRight(), square.bottomLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(tokens.canvas))
        rim = 1.5 / zoom
        painter.drawRects([box.adjusted(rim, rim, -rim, -rim) for box in known.off])

    def _gathered(self) -> _Gathered:
        found, tokens = _Gathered(), self._theme.tokens
        for item in self._scene.nodes.values():
            face, box = item.face, item.frame
            colour = tokens.bad if face.misfit else tokens.group(face.layer.group).hue
            boxes = found.frames if face.frame is not None else found.patches
            boxes.setdefault(colour, []).append(box)
            for marked, holds in (
                (found.bad, face.misfit is not None),
                (found.off, not face.enabled),
                (found.selected, item.mood.selected),
                (found.focused, item.mood.focused and not item.mood.selected),
            ):
                if holds:
                    marked.append(box)
        for wire in filter(WireItem.isVisible, self._scene.wires.values()):
            self._gather_wire(found, wire)
        return found

    def _gather_wire(self, found: _Gathered, wire: WireItem) -> None:
        tokens = self._theme.tokens
        colour = tokens.bad if wire.is_bad else tokens.accent if wire.selected else tokens.wire
        if wire.signal is not None and not wire.is_bad:
            colour = wire.signal.colour if wire.signal.is_good else tokens.bad
        if wire.is_straight:
            found.lines.setdefault(colour, []).append(QLineF(*wire.ends))
        else:
            found.bends.setdefault(colour, QPainterPath()).addPath(wire.line)


def _seen(box: QRectF, zoom: float) -> QRectF:
    """A box that is large enough to be seen."""
    least = _LEAST / zoom
    if box.width() >= least and box.height() >= least:
        return box
    grown = QRectF(0, 0, max(box.width(), least), max(box.height(), least))
    grown.moveCenter(QPointF(box.center()))
    return grown
