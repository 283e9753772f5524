"""Which node or wire the keyboard is at: the ring around a node, and the words for who cannot see it."""

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QGraphicsView

from app.canvas.scene import CanvasScene
from app.canvas.speech import Listing
from engine.graph import Edge, NodeId


class NodeRing:
    """Shows the focus of one view at a node of its scene; at a wire, that is selected, which shows it."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        self._view, self._scene = view, scene
        self._listing = Listing(view, scene)
        self._at: NodeId | None = None

    def show(self, name: NodeId | None, wire: Edge | None = None) -> None:
        """Ring this node, unless a wire is at hand, while the view has the focus, and say what it is."""
        wanted = name if self._view.hasFocus() and wire is None else None
        for each, is_it in ((self._at, False), (wanted, True)):
            if each is not None and (item := self._scene.nodes.get(each)) is not None:
                item.show_mood(focused=is_it)
        if wanted != self._at:
            self._at = wanted
            self._scene.stirred.emit()
        self._speak(wire or name)

    def _speak(self, key: NodeId | Edge | None) -> None:
        words = self._listing.words(key)
        if self._view.hasFocus() and key != self._listing.at:
            self._listing.move_to(key)
        if words != self._view.accessibleDescription():
            self._view.setAccessibleDescription(words)
            told = QAccessibleEvent(self._view, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(told)
