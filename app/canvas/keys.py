"""What keys do on the canvas beside the commands of the window, and where a walk by keyboard leads."""

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app import building
from app.action import Action
from app.actions import ACTIONS
from engine.graph import Graph, GraphError, NodeId

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

FAR = 5  # steps of the grid with Shift held
PAUSE = 1.0  # s without a nudge after which the next one is another step to undo
PAN = 60  # px that an arrow moves the canvas by when nothing is selected

HELD = (
    ("Next layer along the network", "Tab"),
    ("Layer before", "Shift+Tab"),
    ("Neighbour that way, with any arrow", "Alt+Right"),
    ("Move the selection, or the canvas", "Right"),
    ("Move the selection far", "Shift+Right"),
    ("Drag the canvas with the mouse", "Space"),
    ("Add a layer: type its name, and its parameters", "A"),
    ("Parameters of the selected layer: type the first", "1"),
    ("Cut wires with a stroke of the mouse", "Alt"),
    ("Let go, or select nothing", "Esc"),
)
"""What keys do on the canvas that is no command, in words, for the page of keys."""

Key, Modifier = Qt.Key, Qt.KeyboardModifier
_COMMANDS = {
    QKeySequence(key).toString(): action for action in ACTIONS for key in action.canvas_keys
}
_ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


class Bursts:
    """Numbers nudges: those that follow one another without a pause have one number."""

    def __init__(self) -> None:
        self._number, self._last = 0, float("-inf")

    def number(self) -> int:
        """The number of the burst that a nudge belongs to which is made now."""
        now = monotonic()
        self._number += now - self._last > PAUSE
        self._last = now
        return self._number


def press(view: "CanvasView", event: QKeyEvent) -> bool:
    """Do what a key asks for; whether it asks for something here."""
    key, held = Key(event.key()), event.modifiers()
    if key in _ARROWS:
        return _arrow(view, _ARROWS[key], held)
    if held & (Modifier.AltModifier | Modifier.MetaModifier | Modifier.ControlModifier):
        return False
    if key == Key.Key_Escape:
        view.escape()
    elif (action := _COMMANDS.get(QKeySequence(key).toString())) is not None:
        _command(view, action)
    elif _is_typing(view, event.text()):
        view.typed.emit(event.text())
    else:
        return False
    return True


def _is_typing(view: "CanvasView", text: str) -> bool:
    """Whether a key begins the name of a layer, or a parameter of the one that is selected."""
    return text.isalpha() or (text.isdigit() and view.studio.node is not None)


def _command(view: "CanvasView", action: Action) -> None:
    """Ask for a command; one that wants a layer is about the one where the keyboard is."""
    if not action.enabled(view.studio) and view.cursor_node is not None:
        view.studio.select([view.cursor_node])
    view.commanded.emit(action.id)


def _arrow(view: "CanvasView", way: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
    across, down = way
    if held & Modifier.AltModifier:
        if view.cursor_node is not None:
            view.walk_to(beside(view.studio.graph, view.cursor_node, across, down))
    elif view.studio.nodes:
        far = FAR if held & Modifier.ShiftModifier else 1
        building.nudge(view.studio, across * far, down * far, view.bursts.number())
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
