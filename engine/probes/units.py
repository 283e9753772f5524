"""Which single units no longer learn: those that never fire, and those that sit where their activation is flat."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import torch

from engine.events import Reading
from engine.layer import Layer
from engine.layers.activation import (
    ELU,
    GELU,
    Hardsigmoid,
    Hardtanh,
    LeakyReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softsign,
    Tanh,
)
from engine.probe import Moment, Pass, Probe

FIRING = (ReLU, ReLU6, LeakyReLU, ELU, GELU, SiLU)
FLAT: Mapping[type[Layer], tuple[float, float]] = MappingProxyType(
    {
        Tanh: (-0.97, 0.97),
        Sigmoid: (0.015, 0.985),
        Softsign: (-0.757, 0.757),
        Hardsigmoid: (1e-6, 1 - 1e-6),
    }
)
"""Outputs beyond which an activation is flat: its slope is below 5.9 % of its greatest (Karpathy's |tanh| > 0.97)."""
FROZEN = 0.95  # of the examples: a unit flat for more of them hardly learns
MOST_PLACES, MOST_NUMBERS = 256, 1 << 18  # of a unit, and of a layer, whose sums are handed out


class Silent(Probe):
    """Which units of a ReLU-like layer (channels, for an image) are never above 0 on the probe batch."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.on_probe.values.items():
            if isinstance(moment.graph.nodes[node].layer, FIRING):
                units = moment.units(node, value)
                yield self.say(moment, node, (units.amax(1) <= 0).cpu().numpy().copy())


class Saturation(Probe):
    """For each unit of a layer that flattens at both ends, on what share of the probe batch it is where it is flat."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.on_probe.values.items():
            if (ends := ends_of(moment.graph.nodes[node].layer)) is not None:
                units = moment.units(node, value)
                flat = (units < ends[0]) | (units > ends[1])
                yield self.say(moment, node, flat.double().mean(1).cpu().numpy().copy())


class Frozen(Probe):
    """Which units of a layer that flattens at both ends are flat on more than 95 % of the probe batch."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for reading in Saturation().read(moment):
            frozen = np.asarray(reading.value, np.float64) > FROZEN
            yield Reading(moment.step, type(self).__name__, reading.node, frozen)


class Sums(Probe):
    """What goes into each unit of an activation, for some of the probe batch: (units, places), float32.

    Of a unit of an image some places of some examples are taken, spread evenly.
    """

    needs: ClassVar[Pass] = "spread"

    def read(self, moment: Moment) -> Iterator[Reading]:
        values = moment.in_training.values
        for node in values:
            edges = moment.graph.incoming.get(node, ())
            if moment.graph.nodes[node].layer.group != "Activation" or len(edges) != 1:
                continue
            given = values.get(edges[0].source)
            if given is not None and edges[0].source_port == "out":
                units = moment.units(node, given)
                count = max(1, min(MOST_PLACES, MOST_NUMBERS // len(units), units.shape[1]))
                places = torch.linspace(0, units.shape[1] - 1, count, device=units.device).long()
                yield self.say(moment, node, units[:, places].float().cpu().numpy().copy())


def ends_of(layer: Layer) -> tuple[float, float] | None:
    """The outputs beyond which a layer is flat; None if it does not flatten at both ends."""
    if isinstance(layer, Hardtanh):
        return layer.min_val + 1e-6, layer.max_val - 1e-6
    return next((ends for kind, ends in FLAT.items() if isinstance(layer, kind)), None)
