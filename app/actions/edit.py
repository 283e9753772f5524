"""Commands that change the drawing or the selection."""

from app.action import Action, Stage
from app.building import delete_selection, duplicate
from app.studio import Studio


def _selected(studio: Studio) -> bool:
    return bool(studio.nodes or studio.wires)


def _one_selected(studio: Studio) -> bool:
    return studio.node is not None


def _select_all(stage: Stage) -> None:
    graph = stage.studio.graph
    stage.studio.select(graph.nodes, graph.edges)


ACTIONS = (
    Action(
        "edit.undo",
        "Undo",
        "Edit",
        "Take back the last change of the project.",
        lambda stage: stage.studio.document.undo_stack.undo(),
        ("Ctrl+Z",),
        "undo-2",
        lambda studio: studio.document.undo_stack.canUndo(),
    ),
    Action(
        "edit.redo",
        "Redo",
        "Edit",
        "Make the change again that was taken back.",
        lambda stage: stage.studio.document.undo_stack.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo-2",
        lambda studio: studio.document.undo_stack.canRedo(),
    ),
    Action(
        "edit.parameters",
        "Edit parameters",
        "Edit",
        "Put the cursor into the parameters of the selected layer.",
        lambda stage: stage.view.inspect(),
        icon="settings-2",
        enabled=_one_selected,
        rule=True,
        on_canvas=True,
        canvas_keys=("Return", "Enter"),
    ),
    Action(
        "edit.rename",
        "Rename",
        "Edit",
        "Give the selected layer another name.",
        lambda stage: stage.view.rename_selected(),
        ("F2",),
        "pencil",
        _one_selected,
        on_canvas=True,
    ),
    Action(
        "edit.duplicate",
        "Duplicate",
        "Edit",
        "Place copies of the selected layers beside them.",
        lambda stage: duplicate(stage.studio),
        ("Ctrl+D",),
        "copy",
        lambda studio: bool(studio.nodes),
        on_canvas=True,
    ),
    Action(
        "edit.delete",
        "Delete",
        "Edit",
        "Remove the selected layers and wires.",
        lambda stage: delete_selection(stage.studio),
        ("Del", "Backspace"),
        "trash-2",
        _selected,
        on_canvas=True,
    ),
    Action(
        "edit.select_all",
        "Select all",
        "Edit",
        "Select all layers and wires.",
        _select_all,
        ("Ctrl+A",),
        enabled=lambda studio: bool(studio.graph.nodes),
        rule=True,
    ),
)
