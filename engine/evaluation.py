"""How well a network does on a part of the data: mean loss and accuracy, in inference mode."""

import torch
from torch import Tensor

from engine.axes import Target
from engine.network import Network, hits

EVALUATION_BATCH = 512


@torch.no_grad()
def evaluated(
    network: Network, inputs: tuple[Tensor, ...], targets: Tensor, target: Target
) -> tuple[float, float | None]:
    """Mean loss and accuracy (None where it has no meaning); the network is in training mode again afterwards."""
    network.train(False)
    loss, right, count = 0.0, 0.0, len(targets)
    for place in range(0, count, EVALUATION_BATCH):
        chosen = slice(place, place + EVALUATION_BATCH)
        y = targets[chosen]
        results = network.module(*(given[chosen] for given in inputs))
        loss += float(network.loss(results, y)) * len(y)
        found = hits(results, y, target, network.judges[0].threshold)
        right += float("nan") if found is None else float(found)
    network.train()
    return loss / count, None if right != right else right / count  # noqa: PLR0124 (NaN)
