"""Where the view looks: zoom and place, always finite, always within bounds."""

from math import isfinite

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QTransform, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

NEAREST, FARTHEST = 4.0, 0.02  # zooms
WHEEL = 1.0015  # zoom of one eighth of a degree: a notch of 120 is about a fifth
FAST = 2400  # eighths of a degree in one event, at most
STEP = 1.25  # of a press of + or −
MARGIN_X, MARGIN_Y = 24.0, 56.0  # px that a fit leaves free: the overlays are there
WORLD = 1e6  # px each way that can be looked at


class Camera(QObject):
    """Moves one view; `moved` whenever it looks elsewhere."""

    moved = Signal()

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self.follows_fit = True  # until a person zooms or pans
        view.setSceneRect(-WORLD, -WORLD, 2 * WORLD, 2 * WORLD)
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.horizontalScrollBar().valueChanged.connect(self.moved)
        view.verticalScrollBar().valueChanged.connect(self.moved)

    @property
    def zoom(self) -> float:
        """Pixels on the screen for a pixel of the scene."""
        return self._view.transform().m11()

    @property
    def middle(self) -> QPointF:
        """The place in the scene at the middle of the view."""
        return self._view.mapToScene(self._view.viewport().rect().center())

    @property
    def sees(self) -> QRectF:
        """What of the scene is in view."""
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def zoom_by(self, factor: float, about: QPoint | None = None) -> None:
        """Zoom, keeping what is at a place of the view (its middle unless given) where it is."""
        if isfinite(factor) and factor > 0:
            self.follows_fit = False
            self._zoom_to(self.zoom * factor, about or self._view.viewport().rect().center())

    def _zoom_to(self, zoom: float, about: QPoint) -> None:
        bounded = min(NEAREST, max(FARTHEST, zoom)) if isfinite(zoom) else 1.0
        held = self._view.mapToScene(about)
        self._view.setTransform(QTransform.fromScale(bounded, bounded))
        self._scroll(self._view.mapFromScene(held) - about)
        self.moved.emit()

    def pan_by(self, across: float, down: float) -> None:
        """Move what is seen by pixels of the screen."""
        self.follows_fit = False
        self._scroll(QPoint(-round(across), -round(down)))

    def turn(self, event: QWheelEvent) -> None:
        """Heed a wheel, which zooms, or two fingers, which pan."""
        turn, pixels = event.angleDelta(), event.pixelDelta()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_pad = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        if is_pad and not control:
            self.pan_by(pixels.x(), pixels.y())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(turn.y() or turn.x(), 0)
        else:
            self.zoom_by(WHEEL ** max(-FAST, min(FAST, turn.y())), event.position().toPoint())
        event.accept()

    def centre_on(self, place: QPointF) -> None:
        """Bring a place of the scene to the middle."""
        if isfinite(place.x()) and isfinite(place.y()):
            self._scroll(self._view.mapFromScene(place) - self._view.viewport().rect().center())

    def fit(self, area: QRectF) -> None:
        """Show an area as large as it goes, at 100 % at most."""
        self.follows_fit = True
        room = self._view.viewport().rect()
        zoom = 1.0
        if not area.isEmpty():
            across = (room.width() - 2 * MARGIN_X) / area.width()
            down = (room.height() - 2 * MARGIN_Y) / area.height()
            zoom = min(1.0, across, down)
        self._zoom_to(max(zoom, FARTHEST), room.center())
        self.centre_on(area.center())

    def close_in(self, area: QRectF) -> None:
        """Show an area in the middle, as large as it goes; who looks at a part does not follow the whole."""
        self.fit(area)
        self.follows_fit = False

    def reveal(self, area: QRectF) -> None:
        """Scroll as little as is needed for an area to be seen; of a larger one its upper left, where its name is."""
        margin = 40 / self.zoom
        wanted, seen = area.adjusted(-margin, -margin, margin, margin), self.sees
        wanted.setSize(wanted.size().boundedTo(seen.size()))
        if seen.contains(wanted):
            return
        right = max(0.0, wanted.right() - seen.right()) or min(0.0, wanted.left() - seen.left())
        down = max(0.0, wanted.bottom() - seen.bottom()) or min(0.0, wanted.top() - seen.top())
        self._scroll(QPoint(round(right * self.zoom), round(down * self.zoom)))

    def _scroll(self, by: QPoint) -> None:
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())
