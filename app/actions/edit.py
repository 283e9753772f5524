"""Commands that change the drawing or the selection."""

from app.action import Action, Stage
from app.bridging import can_bridge, delete_and_join
from app.building import delete_selection, duplicate
from app.studio import Studio


def _selected(studio: Studio) -> bool:
    return bool(studio.nodes or studio.wires)


def _one_selected(studio: Studio) -> bool:
    return studio.node is not None


def _one_end(studio: Studio) -> bool:
    return studio.node is not None or (len(studio.wires) == 1 and not studio.nodes)


def _some(studio: Studio) -> bool:
    return bool(studio.nodes)


def _has_wires(studio: Studio) -> bool:
    graph, name = studio.graph, studio.node
    return name is not None and (name in graph.incoming or name in graph.outgoing)


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
        "edit.add",
        "Add a layer…",
        "Edit",
        "Type a layer and its parameters, such as conv 6 5; it follows the selected layer, or goes into the wire.",
        lambda stage: stage.view.add(),
        ("Ins",),
        "plus",
        rule=True,
        on_canvas=True,
    ),
    Action(
        "edit.join",
        "Join to…",
        "Edit",
        "Draw a wire from the selected layer to one chosen from a list, or move an end of the selected wire.",
        lambda stage: stage.view.join_selected(),
        ("Ctrl+J",),
        "join",
        _one_end,
        on_canvas=True,
    ),
    Action(
        "edit.part",
        "Cut a wire of…",
        "Edit",
        "Take away one of the selected layer's wires, chosen from a list.",
        lambda stage: stage.view.part_selected(),
        ("Ctrl+Shift+J",),
        "part",
        _has_wires,
        on_canvas=True,
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
        "edit.cut",
        "Cut",
        "Edit",
        "Remove the selected layers and keep them for pasting.",
        lambda stage: stage.view.cut(),
        ("Ctrl+X",),
        "cut",
        _some,
        rule=True,
        on_canvas=True,
    ),
    Action(
        "edit.copy",
        "Copy",
        "Edit",
        "Keep the selected layers for pasting, here, in another window, or as text.",
        lambda stage: stage.view.copy(),
        ("Ctrl+C",),
        "copy",
        _some,
        on_canvas=True,
    ),
    Action(
        "edit.paste",
        "Paste",
        "Edit",
        "Put the layers of the clipboard at the pointer; the text of a project or template will do too.",
        lambda stage: stage.view.paste(),
        ("Ctrl+V",),
        "paste",
        on_canvas=True,
    ),
    Action(
        "edit.duplicate",
        "Duplicate",
        "Edit",
        "Place copies of the selected layers beside them.",
        lambda stage: duplicate(stage.studio),
        ("Ctrl+D",),
        "duplicate",
        _some,
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
        "edit.bridge",
        "Delete and join",
        "Edit",
        "Remove the selected layers and join their neighbours, where the shapes allow it.",
        lambda stage: delete_and_join(stage.studio),
        ("Ctrl+Del", "Ctrl+Backspace"),
        "bridge",
        can_bridge,
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
