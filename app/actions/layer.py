"""Commands that mark layers, and that make groups of them."""

from app import homing, marking
from app.action import Action, Stage
from app.placing import home_of
from app.studio import Studio
from engine.graph import NodeId


def _learns(studio: Studio) -> bool:
    return any(marking.has_weights(studio, node) for node in marking.selected(studio))


def _frozen(studio: Studio) -> bool:
    nodes = marking.selected(studio)
    return bool(nodes) and all(node.frozen for node in nodes)


def _can_pass(studio: Studio) -> bool:
    return any(marking.can_pass(node) for node in marking.selected(studio))


def _off(studio: Studio) -> bool:
    nodes = [node for node in marking.selected(studio) if marking.can_pass(node)]
    return bool(nodes) and not any(node.enabled for node in nodes)


def _is_recurrent(studio: Studio) -> bool:
    nodes = marking.selected(studio)
    return len(nodes) == 1 and nodes[0].layer.group == "Recurrent"


def _has_kin(studio: Studio) -> bool:
    if studio.node is None:
        return False
    node = studio.graph.nodes[studio.node]
    kin = bool(marking.lenders(studio, node)) and marking.has_weights(studio, node)
    return kin or node.shares is not None


def _one(studio: Studio) -> bool:
    return studio.node is not None


def _is_group(studio: Studio) -> bool:
    return marking.is_group(studio.graph.nodes[studio.node] if studio.node else None)


def _has_groups(studio: Studio) -> bool:
    return any(marking.is_group(node) for node in marking.selected(studio))


def _is_folded_out(studio: Studio) -> bool:
    groups = [node for node in marking.selected(studio) if marking.is_group(node)]
    return bool(groups) and all(node.open for node in groups)


def _enter(stage: Stage) -> None:
    """Show the inside of a group; where that is in view, step into it."""
    studio = stage.studio
    if studio.node is None:
        return
    inside = marking.first_inside(studio, studio.node)
    if inside is None:
        studio.enter(studio.node)
    else:
        _step(studio, inside)


def _leave(stage: Stage) -> None:
    """Step out of a frame onto the group, or go back to the drawing that it stands in."""
    studio = stage.studio
    if _stands_in(studio):
        _step(studio, NodeId(home_of(studio.node or "")))
    else:
        studio.go(studio.path[:-1])


def _step(studio: Studio, name: NodeId) -> None:
    studio.select([name])
    studio.reveal.emit(name)


def _stands_in(studio: Studio) -> bool:
    return bool(studio.node and home_of(studio.node))


ACTIONS = (
    Action(
        "layer.group",
        "Group",
        "Layer",
        "Make one box of the selected layers, which can be repeated.",
        lambda stage: marking.group(stage.studio),
        ("Ctrl+G",),
        "group",
        marking.can_group,
        on_canvas=True,
    ),
    Action(
        "layer.ungroup",
        "Ungroup",
        "Layer",
        "Put the layers of a group in its place.",
        lambda stage: marking.ungroup(stage.studio),
        ("Ctrl+Shift+G",),
        "ungroup",
        _is_group,
        on_canvas=True,
    ),
    Action(
        "layer.open",
        "Open group",
        "Layer",
        "Show and edit what is inside a group on a page of its own; a double click does it too.",
        _enter,
        icon="log-in",
        enabled=_is_group,
        on_canvas=True,
        shortcuts=("Ctrl+Down",),
    ),
    Action(
        "layer.fold",
        "Open in place",
        "Layer",
        "Show what is inside the selected groups where they stand, within a frame; or close them again.",
        lambda stage: marking.fold(stage.studio, sorted(stage.studio.nodes)),
        ("Ctrl+Shift+O",),
        "chevron-down",
        enabled=_has_groups,
        is_on=_is_folded_out,
        on_canvas=True,
    ),
    Action(
        "layer.out",
        "Take out of the group",
        "Layer",
        "Put the selected layers outside of the group that they stand in, below its frame.",
        lambda stage: homing.take_out(stage.studio),
        ("Ctrl+Alt+Up",),
        enabled=lambda studio: homing.frame_around(studio) is not None,
        on_canvas=True,
    ),
    Action(
        "layer.into",
        "Put into the group beside",
        "Layer",
        "Put the selected layers into the group, open in place, that they are joined to.",
        lambda stage: homing.put_in(stage.studio),
        ("Ctrl+Alt+Down",),
        enabled=lambda studio: homing.frame_beside(studio) is not None,
        on_canvas=True,
    ),
    Action(
        "layer.unroll",
        "Unroll over its steps",
        "Layer",
        "Show a recurrent layer as a chain of copies, and the inside of one; a double click does it too.",
        lambda stage: stage.show_panel("Unrolled", shown=True),
        icon="group-recurrent",
        enabled=_is_recurrent,
        on_canvas=True,
    ),
    Action(
        "layer.leave",
        "Leave group",
        "Layer",
        "Go back to the drawing that the group stands in.",
        _leave,
        ("Ctrl+Up",),
        enabled=lambda studio: bool(studio.path) or _stands_in(studio),
    ),
    Action(
        "layer.freeze",
        "Freeze weights",
        "Layer",
        "Let the weights of the selected layers stay as they are.",
        lambda stage: marking.freeze(stage.studio, frozen=not _frozen(stage.studio)),
        shortcuts=("Ctrl+Shift+F",),
        icon="snowflake",
        enabled=_learns,
        is_on=_frozen,
        rule=True,
        on_canvas=True,
    ),
    Action(
        "layer.disable",
        "Switch off",
        "Layer",
        "Pass on what comes in, as if the selected layers were not there.",
        lambda stage: marking.switch(stage.studio, enabled=_off(stage.studio)),
        shortcuts=("Ctrl+E",),
        icon="ban",
        enabled=_can_pass,
        is_on=_off,
        on_canvas=True,
    ),
    Action(
        "layer.share",
        "Share weights with…",
        "Layer",
        "Use the weights of another layer of the same kind.",
        lambda stage: stage.view.share_selected(),
        icon="link",
        enabled=_has_kin,
        on_canvas=True,
    ),
    Action(
        "layer.comment",
        "Comment",
        "Layer",
        "Write something on the selected layer.",
        lambda stage: stage.view.comment_selected(),
        icon="message-square",
        enabled=_one,
        on_canvas=True,
    ),
)
