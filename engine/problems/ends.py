"""Where nothing comes in and where nothing goes on: missing ends, loose ends, dead branches, nothing to train."""

from collections.abc import Iterator
from functools import partial

from engine.graph import Graph, Group, Node, NodeId, drawn
from engine.layer import Layer, Loss
from engine.layers.data import Input
from engine.problem import Fix, Problem
from engine.scene import Scene, edited, path, rule

MISSING: tuple[tuple[type[Layer], str], ...] = (
    (Input, "There is no Input: nothing brings the data in. Drag one from Data."),
    (Loss, "There is no loss: training would not know what to make small. Drag one from Loss."),
)


@rule
def missing_ends(scene: Scene) -> Iterator[Problem]:
    """A network needs an Input and a loss; one that is only switched off is named elsewhere."""
    for kind, message in MISSING:
        if not scene.graph.of_kind(kind):
            yield Problem("error", None, message, hinders="training" if kind is Loss else "all")


@rule
def loose_ends(scene: Scene) -> Iterator[Problem]:
    """Each input needs a wire, in the drawing and in its groups."""
    for way, graph in _levels(scene.graph):
        for name, node in graph.nodes.items():
            joined = {edge.target_port for edge in graph.incoming.get(name, ())}
            for port in node.layer.inputs:
                if port.name not in joined and not port.optional:
                    yield _loose(scene, way, node, port.name)


def _loose(scene: Scene, way: str, node: Node, port: str) -> Problem:
    full = NodeId(way + node.id)
    said, single = scene.said(full), len(node.layer.inputs) == 1
    if single:
        message = f"Nothing flows into {said}. Draw a wire to its input, or remove it."
    else:
        message = f"Nothing flows into the input “{port}” of {said}. Draw a wire to it."
    if single or not scene.graph.incoming.get(full):
        fix = scene.fix(f"Remove {node.id}", full, _remove)
        return scene.problem("error", full, message, fix, port)
    return scene.problem("error", full, message, port=port)


def _levels(graph: Graph, way: str = "") -> Iterator[tuple[str, Graph]]:
    """The drawing, and those within it, each with the path to it; of a repeated group the first turn."""
    yield way, graph
    for node in graph.of_kind(Group):
        if isinstance(node.layer, Group):
            yield from _levels(node.layer.graph, f"{way}{node.id}.")


def _remove(graph: Graph, name: NodeId) -> Graph:
    return graph.remove(name)


@rule
def switched_off(scene: Scene) -> Iterator[Problem]:
    """What is switched off lets through what comes in; an Input has nothing to let through, a loss is not run."""
    for way, graph in _levels(scene.graph):
        for node in graph.nodes.values():
            if node.enabled:
                continue
            full = NodeId(way + node.id)
            reads = bool(graph.outgoing.get(node.id))
            fix = scene.fix(f"Switch {node.id} on", full, _switch_on)
            if not node.layer.inputs and reads:
                message = f"{scene.said(full)} is switched off, and without it nothing flows on to what reads it."
                yield scene.problem("error", full, message, fix)
            elif isinstance(node.layer, Loss) and not scene.losses:
                message = f"{scene.said(full)} is switched off, and training has no other loss to make small."
                yield scene.problem("error", full, message, fix)


def _switch_on(graph: Graph, name: NodeId) -> Graph:
    return graph.change(name, enabled=True)


@rule
def nothing_of_the_data_arrives(scene: Scene) -> Iterator[Problem]:
    """What is trained must hear from an Input; layers that bring numbers of their own are not enough."""
    used = scene.useful
    is_deaf = scene.losses and scene.inputs and not any(name in used for name in scene.inputs)
    if is_deaf and all(name in scene.shapes.sized for name in used):
        loss = scene.losses[0]
        message = f"Nothing that an Input brings in reaches {scene.said(loss)}. Wire one into what leads there."
        yield scene.problem("error", loss, message)


