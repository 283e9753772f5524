"""What a person marks nodes with, and how nodes become a group and part again: steps that can be undone."""

from collections.abc import Iterable

from app.elbowroom import shut, with_elbow_room
from app.placing import around, closed_up, home_of, opened_up, outermost, own_name, snapped
from app.room import graph_at, with_inside
from app.studio import Studio
from engine.graph import Graph, GraphError, Group, Node, NodeId, Point, grouped, ungrouped
from engine.graph.lending import inside, owner_of, written
from engine.layer import Layer, Loss, Weighted
from engine.layers.data import Input, Output


def selected(studio: Studio) -> list[Node]:
    """The selected nodes, in the order of the drawing."""
    return [node for name, node in studio.graph.nodes.items() if name in studio.nodes]


def has_weights(studio: Studio, node: Node) -> bool:
    """Whether there is something in a node that training changes, as far as it is known."""
    if isinstance(node.layer, Weighted):
        return True
    sized = studio.shapes.sized.get(node.id)
    return sized is not None and bool(sized.cost.parameters or sized.own_parameters)


def can_pass(node: Node) -> bool:
    """Whether a node can be switched off: what comes in must be able to go out."""
    return bool(node.layer.inputs) and not isinstance(node.layer, Input | Output | Loss)


def can_group(studio: Studio) -> bool:
    """Whether anything is selected that can stand in a group."""
    return any(not isinstance(node.layer, Input | Output) for node in selected(studio))


def freeze(studio: Studio, *, frozen: bool) -> None:
    """Let the weights of the selected nodes stay as they are, or learn again."""
    names = [node.id for node in selected(studio)]
    word = "Freeze" if frozen else "Let learn:"
    studio.edit(f"{word} {_named(names)}", studio.graph.change(*names, frozen=frozen))


def switch(studio: Studio, *, enabled: bool) -> None:
    """Switch the selected nodes off, so that what comes in is passed on, or on again."""
    names = [node.id for node in selected(studio) if can_pass(node)]
    word = "on" if enabled else "off"
    studio.edit(f"Switch {word} {_named(names)}", studio.graph.change(*names, enabled=enabled))


def owners(graph: Graph, node: Node) -> list[NodeId]:
    """The nodes whose weights a node can use: of its kind, with weights of their own."""
    return [
        name
        for name, other in graph.nodes.items()
        if name != node.id and type(other.layer) is type(node.layer) and other.shares is None
    ]


def lenders(studio: Studio, node: Node) -> list[NodeId]:
    """Those beside a node on the canvas, and in a group those further out: `^dense_1` stands around the group.

    What is inside a group that is open in place lends its weights in there alone.
    """
    home = home_of(node.id)
    known = {home, "", *around(home)}
    beside = (name for name in owners(studio.graph, node) if home_of(name) in known)
    found = [name for name in beside if name not in around(home)]
    for level in range(1, len(studio.path) + 1):
        way = studio.path[: len(studio.path) - level]
        outside, through = graph_at(studio.document.graph, way), studio.path[len(way)]
        found += [written(level, name) for name in owners(outside, node) if name != through]
    return found


def called(owner: str) -> str:
    """Whose weights a node uses, in words."""
    level, name = owner_of(owner)
    return f"{name}, outside" if level else name


def share(studio: Studio, owner: NodeId | None) -> None:
    """Let the selected node use the weights of another, and its parameters with them; None gives it its own again."""
    name, graph = studio.node, studio.graph
    if name is None:
        return
    said = called(owner) if owner else ""
    text = f"Share the weights of {said} with {name}" if owner else f"Give {name} its own weights"
    try:
        shared = graph.share(name, owner)
        if owner is not None:
            level, known = owner_of(owner)
            way = studio.path[: len(studio.path) - level]
            around_it = graph_at(studio.document.graph, way) if level else graph
            shared = shared.put(name, _as_seen(around_it, known, level))
        studio.edit(text, shared)
    except GraphError as error:
        studio.say(str(error))


def _as_seen(graph: Graph, name: NodeId, level: int) -> Layer:
    """A layer of a drawing as it reads so many groups further in."""
    layer = graph.nodes[name].layer
    if not isinstance(layer, Group):
        return layer
    return inside(layer, lambda up, known: (up + level, known))


