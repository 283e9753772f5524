"""Commands to find one's way with, in the drawing and in what was done."""

from app.action import Action
from app.studio import Studio


def _selected(studio: Studio) -> bool:
    return bool(studio.nodes)


def _several(studio: Studio) -> bool:
    return len(studio.graph.nodes) > 1


ACTIONS = (
    Action(
        "find.node",
        "Find in the drawing…",
        "View",
        "Find layers by name, kind, parameter or shape: conv, kernel 5, units>100, 28×28, →10.",
        lambda stage: stage.view.search(),
        ("Ctrl+F",),
        "search",
        lambda studio: bool(studio.graph.nodes),
        rule=True,
        on_canvas=True,
    ),
    Action(
        "find.selection",
        "Zoom to the selection",
        "View",
        "Show the selected layers as large as they go.",
        lambda stage: stage.view.show_selection(),
        icon="maximize",
        enabled=_selected,
        on_canvas=True,
        canvas_keys=("End",),
    ),
    Action(
        "find.tidy",
        "Tidy up",
        "View",
        "Put all layers, or those selected, into columns along the wires. Who stands above whom stays.",
        lambda stage: stage.view.tidy(),
        ("Ctrl+T",),
        "layers",
        _several,
        on_canvas=True,
    ),
    Action(
        "find.untangle",
        "Tidy up with the fewest crossings",
        "View",
        "The same, with the layers of a column in the order in which the fewest wires cross.",
        lambda stage: stage.view.tidy(shuffles=True),
        ("Ctrl+Shift+T",),
        enabled=_several,
    ),
    Action(
        "find.history",
        "History",
        "Edit",
        "Show every step that was done, to go back and forth in.",
        lambda stage: stage.show_panel("History", True),  # noqa: FBT003 - the command's own value
        ("Ctrl+Alt+Z",),
        "rotate-ccw",
    ),
)
