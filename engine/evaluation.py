"""How well a network does on a part of the data, in inference mode."""

import torch
from torch import Tensor

from engine.axes import StepLabels, Target
from engine.feeding import Source
from engine.judging import Findings
from engine.network import Network

EVALUATION_BATCH = 512


@torch.no_grad()
def evaluated(
    network: Network, inputs: tuple[Source, ...], targets: Tensor, target: Target
) -> tuple[float, Findings]:
    """The mean loss, and what became of each example; the network is in training mode again afterwards."""
    network.train(False)
    found = Findings(network, target)
    loss, total = 0.0, 0
    for place in range(0, len(targets), EVALUATION_BATCH):
        chosen = slice(place, place + EVALUATION_BATCH)
        y = targets[chosen]
        results = network.results(*(given[chosen] for given in inputs))
        if count := counted(y, target):
            loss += float(network.loss(results, y)) * count
            total += count
        found.take(results, y)
    network.train()
    return loss / max(total, 1), found


def counted(targets: Tensor, target: Target) -> int:
    """Over how many the loss of a batch is a mean: its examples, or their steps that are asked about.

    So that the loss of a part does not depend on which sequences share a batch, nor on their padding.
    """
    return int((targets >= 0).sum()) if isinstance(target, StepLabels) else len(targets)
