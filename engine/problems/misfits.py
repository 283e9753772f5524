"""Layers that cannot take what comes to them, with the first way out that a trial shows to work."""

from collections.abc import Iterator
from dataclasses import replace

from engine.graph import Graph, Group, NodeId
from engine.layers.data import Input
from engine.problem import Fix, Problem
from engine.problems.remedies import remedy
from engine.scene import Scene, path, rule


@rule
def misfits(scene: Scene) -> Iterator[Problem]:
    """Whatever shapes could not be found for."""
    for name, misfit in scene.shapes.misfits.items():
        if name not in scene.flat.nodes:
            continue
        turn = _mismatched_turn(scene, name)
        if turn is not None:
            yield turn
            continue
        message = f"{scene.said(name)} wants {misfit.wanted}, but gets {misfit.got}."
        layer = scene.layer(name)
        fix = _other_part(scene, name) if isinstance(layer, Input) else remedy(scene, name, misfit)
        problem = scene.problem("error", name, message, fix, misfit.port)
        yield replace(problem, wanted=misfit.wanted, got=misfit.got, detail=misfit.detail)


def _other_part(scene: Scene, name: NodeId) -> Fix | None:
    """For an Input whose part the data do not have: the first part that no Input brings."""
    parts = scene.shapes.asked[0] if scene.shapes.asked else {}
    taken = {getattr(scene.layer(other), "part", "") for other in scene.inputs}
    free = [part for part in parts if part not in taken] or list(parts)
    if not free:
        return None
    text = f"Bring the part “{free[0]}”" if free[0] else "Bring the first part"

    def edit(graph: Graph, node: NodeId) -> Graph:
        return graph.put(node, graph.nodes[node].layer.but(part=free[0]))

    return scene.fix(text, name, edit)


def _mismatched_turn(scene: Scene, name: NodeId) -> Problem | None:
    """For a layer that fits at the first turn of a repeated group but not later: the complaint about the group."""
    first = _first_turn(name)
    if first == name or first not in scene.shapes.sized:
        return None
    box = NodeId(".".join(path(name)[: _depth_of_turn(name)]))
    group = _group(scene.graph, path(box))
    before, now = scene.came(first), scene.shapes.misfits[name].inputs
    if group is None or before is None or not now or now[0] is None:
        return None
    message = (
        f"{scene.said(box)} is repeated {group.repeat} times, so it must give what it takes; but "
        f"{scene.said(name)} takes {before.text} at first and {now[0].text} later."
    )
    fix = scene.fix(f"Run {box.rpartition('.')[2]} once", box, _once)
    misfit = scene.shapes.misfits[name]
    return replace(
        scene.problem("error", name, message, fix),
        wanted=before.text,
        got=now[0].text,
        detail=misfit.detail,
    )


def _first_turn(name: NodeId) -> NodeId:
    """The same layer at the first turn of every group around it."""
    steps = name.split(".")
    return NodeId(".".join("0" if step.isdigit() else step.partition("#")[0] for step in steps))


def _depth_of_turn(name: NodeId) -> int:
    """How many names lead to the innermost group that is at a later turn."""
    depth, found = 0, 0
    for step in name.split("."):
        if step.isdigit():
            found = depth if step != "0" else found
        else:
            depth += 1
            found = depth if "#" in step else found
    return found


def _group(graph: Graph, way: tuple[str, ...]) -> Group | None:
    found: Group | None = None
    for step in way:
        node = graph.nodes.get(NodeId(step))
        if node is None or not isinstance(node.layer, Group):
            return None
        found = node.layer
        graph = found.graph
    return found


def _once(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(repeat=1))
