"""A field over a node's title, to give it another name. Says why a name cannot be."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app import building
from app.canvas.view import CanvasView
from app.placing import own_name
from app.studio import Studio
from engine.graph import GraphError, NodeId

_LEAST = 140  # px wide


class NameField(QLineEdit):
    """Enter gives the name, Escape leaves the old one, as does going elsewhere."""

    def __init__(self, studio: Studio, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._studio, self._view = studio, view
        self._name = NodeId("")
        self.setFont(studio.theme.font("title"))
        self.setAccessibleName("Name of the layer")
        self.hide()
        view.camera.moved.connect(self._leave)

    def ask(self, name: NodeId) -> None:
        """Ask for another name of this node."""
        item = self._view.drawing.nodes[name]
        self._view.camera.reveal(item.frame)
        corner = self._view.mapFromScene(item.frame.topLeft())
        wide = self._view.mapFromScene(item.frame.topRight()).x() - corner.x()
        self._name = name
        self.setText(own_name(name))
        self.setGeometry(corner.x() - 2, corner.y() - 2, max(_LEAST, wide + 4), 28)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            self._view.hand.bubble.hide()
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._view.hand.bubble.hide()
        self.hide()

    def _take(self) -> None:
        try:
            building.rename(self._studio, self._name, self.text().strip())
        except GraphError as error:
            self._view.hand.bubble.say(str(error), self.geometry().bottomLeft() - QPoint(12, 8))
            return
        self._leave()

    def _leave(self) -> None:
        if self.isVisible():
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)  # which hides this
