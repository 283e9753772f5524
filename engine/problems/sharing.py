"""Weights used twice: both layers must be able to use them."""

from collections.abc import Iterator

from engine.graph import Graph, NodeId
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
