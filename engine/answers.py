"""What scores say: the probability of each class, or the values themselves."""

import torch
from torch import Tensor

from engine.axes import Labels, Target
from engine.graph import NodeId
from engine.layer import Layer
from engine.layers.binary import BCELoss, BCEWithLogitsLoss
from engine.layers.loss import NLLLoss
from engine.network import Network


def answers(scores: Tensor, loss: Layer, target: Target) -> Tensor:
    """Scores (batch, …, scores) as the loss understands them, in float64: classes as shares of 1, or values.

    A single score for two classes gives both their shares. Margins are no probabilities: their softmax is shown.
    """
    scores = scores.double()
    single = isinstance(target, Labels) and target.count == 2 and scores.shape[-1] == 1
    if isinstance(loss, BCEWithLogitsLoss | BCELoss):
        yes = scores.sigmoid() if isinstance(loss, BCEWithLogitsLoss) else scores
        return torch.cat([1 - yes, yes], -1) if single else yes
    if not isinstance(target, Labels):
        return scores
    return scores.exp() if isinstance(loss, NLLLoss) else scores.softmax(-1)


def judged(network: Network) -> NodeId | None:
    """The first loss that compares with what the data hold; None where all compare with what a wire brings."""
    pairs = zip(network.losses, network.judges, strict=True)
    return next((name for name, judge in pairs if judge.target is None), None)
