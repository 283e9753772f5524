"""How large gradients are, layer by layer, over the probe batch, as training has them."""

from collections.abc import Iterator, Mapping
from functools import reduce
from math import sqrt
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engine.events import Reading
from engine.graph import Bundle, Edge, Graph, NodeId, bundles
from engine.look import parameters_of
from engine.probe import Moment, Pass, Probe, norms


class ErrorSignal(Probe):
    """‖∂L/∂h‖₂ of each layer's output h: what is left of the error signal when it gets there.

    This, not the weights' gradients, shows vanishing: a deep net's weight gradients can look equal while its error
    signal dies on the way back. Read on a part of the probe batch, it is what the whole would give if the rest were
    like it.
    """

    unit: ClassVar[str] = "‖∂L/∂h‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        gradients = moment.in_training.gradients
        for node, length in norms({name: (grad,) for name, grad in gradients.items()}).items():
            yield self.say(moment, node, length * sqrt(moment.share))


class WireSignal(Probe):
    """‖∂L/∂x‖₂ of what flows along each wire out of a layer, over this wire alone.

    Where a layer is heard by several, its error signal is the sum of what comes back along each: beside a skip one
    sees how much takes which way. A row for each layer, in the order of `engine.graph.bundles`; −1 where nothing
    was asked for, as of whole numbers.
    """

    unit: ClassVar[str] = "‖∂L/∂x‖₂"
    by_wire: ClassVar[bool] = True

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._rows: dict[NodeId, tuple[Bundle, ...]] = {}

    def read(self, moment: Moment) -> Iterator[Reading]:
        if moment.graph is not self._graph:
            self._graph = moment.graph
            self._rows = {name: bundles(moment.graph, name) for name in moment.network.order}
        gradients = moment.in_training.wire_gradients
        sums = {b: _sum(b, gradients) for row in self._rows.values() for b in row}
        lengths = norms({b: (grad,) for b, grad in sums.items() if grad is not None})
        for name, row in self._rows.items():
            found = [lengths[b] * sqrt(moment.share) if b in lengths else -1.0 for b in row]
            if any(b in lengths for b in row):
                yield self.say(moment, name, np.array(found))


def _sum(wires: Bundle, gradients: Mapping[Edge, Tensor]) -> Tensor | None:
    """What comes back along several wires that carry the same numbers."""
    found = [gradients[edge] for edge in wires if edge in gradients]
    return reduce(torch.add, found) if found else None


class WeightGradient(Probe):
    """‖∂L/∂W‖₂ of each layer with weights, its biases included."""

    unit: ClassVar[str] = "‖∂L/∂W‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, length in norms(moment.in_training.weight_gradients).items():
            yield self.say(moment, node, length)


class RelativeGradient(Probe):
    """‖∂L/∂W‖₂ / ‖W‖₂ of each layer with weights, its biases included: how large its gradient is beside the layer.

    Weights that are all 0 have a gradient infinitely large beside them, or none.
    """

    unit: ClassVar[str] = "‖∂L/∂W‖₂ / ‖W‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        lengths = norms(moment.in_training.weight_gradients)
        groups = parameters_of(moment.network)
        sizes = norms({name: tuple(group.values()) for name, group in groups.items()})
        for node, length in lengths.items():
            yield self.say(moment, node, beside(length, sizes[node]))


class ParameterGradient(Probe):
    """‖∂L/∂W‖₂ of each single weight matrix and bias, under its name in PyTorch, such as `dense_1.weight`."""

    unit: ClassVar[str] = "‖∂L/∂W‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        groups = moment.in_training.parameter_gradients
        flat = {
            NodeId(f"{node}.{name}"): (grad,)
            for node, group in groups.items()
            for name, grad in group.items()
        }
        for name, length in norms(flat).items():
            yield self.say(moment, name, length)


class UpdateRatio(Probe):
    """‖ΔW‖₂ / ‖W‖₂ of each layer with weights: how far the step that was really done moved it, by any optimiser."""

    unit: ClassVar[str] = "‖ΔW‖₂ / ‖W‖₂"
    needs: ClassVar[Pass] = "update"

    def read(self, moment: Moment) -> Iterator[Reading]:
        if moment.update is None:
            return
        moved, sizes = norms(moment.update.differences), norms(moment.update.before)
        for node, length in moved.items():
            yield self.say(moment, node, beside(length, sizes[node]))


def beside(length: float, size: float) -> float:
    """A length as a multiple of a size; infinite beside nothing, and 0 where there is neither."""
    if size:
        return length / size
    return float("inf") if length else 0.0
