"""Initial weights under which the error signal dies out on its way through a deep ReLU network.

A layer followed by a ReLU passes on √(fan · Var W / 2) of the signal: 1 as He et al. 2015 draw them, √½ as Glorot &
Bengio 2010 do, √(1/6) by PyTorch's default, Var W = 1/(3·fan). Measured over ten layers: 1.006, 0.709 and 0.412.
"""

from collections.abc import Iterator
from functools import partial
from math import exp, log, sqrt

from engine.graph import Graph, NodeId
from engine.layer import Weighted
from engine.problem import Fix, Problem
from engine.scene import Scene, edited, path, rule

HALF = sqrt(1 / 2)
PASSED = {"default": sqrt(1 / 6), "xavier": HALF, "lecun": HALF, "orthogonal": HALF}
"""What a layer drawn so and followed by a ReLU passes on; others keep the signal whole."""
LEAST = 1e-3
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WHOLE = frozenset({"Dense", "Conv1d", "Conv2d", "Conv3d"})


@rule
def vanishes_at_first(scene: Scene) -> Iterator[Problem]:
    """The product over the depth, along the way that keeps most of it."""
    weak = _weak(scene)
    if not weak:
        return
    kept = _kept(scene, weak)
    worst = min(scene.losses, key=lambda name: kept[name], default=None)
    if worst is None or kept[worst] >= log(LEAST):
        return
    names = [name for name in scene.flat.order if name in weak and name in scene.trained]
    first, last = names[0], names[-1]
    drawn_by = sorted({_rule_of(scene, name) for name in names})
    share = exp(sum(log(weak[name]) for name in names) / len(names))
    one, other = scene.said(first), scene.said(last)
    where = f"from {one} to {other}" if one != other else f"{one} at each turn"
    message = (
        f"{len(names)} layers before ReLUs, {where}, pass on about "
        f"{share:.2f} of the error signal each, as their weights are drawn ({' and '.join(drawn_by)}): "
        f"about {_power(kept[worst])} of it reaches {one}. He keeps it whole."
    )
    fix = Fix(f"Draw the weights of {len(names)} layers by He", partial(_by_he, tuple(names)))
    yield scene.problem("advice", first, message, fix)


def _weak(scene: Scene) -> dict[NodeId, float]:
    """The layers followed by a ReLU or its like that pass on less than all of the signal, and the share."""
    found: dict[NodeId, float] = {}
    for bend in scene.of_group("Activation"):
        if bend.layer.suggests != "he":
            continue
        name = scene.back(bend.id)
        layer = scene.layer(name) if name is not None else None
        if name is not None and isinstance(layer, Weighted) and type(layer).__name__ in WHOLE:
            share = PASSED.get(layer.initial_weights)
            if share is not None:
                found[name] = share
    return found


def _kept(scene: Scene, weak: dict[NodeId, float]) -> dict[NodeId, float]:
    """The logarithm of what remains of the signal from each node back to the first layer.

    Of several ways the one that keeps most counts, as around a block with a skip connection. A norm brings the
    numbers back to size, and the signal with them.
    """
    kept: dict[NodeId, float] = {}
    norms = {node.id for node in scene.of_group("Normalisation")}
    for name in scene.flat.order:
        edges = scene.flat.incoming.get(name, ())
        came = [kept[edge.source] for edge in edges]
        value = max(came) if came else 0.0
        if name in weak:
            value += log(weak[name])
        elif name in norms:
            value = 0.0
        kept[name] = value
    return kept


def _rule_of(scene: Scene, name: NodeId) -> str:
    labels = {"default": "PyTorch's default", "lecun": "LeCun"}
    chosen = getattr(scene.layer(name), "initial_weights", "default")
    return labels.get(chosen, chosen.capitalize())


def _power(logarithm: float) -> str:
    """A small number as a power of ten: 10⁻⁴."""
    return "10" + str(round(logarithm / log(10))).translate(RAISED)


def _by_he(names: tuple[NodeId, ...], graph: Graph) -> Graph:
    for way in dict.fromkeys(map(path, names)):
        graph = edited(graph, NodeId(".".join(way)), _he)
    return graph


def _he(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(initial_weights="he"))
