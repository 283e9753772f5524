"""A group opened: its inside as a drawing of its own, with the shapes and complaints that belong there.

Pure functions of the whole drawing and a path of groups, from the outermost in. A layer inside is known to runs and
shapes by its whole name, `block.0.conv_1`; where a group is repeated, its first turn is shown.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.axes import Axes
from engine.graph import Edge, Graph, GraphError, Group, NodeId
from engine.layers.data import Input, Output
from engine.problem import Problem
from engine.shapes import Shapes
from engine.sizing import Cost, Sized

Path = tuple[NodeId, ...]


def group_at(graph: Graph, path: Path) -> Group | None:
    """The group that a path leads to; None if it leads nowhere, or stays outside."""
    found: Group | None = None
    for name in path:
        node = graph.nodes.get(name)
        if node is None or not isinstance(node.layer, Group):
            return None
        found, graph = node.layer, node.layer.graph
    return found


def graph_at(graph: Graph, path: Path) -> Graph:
    """The drawing inside the group that a path leads to. Raises GraphError if it leads nowhere."""
    if not path:
        return graph
    group = group_at(graph, path)
    if group is None:
        raise GraphError("The group is no longer there.")
    return group.graph


def longest(graph: Graph, path: Path) -> Path:
    """As much of a path as still leads somewhere."""
    while path and group_at(graph, path) is None:
        path = path[:-1]
    return path


def with_inside(graph: Graph, path: Path, inside: Graph) -> Graph:
    """The whole drawing with another inside of the group at a path; wires to ports that are gone are cut."""
    if not path:
        return inside
    name, rest = path[0], path[1:]
    group = group_at(graph, (name,))
    if group is None:
        raise GraphError("The group is no longer there.")
    after = group.but(graph=with_inside(group.graph, rest, inside))
    names = {**_renamed(group, after)}
    kept = tuple(edge for edge in _moved(graph.edges, name, names) if _fits(edge, name, after))
    return replace(graph, edges=kept).put(name, after)


def _renamed(before: Group, after: Group) -> dict[str, str]:
    """What became of the names of ports, where one was renamed and nothing else."""
    names: dict[str, str] = {}
    for old, new in ((before.inputs, after.inputs), (before.outputs, after.outputs)):
        apart = [(a.name, b.name) for a, b in zip(old, new, strict=False) if a.name != b.name]
        if len(old) == len(new) and len(apart) == 1:
            names.update(apart)
    return names


def _moved(edges: Sequence[Edge], name: NodeId, names: dict[str, str]) -> list[Edge]:
    """The edges with the ports of one node under their new names."""
    moved = []
    for edge in edges:
        source = names.get(edge.source_port) if edge.source == name else None
        target = names.get(edge.target_port) if edge.target == name else None
        source, target = source or edge.source_port, target or edge.target_port
        moved.append(replace(edge, source_port=source, target_port=target))
    return moved


def _fits(edge: Edge, name: NodeId, group: Group) -> bool:
    if edge.source == name and edge.source_port not in {port.name for port in group.outputs}:
        return False
    return edge.target != name or edge.target_port in {port.name for port in group.inputs}


def prefix_of(graph: Graph, path: Path) -> str:
    """What the names of the layers inside begin with where they are run: `block.0.` for the first turn."""
    prefix = ""
    for depth, name in enumerate(path, 1):
        group = group_at(graph, path[:depth])
        turned = group is not None and group.repeat > 1 and not group.shared
        prefix += f"{name}.0." if turned else f"{name}."
    return prefix


def shapes_at(graph: Graph, path: Path, whole: Shapes) -> Shapes:
    """What is known of the layers inside, by their names there."""
    if not path:
        return whole
    inside, prefix = graph_at(graph, path), prefix_of(graph, path)
    names = {name: NodeId(prefix + name) for name in inside.nodes}
    sized = {name: whole.sized[full] for name, full in names.items() if full in whole.sized}
    for node in inside.of_kind(Input):
        axes = _entering(graph, path, str(node.id), whole)
        if axes is not None:
            dtype = "int64" if axes.whole else "float32"
            cost = Cost(0, 0, axes.count or 0)
            sized[node.id] = Sized((), {"out": axes}, node.layer.call(), cost, {"out": dtype})
    for node in inside.of_kind(Output):
        wires = inside.incoming.get(node.id, ())
        came = [
            sized[wire.source].outputs.get(wire.source_port)
            for wire in wires
            if wire.source in sized
        ]
        if came:
            sized[node.id] = Sized(tuple(came), {}, node.layer.call(*came), Cost(0, 0, 0))
    misfits = {name: whole.misfits[full] for name, full in names.items() if full in whole.misfits}
    run = {name: inside.nodes[name].layer for name, full in names.items() if full in whole.run}
    return Shapes(sized, misfits, run)


def _entering(graph: Graph, path: Path, port: str, whole: Shapes) -> Axes | None:
    """What flows into a group through one of its ports, the first time it is run."""
    name = prefix_of(graph, path[:-1]) + path[-1]
    doors = graph.flat.doors.get(NodeId(name))
    place = next(iter(doors.into.get(port, ())), None) if doors else None
    if place is None or place[0] not in whole.sized:
        return None
    return whole.sized[place[0]].outputs.get(place[1])


def problems_at(graph: Graph, path: Path, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The complaints about what is inside, each of the node that is drawn there.

    What a repeated group has wrong is said of one of its turns; the ways out are edits of the whole drawing.
    """
    if not path:
        return tuple(problems)
    inside, found = graph_at(graph, path), []
    for problem in problems:
        name = _inner(graph, path, problem.within)
        if name is not None and name in inside.nodes:
            found.append(replace(problem, node=name))
    return tuple(found)


def _inner(graph: Graph, path: Path, within: str) -> NodeId | None:
    """The node of a group's drawing that a whole name leads to, whichever turn it is of."""
    rest = within
    for depth, name in enumerate(path, 1):
        head, dot, tail = rest.partition(".")
        if not dot or head.partition("#")[0] != name:
            return None
        group = group_at(graph, path[:depth])
        if group is not None and group.repeat > 1 and not group.shared:
            _, _, tail = tail.partition(".")
        rest = tail
    return NodeId(rest.partition(".")[0].partition("#")[0])


def room_of(graph: Graph, full: str) -> tuple[Path, NodeId]:
    """Where a layer of the unfolded drawing is drawn: the groups around it, and its name there."""
    path: Path = ()
    while (
        name := _inner(graph, path, full)
        if path
        else NodeId(full.partition(".")[0].partition("#")[0])
    ):
        known = graph_at(graph, path).nodes.get(name)
        deeper = (*path, name)
        if known is None or not isinstance(known.layer, Group) or not _inner(graph, deeper, full):
            return path, name
        path = deeper
    return path, NodeId("")
