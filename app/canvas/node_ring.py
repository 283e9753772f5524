"""Which node the keyboard is at: the ring around it, and the words for who cannot see it."""

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QGraphicsView

from app.canvas.scene import CanvasScene
from engine.graph import NodeId


class NodeRing:
    """Shows the focus of one view at a node of its scene."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        self._view, self._scene = view, scene
        self._at: NodeId | None = None

    def show(self, name: NodeId | None) -> None:
        """Ring this node while the view has the focus, and say what it is."""
        wanted = name if self._view.hasFocus() else None
        for each, is_it in ((self._at, False), (wanted, True)):
            if each is not None and (item := self._scene.nodes.get(each)) is not None:
                item.show_mood(focused=is_it)
        if wanted != self._at:
            self._at = wanted
            self._scene.stirred.emit()
        at = self._scene.nodes.get(name) if name is not None else None
        words = at.face.spoken if at else ""
        if words != self._view.accessibleDescription():
            self._view.setAccessibleDescription(words)
            told = QAccessibleEvent(self._view, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(told)
