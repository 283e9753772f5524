"""Commands that group nodes, mark them, and let them share weights."""

from collections.abc import Callable

from app.action import Action, Stage
from app.structuring import (
    can_group,
    can_part,
    can_share,
    can_ungroup,
    group,
    part,
    share,
    toggle_enabled,
    toggle_frozen,
    ungroup,
)
from app.studio import Studio
from engine.graph import GraphError


def _edit(change: Callable[[Studio], None]) -> Callable[[Stage], None]:
    """The change on the stage; what cannot be is said where the person looks."""

    def run(stage: Stage) -> None:
        try:
            change(stage.studio)
        except GraphError as error:
            stage.studio.say(str(error))

    return run


def _any(studio: Studio) -> bool:
    return bool(studio.nodes)


ACTIONS = (
    Action(
        "edit.group",
        "Group",
        "Edit",
        "Put the selected layers into one box, which can be repeated.",
        _edit(group),
        ("Ctrl+G",),
        "group",
        can_group,
        rule=True,
        on_canvas=True,
    ),
    Action(
        "edit.ungroup",
        "Ungroup",
        "Edit",
        "Put the layers of the selected group back into the drawing.",
        _edit(ungroup),
        ("Ctrl+Shift+G",),
        "layers",
        can_ungroup,
        on_canvas=True,
    ),
    Action(
        "edit.freeze",
        "Freeze or unfreeze weights",
        "Edit",
        "Keep the weights of the selected layers as they are while training, or let them learn again.",
        _edit(toggle_frozen),
        ("Ctrl+Shift+F",),
        "lock",
        _any,
        on_canvas=True,
    ),
    Action(
        "edit.disable",
        "Switch off or on",
        "Edit",
        "Let what comes into the selected layers pass as it is, or switch them on again.",
        _edit(toggle_enabled),
        ("Ctrl+E",),
        "power",
        _any,
        on_canvas=True,
    ),
    Action(
        "edit.share",
        "Share weights",
        "Edit",
        "Let the selected layers of one kind use the weights of the first of them.",
        _edit(share),
        ("Ctrl+Shift+W",),
        "link",
        can_share,
        on_canvas=True,
    ),
    Action(
        "edit.part",
        "Part weights",
        "Edit",
        "Give the selected layers weights of their own again.",
        _edit(part),
        icon="link",
        enabled=can_part,
        on_canvas=True,
    ),
)
