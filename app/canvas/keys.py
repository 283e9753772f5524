"""What keys do on the canvas beside the commands of the window, and where a walk by keyboard leads."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app import building
from app.action import Action
from app.actions import ACTIONS

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

FAR = 5  # steps of the grid with Shift held
PAN = 60  # px that an arrow moves the canvas by when nothing is selected

HELD = (
    ("Next layer along the network", "Tab"),
    ("Layer before", "Shift+Tab"),
    ("Along a wire, with any arrow; where it branches, choose", "Alt+Right"),
    ("Onto a wire: keys cut it, move an end, put a layer into it", "Alt+Shift+Right"),
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
    if not action.enabled(view.studio) and view.walk.node is not None:
        view.studio.select([view.walk.node])
    view.commanded.emit(action.id)


def _arrow(view: "CanvasView", way: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
    across, down = way
    if held & Modifier.AltModifier:
        view.walk.step(across, down, onto_wire=bool(held & Modifier.ShiftModifier))
    elif view.studio.nodes:
        far = FAR if held & Modifier.ShiftModifier else 1
        building.nudge(view.studio, across * far, down * far, view.bursts.number())
    else:
        view.camera.pan_by(-across * PAN, -down * PAN)
    return True