@rule
def unread_parts(scene: Scene) -> Iterator[Problem]:
    """A part of the samples that no Input brings in: the network never sees it."""
    parts = scene.shapes.asked[0] if scene.shapes.asked else {}
    read = {getattr(scene.layer(name), "part", "") for name in scene.inputs}
    for part, axes in parts.items():
        if part not in read and scene.inputs:
            first = scene.inputs[0]
            what = f"the part “{part}”" if part else "the first part"
            message = (
                f"The samples have {what} too ({axes.text}), but nothing reads it: {scene.said(first)} brings another. "
                "If it matters, add an Input for it."
            )
            yield scene.problem("advice", first, message)


@rule
def dead_branches(scene: Scene) -> Iterator[Problem]:
    """What leads to no loss is not trained. Each branch is named once, where it begins."""
    if not scene.losses:
        return  # that there is none is said already
    flat, useful = scene.flat, scene.useful
    if len(useful) == len(flat.nodes):
        return
    live = {path(name) for name in useful}  # in some turn of a group it may be of use
    for name, node in flat.nodes.items():
        if name in useful or path(name) in live:
            continue
        edges = flat.incoming.get(name, ())
        is_first = not any(edge.source not in useful for edge in edges)
        if is_first and (edges or not node.layer.inputs):
            said = scene.said(name)
            message = f"{said} leads to no loss, so it is neither trained nor run."
            if isinstance(node.layer, Input):
                message = f"Nothing that {said} brings in reaches a loss, so it is not used."
            fix = None
            if drawn(name) == name and not _is_only_input(scene, name):
                fix = Fix(f"Remove {name}", partial(_cut, name))
            yield scene.problem("advice", name, message, fix)


def _is_only_input(scene: Scene, name: NodeId) -> bool:
    return scene.inputs == (name,)


def _cut(name: NodeId, graph: Graph) -> Graph:
    """The drawing without a branch: the node and all that hears from it (a dead branch rejoins nothing)."""
    return graph.remove(*graph.descendants(name))


@rule
def run_but_never_trained(scene: Scene) -> Iterator[Problem]:
    """Weights on the way to an Output alone get no gradient."""
    if not scene.losses or not scene.outputs:
        return
    live = {path(name) for name in scene.trained}
    for name in scene.flat.order:
        if name in scene.trained or name not in scene.useful or path(name) in live:
            continue
        sized = scene.sized(name)
        if sized and sized.own_parameters and not scene.flat.nodes[name].shares:
            message = f"{scene.said(name)} leads to an Output but to no loss: its weights stay as they were drawn."
            yield scene.problem("advice", name, message)


@rule
def nothing_to_train(scene: Scene) -> Iterator[Problem]:
    """A drawing that fits needs a weight that may change."""
    used = scene.trained
    sizes = [(name, scene.shapes.sized[name]) for name in used if name in scene.shapes.sized]
    if not sizes or len(sizes) < len(used):
        return
    weights = [name for name, sized in sizes if sized.own_parameters]
    frozen = {scene.flat.nodes[name].shares or name for name in weights if _frozen(scene, name)}
    if any((scene.flat.nodes[name].shares or name) not in frozen for name in weights):
        return
    if not weights:
        message = (
            "There is nothing to train: no layer that leads to the loss has weights. "
            "Drag one from Dense or Convolution, and wire it in."
        )
        yield Problem("error", None, message, hinders="training")
        return
    names = list(dict.fromkeys(drawn(name) for name in scene.flat.order if name in set(weights)))
    message = f"There is nothing to train: all weights are frozen, those of {_listed(names)}."
    fix = Fix("Thaw all layers", partial(_thaw, [path(name) for name in weights]))
    yield Problem("error", names[0], message, fix=fix, hinders="training")


def _listed(names: list[NodeId]) -> str:
    shown = [*names[:3], *(["others"] if len(names) > 3 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _frozen(scene: Scene, name: NodeId) -> bool:
    return scene.flat.nodes[name].frozen


def _thaw(ways: list[tuple[str, ...]], graph: Graph) -> Graph:
    """Thaw these layers and the groups around them."""
    for way in dict.fromkeys(ways):
        for depth in range(1, len(way) + 1):
            graph = edited(graph, NodeId(".".join(way[:depth])), _melt)
    return graph


def _melt(graph: Graph, name: NodeId) -> Graph:
    return graph.change(name, frozen=False)
