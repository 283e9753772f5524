"""How numbers are spread: histograms of activations, error signals, gradients and weights, on axes that stay.

The bins are those of `engine.bins`. Of many numbers every n-th is counted.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import gcd
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.bins import BINS, edges_of
from engine.events import Reading
from engine.graph import NodeId
from engine.look import parameters_of
from engine.probe import Moment, Pass, Probe

MOST = 1 << 13  # numbers of one tensor that are counted


def counts(values: Tensor, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """(BINS + 2,) how many numbers lie below all bins, in each, and beyond; what is not a number is left out."""
    flat = _some(values.detach().reshape(-1))
    flat = flat[~flat.isnan()].double()
    places = torch.bucketize(flat, torch.from_numpy(edges).to(flat.device), right=True)
    found: NDArray[np.int64] = torch.bincount(places, minlength=BINS + 2).cpu().numpy()
    return found


def _some(flat: Tensor) -> Tensor:
    """Every n-th number, n prime to how many there are, so that no channel or unit is left out."""
    count = flat.numel()
    stride = -(-count // MOST)
    while gcd(stride, count) > 1:
        stride += 1
    return flat[::stride] if stride > 1 else flat


class _Spread(Probe):
    """A histogram of each of many tensors; `fine` is the size up to which its bins are even."""

    needs: ClassVar[Pass] = "spread"
    fine: ClassVar[float] = 1.0

    def tensors(self, moment: Moment) -> Iterable[tuple[NodeId, Tensor]]:
        """What is counted."""
        raise NotImplementedError

    def read(self, moment: Moment) -> Iterator[Reading]:
        edges = edges_of(self.fine)
        for name, tensor in self.tensors(moment):
            if tensor.is_floating_point():
                yield self.say(moment, name, counts(tensor, edges))


class ActivationSpread(_Spread):
    """How the outputs of each layer are spread, over the probe batch."""

    fine = 0.25

    def tensors(self, moment: Moment) -> Iterable[tuple[NodeId, Tensor]]:
        return moment.in_training.values.items()


class ActivationStd(Probe):
    """The standard deviation of all that a layer gives out, over units, places and the probe batch."""

    needs: ClassVar[Pass] = "spread"

    def read(self, moment: Moment) -> Iterator[Reading]:
        values = moment.in_training.values
        found = {
            n: v.std(correction=0).double() for n, v in values.items() if v.is_floating_point()
        }
        sizes = torch.stack(list(found.values())).tolist() if found else []
        for node, size in zip(found, sizes, strict=True):
            yield self.say(moment, node, size)


class ErrorSpread(_Spread):
    """How the error signal ∂L/∂h at each layer's output is spread, over the probe batch."""

    fine = 1e-12

    def tensors(self, moment: Moment) -> Iterable[tuple[NodeId, Tensor]]:
        share = moment.share  # as if the mean loss were over the whole probe batch
        return ((node, grad * share) for node, grad in moment.in_training.gradients.items())


class GradientSpread(_Spread):
    """How ∂L/∂W is spread, for each weight matrix and bias under its name in PyTorch."""

    fine = 1e-12

    def tensors(self, moment: Moment) -> Iterable[tuple[NodeId, Tensor]]:
        return _named(moment.in_training.parameter_gradients)


class WeightSpread(_Spread):
    """How the numbers of each weight matrix and bias are spread, under its name in PyTorch."""

    fine = 0.01

    def tensors(self, moment: Moment) -> Iterable[tuple[NodeId, Tensor]]:
        return _named(parameters_of(moment.network))


def _named(groups: Mapping[NodeId, Mapping[str, Tensor]]) -> Iterator[tuple[NodeId, Tensor]]:
    for node, group in groups.items():
        for name, tensor in group.items():
            yield NodeId(f"{node}.{name}"), tensor
