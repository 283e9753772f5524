"""Bends in the line: too many of them in a row, or none between two linear layers."""

from collections.abc import Iterator

from engine.graph import NodeId
from engine.layers.activation import ReLU
from engine.problem import Problem
from engine.scene import CLEAR, Scene, bypass, insert, rule

DENSE = ("Dense",)
FILTERS = ("Conv1d", "Conv2d", "Conv3d")
LINEAR = frozenset((*DENSE, *FILTERS))
STRAIGHT = CLEAR | frozenset(
    "BatchNorm1d BatchNorm2d BatchNorm3d Scale AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d "
    "AdaptiveAvgPool3d GlobalAvgPool".split()
)
"""Layers that are linear themselves, once trained."""
LAST_WORD = frozenset({"Softmax", "LogSoftmax", "LogSigmoid"})
"""Activations that say how the result is to be read; of two in a row, the other is the one too many."""


@rule
def linear_after_linear(scene: Scene) -> Iterator[Problem]:
    """Two linear layers without a bend between them are one."""
    for node in scene.of(*DENSE, *FILTERS):
        first = scene.back(node.id, STRAIGHT)
        if first is not None and scene.kind(first) in LINEAR and _meet(scene, first, node.id):
            message = (
                f"{_both(scene, first, node.id)} follow each other without an activation: "
                "together they are one linear layer."
            )
            fix = scene.fix("Insert ReLU", node.id, insert(ReLU()))
            yield scene.problem("advice", node.id, message, fix)


def _both(scene: Scene, first: NodeId, second: NodeId) -> str:
    """Two layers named together; in a group that is repeated they may be one, at two turns."""
    before, after = scene.said(first), scene.said(second)
    return f"{before} and {after}" if before != after else f"{before} at one turn and at the next"


def _meet(scene: Scene, first: NodeId, second: NodeId) -> bool:
    """Whether two layers are linear together; a convolution split in parts, as separable ones are, may be meant."""
    kinds = scene.kind(first), scene.kind(second)
    of_a_kind = any(all(kind in group for kind in kinds) for group in (DENSE, FILTERS))
    if of_a_kind and _is_narrow(scene, first, second):
        return False
    if kinds[1] in DENSE:
        return kinds[0] in DENSE or kinds[0] in FILTERS
    return kinds[0] in FILTERS and not any(_is_part(scene, name) for name in (first, second))


def _is_narrow(scene: Scene, first: NodeId, second: NodeId) -> bool:
    """Whether what lies between two layers is less than half as wide as either end.

    Then they are a matrix of low rank with far fewer weights, as in adapters and factorised embeddings: r between n and
    m has r (n + m) weights where one layer would have n m.
    """
    wide, narrow = _width(scene, first, 0), _width(scene, first, 1)
    out = _width(scene, second, 1)
    if wide is None or narrow is None or out is None:
        return False
    return 2 * narrow <= min(wide, out)


def _width(scene: Scene, name: NodeId, way: int) -> int | None:
    """How many features or channels flow into a layer (0), or out of it (1)."""
    sized = scene.sized(name)
    axes = (
        scene.came(name)
        if way == 0
        else next(iter(sized.outputs.values()), None)
        if sized
        else None
    )
    if axes is None:
        return None
    place = 0 if scene.kind(name) in FILTERS else -1
    size = axes.sizes[place] if axes.sizes else None
    return size if isinstance(size, int) else None


def _is_part(scene: Scene, name: NodeId) -> bool:
    layer = scene.layer(name)
    kernel = getattr(layer, "kernel_size", None)
    point = kernel == 1 or (isinstance(kernel, tuple) and set(kernel) == {1})
    return getattr(layer, "groups", 1) > 1 or point


@rule
def two_activations(scene: Scene) -> Iterator[Problem]:
    """A second activation right behind a first adds little and can take much away."""
    for node in scene.of_group("Activation"):
        first = scene.back(node.id)
        if first is None or scene.layer(first).group != "Activation":
            continue
        extra = first if scene.kind(node.id) in LAST_WORD else node.id
        message = (
            f"{_both(scene, first, node.id)} are two activations in a row. "
            f"One is enough: {scene.said(extra)} can go."
        )
        fix = scene.fix(f"Remove {path_end(extra)}", extra, bypass)
        yield scene.problem("advice", node.id, message, fix)


def path_end(name: NodeId) -> str:
    """A layer's own name, without the groups around it."""
    return name.rpartition(".")[2]
