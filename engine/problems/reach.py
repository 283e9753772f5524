"""Values of the data that the last layer can never give, because an activation keeps what it gives within bounds."""

from collections.abc import Iterator
from functools import lru_cache
from math import inf

import numpy as np

from engine.axes import Values
from engine.dataset import Data
from engine.graph import NodeId
from engine.problem import Problem
from engine.scene import Scene, bypass, rule

DISTANCES = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss")
BOUNDS = {
    **dict.fromkeys(("Sigmoid", "Hardsigmoid", "Softmax"), (0.0, 1.0)),
    **dict.fromkeys(("Tanh", "Softsign"), (-1.0, 1.0)),
    **dict.fromkeys(("ReLU", "Softplus"), (0.0, inf)),
    **dict.fromkeys(("LogSigmoid", "LogSoftmax"), (-inf, 0.0)),
    "ReLU6": (0.0, 6.0),
}


@rule
def out_of_reach(scene: Scene) -> Iterator[Problem]:
    """What is to be predicted lies outside of what the last activation gives."""
    if scene.data is None or not isinstance(scene.target, Values):
        return
    low, high = _range(scene.data)
    for node in scene.of(*DISTANCES):
        last, sized = scene.back(node.id), scene.sized(node.id)
        if last is None or sized is None or len(sized.inputs) > 1:
            continue
        least, most = _bounds(scene, last)
        if least <= low and high <= most:
            continue
        bound = f"nothing below {least:g}" if low < least else f"nothing above {most:g}"
        message = (
            f"{scene.said(node.id)} compares with values from {low:.3g} to {high:.3g}, but {scene.said(last)} gives "
            f"{bound}: some can never be reached."
        )
        fix = scene.fix(f"Remove {last.rpartition('.')[2]}", last, bypass)
        yield scene.problem("advice", node.id, message, fix, "prediction")


def _bounds(scene: Scene, name: NodeId) -> tuple[float, float]:
    layer = scene.layer(name)
    if layer.kind() == "Hardtanh":
        return getattr(layer, "min_val", -inf), getattr(layer, "max_val", inf)
    return BOUNDS.get(layer.kind(), (-inf, inf))


@lru_cache(maxsize=8)
def _range(data: Data) -> tuple[float, float]:
    """The least and the largest value to be predicted; the sealed test part is left alone."""
    targets = np.concatenate([piece.targets.ravel() for piece in (data.train, data.dev)])
    return float(targets.min()), float(targets.max())
