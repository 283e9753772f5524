"""What a drag from the palette carries, and where it lands on the canvas."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from app.canvas.gestures import DropLayer
from app.mime import LAYER
from engine.layer import Layer
from engine.layers import CATALOGUE

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


def carried(event: QDropEvent) -> Layer | None:
    """A layer of the kind that is being dragged, if it is one we know."""
    if not event.mimeData().hasFormat(LAYER):
        return None
    name = bytes(event.mimeData().data(LAYER).data()).decode(errors="replace")
    kind = CATALOGUE.get(name)
    return kind() if kind is not None else None


def enter(view: "CanvasView", event: QDragEnterEvent) -> None:
    """A drag comes in: a layer is taken into the hand, anything else is not for the canvas."""
    layer = carried(event)
    if layer is None:
        event.ignore()
        return
    view.hand.begin(DropLayer(view.studio, view.drawing, layer))
    event.acceptProposedAction()


def move(view: "CanvasView", event: QDragMoveEvent) -> None:
    """The layer is over another place."""
    if isinstance(view.hand.gesture, DropLayer):
        view.hand.move(event.position().toPoint(), view.place_of(event.position()))
        event.acceptProposedAction()


def leave(view: "CanvasView") -> None:
    """The layer goes elsewhere."""
    if isinstance(view.hand.gesture, DropLayer):
        view.hand.end(cancels=True)


def drop(view: "CanvasView", event: QDropEvent) -> None:
    """The layer lands under the pointer, wherever the drawing has been scrolled to meanwhile."""
    if not isinstance(view.hand.gesture, DropLayer):
        if (layer := carried(event)) is None:
            return
        view.hand.begin(DropLayer(view.studio, view.drawing, layer))
    if view.hand.gesture is not None:
        view.hand.gesture.move(view.place_of(event.position()))
    view.hand.end()
    event.acceptProposedAction()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
