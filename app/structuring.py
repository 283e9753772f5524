"""What a wish becomes that changes how nodes stand to one another: groups, shared weights, and the marks of nodes.

Each is a pure edit of the drawing and one step that can be undone. What cannot be is a GraphError with the reason.
"""

from app.placing import snapped
from app.studio import Studio
from engine.graph import Graph, Group, Node, NodeId, grouped, ungrouped
from engine.layer import Weighted
from engine.layers.data import Input


def chosen(studio: Studio) -> list[Node]:
    """The selected nodes, in the order in which they were placed."""
    graph = studio.document.graph
    return [node for name, node in graph.nodes.items() if name in studio.nodes]


def group(studio: Studio) -> None:
    """Put the selected nodes into a group, and select it."""
    graph = studio.document.graph
    after = grouped(graph, [node.id for node in chosen(studio)])
    name = next(name for name in after.nodes if name not in graph.nodes)
    x, y = snapped(after.nodes[name].position)
    studio.document.edit(f"Group {len(studio.nodes)} layers", after.move({name: (x, y)}))
    studio.select([name])


def can_group(studio: Studio) -> bool:
    """Whether anything is selected that can stand in a group."""
    return any(not isinstance(node.layer, Input) for node in chosen(studio))


def ungroup(studio: Studio) -> None:
    """Put what is inside the selected groups in their place, and select it."""
    before = after = studio.document.graph
    groups = [node.id for node in chosen(studio) if isinstance(node.layer, Group)]
    if not groups:
        return
    for name in groups:
        after = ungrouped(after, name)
    studio.document.edit(f"Ungroup {', '.join(groups)}", after)
    studio.select([name for name in after.nodes if name not in before.nodes])


def can_ungroup(studio: Studio) -> bool:
    """Whether a group is selected."""
    return any(isinstance(node.layer, Group) for node in chosen(studio))


def toggle_frozen(studio: Studio) -> None:
    """Freeze the weights of the selected nodes; if all are frozen, let them learn again."""
    nodes = chosen(studio)
    frozen = not all(node.frozen for node in nodes)
    _mark(studio, "Freeze" if frozen else "Unfreeze", frozen=frozen)


def toggle_enabled(studio: Studio) -> None:
    """Switch the selected nodes off; if all are off, on again."""
    nodes = chosen(studio)
    enabled = not any(node.enabled for node in nodes)
    _mark(studio, "Switch on" if enabled else "Switch off", enabled=enabled)


def _mark(studio: Studio, text: str, **marks: bool) -> None:
    names = [node.id for node in chosen(studio)]
    if not names:
        return
    said = names[0] if len(names) == 1 else f"{len(names)} layers"
    studio.document.edit(f"{text} {said}", studio.document.graph.change(*names, **marks))


def share(studio: Studio) -> None:
    """Let the selected nodes use the weights of the first of them."""
    if not can_share(studio):
        return
    first, *others = chosen(studio)
    after: Graph = studio.document.graph
    for node in others:
        after = after.share(node.id, first.id)
    studio.document.edit(f"Share the weights of {first.shares or first.id}", after)


def can_share(studio: Studio) -> bool:
    """Whether several nodes of one kind with weights are selected that do not share them yet."""
    nodes = chosen(studio)
    kinds = {type(node.layer) for node in nodes}
    weighted = all(isinstance(node.layer, Weighted | Group) for node in nodes)
    owners = {node.shares or node.id for node in nodes}
    return len(nodes) > 1 and len(kinds) == 1 and weighted and len(owners) > 1


def part(studio: Studio) -> None:
    """Give the selected nodes weights of their own again."""
    after = studio.document.graph
    names = [node.id for node in chosen(studio) if node.shares]
    if not names:
        return
    for name in names:
        after = after.share(name, None)
    studio.document.edit(f"Part the weights of {', '.join(names)}", after)


def can_part(studio: Studio) -> bool:
    """Whether a selected node uses another's weights."""
    return any(node.shares for node in chosen(studio))


def comment(studio: Studio, name: NodeId, text: str) -> None:
    """Write a comment on a node; an empty one takes it away."""
    if studio.document.graph.nodes[name].note != text:
        studio.document.edit(
            f"Comment on {name}", studio.document.graph.change(name, note=text), f"note {name}"
        )
