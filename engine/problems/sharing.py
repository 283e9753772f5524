"""Weights used twice: both layers must be able to use them."""

from collections.abc import Iterator

from engine.graph import Graph, Group, NodeId
from engine.graph.lending import MARK, owner_of
from engine.problem import Fix, Problem
from engine.scene import Scene, path, rule


@rule
def shared_weights_that_do_not_fit(scene: Scene) -> Iterator[Problem]:
    """Layers that share weights make the same module of what comes in, or else they are not the same weights."""
    for node in scene.flat.nodes.values():
        owner = node.shares
        if owner is None or owner not in scene.flat.nodes:
            continue
        own, lent = scene.sized(node.id), scene.sized(owner)
        if own is None or lent is None or own.call == lent.call:
            continue
        said, said_owner = scene.said(node.id), scene.said(owner)
        if said == said_owner:  # a later turn of a group that repeats one set of weights
            message = (
                f"{said} is to use the same weights at each turn, but gets {_came(scene, node.id)} "
                f"after {_came(scene, owner)}."
            )
        elif node.layer != scene.layer(owner):
            message = f"{said} uses the weights of {said_owner}, but their parameters differ."
        else:
            message = (
                f"{said} uses the weights of {said_owner}, which are made for {_came(scene, owner)}, "
                f"but gets {_came(scene, node.id)}."
            )
        yield scene.problem("error", node.id, message, _own_weights(scene, node.id))


@rule
def shared_weights_that_lead_nowhere(scene: Scene) -> Iterator[Problem]:
    """In a group, weights may be those of a layer further out: it must be there."""
    for name, shares in _lost(scene.graph, "", ()):
        said, (level, owner) = scene.said(name), owner_of(shares)
        where = "outside of the group" if level == 1 else f"{level} groups further out"
        message = (
            f"{said} is to use the weights of {owner}, {where}, but there is no such layer: "
            "it has weights of its own."
        )
        fix = scene.fix(f"Give {path(name)[-1]} weights of its own", name, _part)
        yield scene.problem("advice", name, message, fix)


def _lost(graph: Graph, prefix: str, around: tuple[Graph, ...]) -> Iterator[tuple[NodeId, NodeId]]:
    """The nodes, as they are called where they are run, whose lender further out is not there; and what they say."""
    for node in graph.nodes.values():
        name, shares, layer = NodeId(prefix + node.id), node.shares, node.layer
        if shares is not None and shares.startswith(MARK):
            level, owner = owner_of(shares)
            if level > len(around) or owner not in around[-level].nodes:
                yield name, shares
        if isinstance(layer, Group):
            turn = ".0." if layer.repeat > 1 and not layer.shared else "."
            yield from _lost(layer.graph, name + turn, (*around, graph))


def _came(scene: Scene, name: NodeId) -> str:
    axes = scene.came(name)
    return axes.text if axes is not None else "nothing"


def _own_weights(scene: Scene, name: NodeId) -> Fix | None:
    """Give weights of its own to the layer, or to the group around it, that was told to share."""
    graph, way = scene.graph, path(name)
    for depth in range(len(way)):
        node = graph.nodes[NodeId(way[depth])]
        here = NodeId(".".join(way[: depth + 1]))
        if node.shares is not None:
            return scene.fix(f"Give {node.id} weights of its own", here, _part)
        if getattr(node.layer, "shared", False) and getattr(node.layer, "repeat", 1) > 1:
            return scene.fix(f"Give each turn of {node.id} weights of its own", here, _each_its_own)
        graph = getattr(node.layer, "graph", graph)
    return None


def _part(graph: Graph, name: NodeId) -> Graph:
    return graph.share(name, None)


def _each_its_own(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(shared=False))
