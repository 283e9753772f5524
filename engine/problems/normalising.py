"""Batch norm: what it makes idle, and what it needs."""

from collections.abc import Iterator

from engine.graph import Graph, NodeId
from engine.layer import Layer
from engine.layers.normalisation import LayerNorm
from engine.problem import Problem
from engine.scene import Edit, Scene, put, rule

BATCH_NORMS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")


@rule
def bias_before_batch_norm(scene: Scene) -> Iterator[Problem]:
    """What a bias adds, batch norm takes away again with the mean."""
    for node in scene.of(*BATCH_NORMS):
        first = scene.before(node.id)
        if first is None or not hasattr(scene.layer(first), "bias"):
            continue
        layer = scene.layer(first)
        if layer.bias is True and _feeds_one(scene, first):  # type: ignore[attr-defined]  # it has one
            message = (
                f"The bias of {scene.said(first)} does nothing: {scene.said(node.id)} takes the mean away again "
                "and adds a shift of its own."
            )
            fix = scene.fix("Leave the bias out", first, _without_bias)
            yield scene.problem("advice", first, message, fix)


def _feeds_one(scene: Scene, name: NodeId) -> bool:
    return len(scene.flat.outgoing.get(name, ())) == 1


def _without_bias(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(bias=False))


@rule
def too_few_to_normalise(scene: Scene) -> Iterator[Problem]:
    """A batch norm that sees one number a channel: its variance is then 0, and PyTorch refuses."""
    if scene.settings is None or scene.settings.batch_size > 1:
        return
    for node in scene.of(*BATCH_NORMS):
        came = scene.came(node.id)
        is_run = node.id in scene.useful and not node.frozen
        if not is_run or came is None or came.count is None or came.count != _channels(came.sizes):
            continue
        message = (
            f"{scene.said(node.id)} needs at least two examples in a batch, but it gets 1. "
            "Use a larger batch, or Layer norm."
        )
        yield scene.problem(
            "error", node.id, message, scene.fix("Use Layer norm", node.id, _layer_norm())
        )


def _channels(sizes: tuple[int | str, ...]) -> int | str:
    return sizes[0]


def _layer_norm() -> Edit:
    layer: Layer = LayerNorm()
    return put(layer)
