"""One cell of what a node gives out for the chosen example: its value, what it is the sum of, what it can see."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from torch import Tensor

from engine.control import Focus
from engine.events import Reading
from engine.graph import NodeId
from engine.layers.data import Input
from engine.patch import packed, patch_of
from engine.probe import Moment, Pass, Probe
from engine.sight import Ranges

MOST_WEIGHTS = 1 << 21  # of one node that are handed out


def focused(moment: Moment) -> tuple[NodeId, tuple[int, ...]] | None:
    """The node in focus and its cell, if the network has such a cell."""
    focus = moment.focus
    value = moment.on_example.values.get(NodeId(focus.node)) if focus else None
    if focus is None or value is None or len(focus.cell) != value.ndim - 1:
        return None
    fits = all(0 <= i < size for i, size in zip(focus.cell, value.shape[1:], strict=True))
    return (NodeId(focus.node), focus.cell) if fits else None


class Cell(Probe):
    """The value of the cell in focus, ∂L/∂value (NaN where the truth is not known), and which cell it is."""

    needs: ClassVar[Pass] = "example"
    follows: ClassVar[bool] = True

    def read(self, moment: Moment) -> Iterator[Reading]:
        if (found := focused(moment)) is None:
            return
        node, cell = found
        place = (0, *cell)
        gradient = moment.on_example.gradients.get(node)
        slope = float(gradient[place]) if gradient is not None else float("nan")
        value = float(moment.on_example.values[node][place])
        yield self.say(moment, node, np.array([value, slope, *cell], np.float64))


class Patch(Probe):
    """The sum that the cell in focus is: its window, the weights and the bias, as `engine.patch.packed` packs them."""

    needs: ClassVar[Pass] = "example"
    follows: ClassVar[bool] = True

    def read(self, moment: Moment) -> Iterator[Reading]:
        if (found := focused(moment)) is None:
            return
        node, cell = found
        given = moment.on_example.into(node)
        if len(given) != 1 or not isinstance(given[0], Tensor):
            return
        patch = patch_of(moment.network.of(node), given[0][0], cell)
        if patch is not None and patch.x.size <= MOST_WEIGHTS:
            yield self.say(moment, node, packed(patch))


class Sight(Probe):
    """Which part of each Input the cell in focus can see: (axes, 2), the first and the last place along each axis."""

    needs: ClassVar[Pass] = "example"
    follows: ClassVar[bool] = True

    def __init__(self) -> None:
        self._seen: tuple[Focus, list[Ranges | None]] | None = None  # it hangs on no weight

    def read(self, moment: Moment) -> Iterator[Reading]:
        found = focused(moment)
        if found is None or moment.focus is None:
            return
        if self._seen is None or self._seen[0] != moment.focus:
            self._seen = (moment.focus, moment.on_example.sight(*found))
        parts = {
            feed.part: ranges
            for feed, ranges in zip(moment.network.feeds, self._seen[1], strict=True)
            if not feed.lengths
        }
        for node in moment.network.order:
            layer = moment.graph.nodes[node].layer
            if isinstance(layer, Input):
                ranges = parts.get(layer.part)
                nothing = np.empty((0, 2), np.int64)
                yield self.say(moment, node, nothing if ranges is None else ranges)


class Filters(Probe):
    """The weights of the node in focus: (out, in, *kernel) of a convolution, (out, in) of a dense layer."""

    needs: ClassVar[Pass] = "example"
    follows: ClassVar[bool] = True

    def read(self, moment: Moment) -> Iterator[Reading]:
        node = NodeId(moment.focus.node) if moment.focus else None
        if node is None or node not in moment.network.owners:
            return
        weight = getattr(moment.network.of(node), "weight", None)
        if isinstance(weight, Tensor) and weight.ndim >= 2 and weight.numel() <= MOST_WEIGHTS:
            yield self.say(moment, node, weight.detach().float().cpu().numpy().copy())
