"""What each key does on the canvas, and where a walk by keyboard leads."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app import building
from engine.graph import Graph, GraphError, NodeId

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

FAR = 5  # steps of the grid with Shift held
PAN = 60  # px that an arrow moves the canvas by when nothing is selected

Key, Modifier = Qt.Key, Qt.KeyboardModifier
_ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


def press(view: "CanvasView", event: QKeyEvent) -> bool:
    """Do what a key asks for; whether it asks for something here."""
    key, held = Key(event.key()), event.modifiers()
    if key in _ARROWS:
        return _arrow(view, _ARROWS[key], held)
    if held & (Modifier.AltModifier | Modifier.MetaModifier):
        return False
    control = bool(held & Modifier.ControlModifier)
    action = (_with_control if control else _plain)(view).get(key)
    if action is None:
        return False
    action()
    return True


def _plain(view: "CanvasView") -> dict[Qt.Key, Callable[[], object]]:
    studio = view.studio
    return {
        Key.Key_Delete: lambda: building.delete_selection(studio),
        Key.Key_Backspace: lambda: building.delete_selection(studio),
        Key.Key_Escape: view.escape,
        Key.Key_F: view.fit,
        Key.Key_F2: view.rename_asked.emit,
        Key.Key_Plus: view.zoom_in,
        Key.Key_Equal: view.zoom_in,
        Key.Key_Minus: view.zoom_out,
        Key.Key_Return: view.inspect,
        Key.Key_Enter: view.inspect,
    }


def _with_control(view: "CanvasView") -> dict[Qt.Key, Callable[[], object]]:
    graph = view.studio.document.graph
    return {
        Key.Key_A: lambda: view.studio.select(graph.nodes, graph.edges),
        Key.Key_D: lambda: building.duplicate(view.studio),
        Key.Key_0: view.fit,
        Key.Key_Plus: view.zoom_in,
        Key.Key_Equal: view.zoom_in,
        Key.Key_Minus: view.zoom_out,
    }


def _arrow(view: "CanvasView", way: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
    across, down = way
    if held & Modifier.AltModifier:
        if view.cursor_node is not None:
            view.walk_to(beside(view.studio.document.graph, view.cursor_node, across, down))
    elif view.studio.nodes:
        far = FAR if held & Modifier.ShiftModifier else 1
        building.nudge(view.studio, across * far, down * far)
    else:
        view.camera.pan_by(-across * PAN, -down * PAN)
    return True


def next_in_order(graph: Graph, name: NodeId | None, step: int) -> NodeId | None:
    """The node after (or before) one along the network; None past its ends."""
    try:
        names = list(graph.order)
    except GraphError:
        names = list(graph.nodes)
    if not names:
        return None
    if name not in names:
        return names[0] if step > 0 else names[-1]
    place = names.index(name) + step
    return names[place] if 0 <= place < len(names) else None


def beside(graph: Graph, name: NodeId, across: int, down: int) -> NodeId | None:
    """The neighbour along a wire to the right or left; above or below, the node that stands nearest."""
    if across:
        wires = graph.outgoing.get(name, ()) if across > 0 else graph.incoming.get(name, ())
        ends = [edge.target if across > 0 else edge.source for edge in wires]
        return ends[0] if ends else None
    x, y = graph.nodes[name].position
    there = [
        (abs(other.position[0] - x) + abs(other.position[1] - y), other.id)
        for other in graph.nodes.values()
        if (other.position[1] - y) * down > 0
    ]
    return min(there)[1] if there else None
