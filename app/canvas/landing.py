"""What a drag from the palette carries."""

from PySide6.QtGui import QDropEvent

from app.mime import LAYER
from engine.layer import Layer
from engine.layers import CATALOGUE


def carried(event: QDropEvent) -> Layer | None:
    """A layer of the kind that is being dragged, if it is one we know."""
    if not event.mimeData().hasFormat(LAYER):
        return None
    name = bytes(event.mimeData().data(LAYER).data()).decode(errors="replace")
    kind = CATALOGUE.get(name)
    return kind() if kind is not None else None
