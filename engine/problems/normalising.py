"""Batch norm: what it makes idle, and what it needs."""

from collections.abc import Iterator

from engine.axes import Axes, Sequence
from engine.graph import Graph, Node, NodeId
from engine.layers.normalisation import GroupNorm, LayerNorm
from engine.problem import Fix, Problem
from engine.scene import Scene, put, rule
from engine.sizing import Sized
from engine.trial import answer

BATCH_NORMS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
INSTANCE_NORMS = ("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")
POOLS = frozenset(f"{kind}Pool{sides}d" for kind in ("Max", "Avg") for sides in (1, 2, 3))
BIASED = frozenset(
    "Dense Bilinear Conv1d Conv2d Conv3d DepthwiseConv2d ConvTranspose1d ConvTranspose2d ConvTranspose3d".split()
)


@rule
def bias_before_batch_norm(scene: Scene) -> Iterator[Problem]:
    """What a bias adds, batch norm takes away again with the mean."""
    lenders = {node.shares for node in scene.flat.nodes.values() if node.shares}
    for node in scene.of(*BATCH_NORMS, *INSTANCE_NORMS):
        first, is_read_once = _adder(scene, node.id)
        if first is None or scene.kind(first) not in BIASED or node.frozen:
            continue
        if node.layer.kind() in INSTANCE_NORMS and getattr(
            node.layer, "track_running_stats", False
        ):
            continue  # later it takes away the mean of others
        before = scene.flat.nodes[first]
        is_shared = before.shares is not None or first in lenders
        if (
            getattr(before.layer, "bias", False)
            and is_read_once
            and not (is_shared or before.frozen)
        ):
            message = f"The bias of {scene.said(first)} does nothing: {scene.said(node.id)} takes the mean away again."
            fix = scene.fix("Leave the bias out", first, _without_bias)
            yield scene.problem("advice", first, message, fix)


def _adder(scene: Scene, norm: NodeId) -> tuple[NodeId | None, bool]:
    """Whose numbers a norm takes, looking through pools without a border, and whether nobody else reads them."""
    found, alone = scene.before(norm), True
    while found is not None:
        alone = alone and len(scene.flat.outgoing.get(found, ())) == 1
        padding = getattr(scene.layer(found), "padding", 0)
        if scene.kind(found) not in POOLS or padding not in (0, (0, 0), (0, 0, 0)):
            break
        found = scene.before(found)
    return found, alone


def _without_bias(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(bias=False))


@rule
def too_few_to_normalise(scene: Scene) -> Iterator[Problem]:
    """A norm that sees one number a channel or a group: its variance is then 0, and PyTorch refuses."""
    if scene.settings is None or scene.settings.batch_size > 1:
        return
    for node in scene.of(*BATCH_NORMS, "GroupNorm"):
        came = scene.came(node.id)
        if node.id not in scene.useful or came is None or not _sees_one(scene, node, came):
            continue
        if node.layer.kind() in BATCH_NORMS and node.frozen:
            continue
        message = (
            f"{scene.said(node.id)} needs at least two examples in a batch, but it gets 1. "
            "Use a larger batch, or another norm."
        )
        yield scene.problem("error", node.id, message, _other_norm(scene, node.id, came))


def _sees_one(scene: Scene, node: Node, came: Axes) -> bool:
    """Whether a single example, the shortest at least, has but one number a channel or a group."""
    if came.count is None:
        steps = scene.lengths.get(node.id)
        return steps is not None and steps.shortest == 1
    channels = came.sizes[-1 if isinstance(came, Sequence) else 0]
    return came.count == getattr(node.layer, "num_groups", channels)


def _other_norm(scene: Scene, name: NodeId, came: Axes) -> Fix | None:
    """A norm of single examples that takes what comes."""
    for layer in (LayerNorm(), GroupNorm(num_groups=1)):
        if isinstance(answer(layer, (came,), None), Sized):
            return scene.fix(f"Use {layer.label}", name, put(layer))
    return None
