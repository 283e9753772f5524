"""The drawing for screen readers: every node and every wire is a child of the canvas, with a name, a state and a place.

Items of a scene have no place in Qt's tree of what can be read aloud. Each gets a small object that stands for it,
made when a reader first asks, and gone with its item.
"""

from collections.abc import Iterator
from functools import cache

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QAccessibleObject
from PySide6.QtWidgets import QAccessibleWidget, QGraphicsView

from app.canvas.scene import CanvasScene
from engine.graph import Edge, GraphError, NodeId

Key = NodeId | Edge
Asked = QAccessible.Text


class Listing(QObject):
    """What stands for the nodes and wires of one view; `at` is what the keyboard is at."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        super().__init__(view)
        self.view, self.scene = view, scene
        self.at: Key | None = None
        self._made: dict[Key, Stand] = {}
        scene.followed.connect(self._forget_gone)
        scene.emptied.connect(self._forget_gone)
        _teach()

    @property
    def keys(self) -> list[Key]:
        """The nodes along the network, then the wires."""
        graph = self.scene.studio.graph
        try:
            names = [name for name in graph.order if name in self.scene.nodes]
        except GraphError:
            names = list(self.scene.nodes)
        return [*names, *self.scene.wires]

    def of(self, key: Key) -> QAccessibleInterface:
        """What a screen reader is told of a node or a wire."""
        if key not in self._made:
            self._made[key] = Stand(self, key)
        return QAccessible.queryAccessibleInterface(self._made[key])

    def move_to(self, key: Key | None) -> None:
        """The keyboard is here now: what is there is read aloud."""
        self.at = key
        if key is not None and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self.of(key), QAccessible.Event.Focus))

    def words(self, key: Key | None) -> str:
        """A node or a wire in words."""
        if isinstance(key, Edge):
            item = self.scene.wires.get(key)
            flows = f", {item.words}" if item and item.words else ""
            bad = ", does not fit" if item and item.is_bad else ""
            signal = item.signal.words if item and item.signal else ""
            back = f", error signal {signal}" if signal else ""
            return f"Wire from {key.source} to {key.target}{flows}{bad}{back}" if item else ""
        node = self.scene.nodes.get(key) if key else None
        return node.face.spoken if node else ""

    def beside(self, key: Key) -> str:
        """Where the wires of a node lead, in words."""
        if isinstance(key, Edge):
            return ""
        graph = self.scene.studio.graph
        came = ", ".join(edge.source for edge in graph.incoming.get(key, ()))
        goes = ", ".join(edge.target for edge in graph.outgoing.get(key, ()))
        return ". ".join(filter(None, (came and f"From {came}", goes and f"To {goes}")))

    def place(self, key: Key) -> QRect:
        """Where it is on the screen."""
        if isinstance(key, Edge):
            box = self.scene.wires[key].reach if key in self.scene.wires else None
        else:
            box = self.scene.nodes[key].frame if key in self.scene.nodes else None
        if box is None:
            return QRect()
        seen = self.view.mapFromScene(box).boundingRect()
        return QRect(self.view.viewport().mapToGlobal(seen.topLeft()), seen.size())

    def _forget_gone(self) -> None:
        for key in [
            k for k in self._made if k not in self.scene.nodes and k not in self.scene.wires
        ]:
            self._made.pop(key).deleteLater()


class Stand(QObject):
    """Stands for a node or a wire."""

    def __init__(self, listing: Listing, key: Key) -> None:
        super().__init__(listing)
        self.listing, self.key = listing, key


class _Item(QAccessibleObject):
    """A node or a wire as it is read aloud."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(stand)
        self._listing, self._key = stand.listing, stand.key

    def text(self, asked: QAccessible.Text) -> str:
        if asked == Asked.Name:
            return self._listing.words(self._key)
        return self._listing.beside(self._key) if asked == Asked.Description else ""

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        return self._listing.place(self._key)

    def state(self) -> QAccessible.State:
        listing, state = self._listing, QAccessible.State()
        studio, view = listing.scene.studio, listing.view
        state.focusable = state.selectable = True
        state.focused = listing.at == self._key and view.hasFocus()
        state.selected = self._key in studio.nodes or self._key in studio.wires
        area = QRect(view.viewport().mapToGlobal(QPoint()), view.viewport().size())
        state.offscreen = not area.intersects(self.rect())
        return state

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._listing.view)

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1


class _Canvas(QAccessibleWidget):
    """The canvas: its widgets as Qt knows them, then the nodes and wires."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(listing.view, QAccessible.Role.Canvas, "")
        self._listing = listing

    def childCount(self) -> int:
        return (
            super().childCount() + len(self._listing.scene.nodes) + len(self._listing.scene.wires)
        )

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        own = super().childCount()
        if index < own:
            return super().child(index)
        keys = self._listing.keys
        return self._listing.of(keys[index - own]) if index - own < len(keys) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        stand = child.object() if child is not None else None
        if isinstance(stand, Stand):
            keys = self._listing.keys
            return super().childCount() + keys.index(stand.key) if stand.key in keys else -1
        return super().indexOfChild(child)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view, scene = self._listing.view, self._listing.scene
        place: QPointF = view.mapToScene(view.viewport().mapFromGlobal(QPoint(x, y)))
        node = scene.node_at(place)
        key = node.name if node is not None else scene.wire_at(place)
        return self._listing.of(key) if key is not None else super().childAt(x, y)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        at = self._listing.at
        known = at in self._listing.scene.nodes or at in self._listing.scene.wires
        return self._listing.of(at) if at is not None and known else super().focusChild()


def _told(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    """Qt asks for everything that has a place in the tree; what is not ours is left to it."""
    if isinstance(thing, Stand):
        return _Item(thing)
    if isinstance(thing, QGraphicsView):
        listing: Iterator[Listing] = (c for c in thing.children() if isinstance(c, Listing))
        if (found := next(listing, None)) is not None:
            return _Canvas(found)
    return None


@cache
def _teach() -> None:
    """Once for the whole program: Qt keeps the function for ever."""
    QAccessible.installFactory(_told)
