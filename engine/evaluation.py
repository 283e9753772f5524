"""How well a network does on a part of the data, in inference mode."""

import torch
from torch import Tensor

from engine.axes import Target
from engine.judging import Findings
from engine.network import Network

EVALUATION_BATCH = 512


@torch.no_grad()
def evaluated(
    network: Network, inputs: tuple[Tensor, ...], targets: Tensor, target: Target
) -> tuple[float, Findings]:
    """The mean loss, and what became of each example; the network is in training mode again afterwards."""
    network.train(False)
    found = Findings(network, target)
    loss, count = 0.0, len(targets)
    for place in range(0, count, EVALUATION_BATCH):
        chosen = slice(place, place + EVALUATION_BATCH)
        y = targets[chosen]
        results = network.module(*(given[chosen] for given in inputs))
        loss += float(network.loss(results, y)) * len(y)
        found.take(results, y)
    network.train()
    return loss / count, found