def let_learn(studio: Studio, **marks: float | None) -> None:
    """Give the selected nodes a factor of the `rate`, or a weight `decay` of their own (None: the run's)."""
    names = [node.id for node in selected(studio) if has_weights(studio, node)]
    ((mark, value),) = marks.items()
    what = {"rate": "Rate ×", "decay": "Weight decay"}[mark]
    word = "as the run has it" if value is None else f"{value:g}"
    studio.edit(f"{what} {word} for {_named(names)}", studio.graph.change(*names, **marks))


def comment(studio: Studio, name: NodeId, note: str) -> None:
    """Write a comment on a node."""
    studio.edit(f"Comment on {name}", studio.graph.change(name, note=note))


def group(studio: Studio) -> None:
    """Make the selected nodes one box, and select it."""
    homes = sorted({home_of(name) for name in outermost(studio.nodes)}, key=len)
    if len(homes) > 1:
        inner, outer = homes[-1], homes[0] or "outside"
        studio.say(
            f"Some of these stand in {inner}, others {outer}. Choose layers that stand in one place."
        )
        return
    graph, chosen, home = _at_home(studio)
    nodes = [node for name, node in graph.nodes.items() if name in chosen]
    try:
        edited = grouped(graph, chosen)
    except GraphError as error:
        studio.say(str(error))
        return
    box = list(edited.nodes)[-1]  # it may bear the name of a group that is inside it now
    edited = edited.move({box: snapped(_corner(nodes))})
    edited = closed_up(edited, box, nodes)
    studio.edit_at(f"Group {_named([node.id for node in nodes])}", home, edited)
    studio.select([_full(home, box)])


def ungroup(studio: Studio) -> None:
    """Put the nodes of the selected group in its place, and select them."""
    graph, chosen, home = _at_home(studio)
    if len(chosen) != 1:
        return
    (name,) = chosen
    if graph.nodes[name].open:
        graph = shut(graph, name)
    try:
        edited = ungrouped(graph, name)
    except GraphError as error:
        studio.say(str(error))
        return
    freed = [edited.nodes[key] for key in edited.nodes if key not in graph.nodes.keys() - {name}]
    if freed:
        (left, top), (x, y) = _corner(freed), graph.nodes[name].position
        places = {
            node.id: snapped((node.position[0] + x - left, node.position[1] + y - top))
            for node in freed
        }
        edited = edited.move(places)
        freed = [edited.nodes[node.id] for node in freed]
        edited = opened_up(edited, freed, graph.nodes[name])
    studio.edit_at(f"Ungroup {name}", home, edited)
    studio.select(_full(home, node.id) for node in freed)


def _at_home(studio: Studio) -> tuple[Graph, frozenset[NodeId], str]:
    """The drawing that the selected nodes stand in, their names there, and the group that it is inside of.

    Where they stand in several, it is that of the outermost, and the others are left out.
    """
    chosen = outermost(studio.nodes)
    home = min((home_of(name) for name in chosen), key=len, default="")
    own = frozenset(NodeId(own_name(name)) for name in chosen if home_of(name) == home)
    return graph_at(studio.document.graph, studio.way_to(home)), own, home


def _full(home: str, name: NodeId) -> NodeId:
    return NodeId(f"{home}.{name}") if home else name


def fold(studio: Studio, names: Iterable[NodeId]) -> None:
    """Open groups in place, or close them if the first is open: their neighbours make room, or come back."""
    drawn = studio.graph.nodes
    groups = [drawn[name] for name in names if is_group(drawn[name])]
    if not groups:
        return
    opens = not groups[0].open
    before = whole = studio.document.graph
    for node in groups:
        way = studio.way_to(home_of(node.id))
        inside, name = graph_at(whole, way), NodeId(own_name(node.id))
        after = inside.change(name, open=True) if opens else shut(inside, name)
        whole = with_inside(whole, way, after)
    word = "Open" if opens else "Close"
    kept = studio.nodes
    text = f"{word} {_named([node.id for node in groups])} in place"
    studio.document.edit(text, with_elbow_room(before, whole))
    studio.select(name for name in kept if name in studio.graph.nodes)


def first_inside(studio: Studio, name: NodeId) -> NodeId | None:
    """The first node in the frame of a group; None where it is not open in place, or empty."""
    return next((n for n in studio.graph.nodes if home_of(n) == name), None)


def is_group(node: Node | None) -> bool:
    """Whether a node is a group."""
    return node is not None and isinstance(node.layer, Group)


def _corner(nodes: Iterable[Node]) -> Point:
    """The place of the leftmost of some nodes."""
    return min(node.position for node in nodes)


def _named(names: list[NodeId]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} layers"
