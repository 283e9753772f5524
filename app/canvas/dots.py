"""The dots that run along all wires in view while training: one item, so that a tick draws no wire anew."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.canvas.wire_item import NO_DOTS, WireItem
from app.theme import Theme, ink

_WIDTH = 2.0  # px
_DASHES = [0.5, 5.5]  # in widths of the pen: dots 1 px long, 11 px apart


class Dots(QGraphicsItem):
    """Runs over wires that are drawn once and kept as pictures meanwhile."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.phase: float | None = None  # px that the dots have run; None while nothing flows
        self._wires: Sequence[WireItem] = ()
        self._lines: list[QPainterPath] = []
        self._path, self._bounds = QPainterPath(), QRectF()
        self.setZValue(1.5)  # above the wires, below the nodes
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def run(self, scene: QGraphicsScene, wires: Sequence[WireItem], phase: float) -> None:
        """Move them along these wires of a scene; they are in it while something flows."""
        if self.scene() is None:
            scene.addItem(self)
        self._follow(wires)
        self.phase = phase
        self._touch()

    def stop(self) -> None:
        """Take them away."""
        self._follow(())
        self.phase = None
        if (scene := self.scene()) is not None:
            scene.removeItem(self)

    def _touch(self) -> None:
        for wire in self._wires:
            for strip in wire.strips:
                self.update(strip)

    def _follow(self, wires: Sequence[WireItem]) -> None:
        lines = [wire.line for wire in wires]
        if len(lines) == len(self._lines) and all(map(_is, lines, self._lines)):
            return
        self.prepareGeometryChange()
        for wire in set(self._wires) ^ set(wires):
            kept = wire in wires
            mode = QGraphicsItem.CacheMode.DeviceCoordinateCache
            wire.setCacheMode(mode if kept else QGraphicsItem.CacheMode.NoCache)
        self._wires, self._lines, self._path = wires, lines, QPainterPath()
        for line in lines:
            self._path.addPath(line)
        self._bounds = self._path.controlPointRect().adjusted(-2, -2, 2, 2)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()  # nothing of it can be caught

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's signature)
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if self.phase is None or zoom < NO_DOTS:
            return
        pen = QPen(ink(self.theme.tokens.flow), _WIDTH)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern(_DASHES)
        pen.setDashOffset(-self.phase / _WIDTH)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(self._path, pen)


def _is(one: object, other: object) -> bool:
    return one is other
