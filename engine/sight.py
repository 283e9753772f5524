"""What one cell of a network can see of its input: its receptive field, found by running the network.

A number that is not a number spreads to all that is computed from it. So the input is spoilt from an edge up to some
place, and where the cell is spoilt first, there its field begins; halving finds that place in a few runs. No rule for
any kind of layer is needed, weights of 0 and units that are off do not hide what a cell could see, and it is exact for
whatever a network is made of. Attention that is masked counts as seeing what its mask hides.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx

from engine.graph import NodeId
from engine.network import Network

Ranges = NDArray[np.int64]  # (axes, 2): the first and the last place along each axis of a sample


def sight(
    network: Network, inputs: Sequence[Tensor], node: NodeId, cell: tuple[int, ...]
) -> list[Ranges | None]:
    """For each tensor that a network takes (of one example): what a cell of a node's output can see of it.

    None where it sees nothing of it. The network should be in inference mode. Whole numbers, such as symbols, are
    spoilt where they have become rows of numbers: along their first axis alone.
    """
    with torch.no_grad(), torch.backends.cudnn.flags(enabled=False):  # cuDNN may mix neighbours
        return [_ranges(network, inputs, feed, node, cell) for feed in range(len(inputs))]


def _ranges(
    network: Network, inputs: Sequence[Tensor], feed: int, node: NodeId, cell: tuple[int, ...]
) -> Ranges | None:
    sizes = inputs[feed].shape[1:] if inputs[feed].is_floating_point() else inputs[feed].shape[1:2]
    if not sizes or any(size == 0 for size in sizes):
        return None
    whole = [(axis, 0, sizes[axis]) for axis in range(len(sizes))]
    if not all(_reached(network, inputs, feed, node, cell, whole[:1])):
        return None
    # For each axis and side: up to `low` places do not reach the cell, `high` do.
    low, high = np.zeros((len(sizes), 2), int), np.array([[size, size] for size in sizes])
    for _ in range(math.ceil(math.log2(max(sizes))) + 1):
        middle = (low + high) // 2
        spoilt = [
            (axis, 0, middle[axis, 0]) if side == 0 else (axis, size - middle[axis, 1], size)
            for axis, size in enumerate(sizes)
            for side in (0, 1)
        ]
        reached = np.array(_reached(network, inputs, feed, node, cell, spoilt)).reshape(-1, 2)
        high, low = np.where(reached, middle, high), np.where(reached, low, middle)
    return np.stack([high[:, 0] - 1, np.array(sizes) - high[:, 1]], 1)


def _reached(
    network: Network,
    inputs: Sequence[Tensor],
    feed: int,
    node: NodeId,
    cell: tuple[int, ...],
    spoilt: Sequence[tuple[int, int, int]],
) -> list[bool]:
    """Whether each of some spoilt copies of the example spoils the cell. A piece is (axis, from, to)."""
    copies = [given.repeat_interleave(len(spoilt), 0) if given.ndim else given for given in inputs]
    spoiler = _Spoiler(network.module, feed, spoilt, node)
    spoiler.run(*copies)
    found = spoiler.found
    if found is None:
        return [False] * len(spoilt)
    place: tuple[slice | int, ...] = (slice(None), *cell)
    return [bool(spoils) for spoils in torch.isnan(found[place]).tolist()]


class _Spoiler(fx.Interpreter):
    """Runs a network on copies of one example, each of which is spoilt in another place, up to a node."""

    def __init__(
        self,
        module: fx.GraphModule,
        feed: int,
        spoilt: Sequence[tuple[int, int, int]],
        node: NodeId,
    ) -> None:
        super().__init__(module)
        self.found: Tensor | None = None
        self._spoilt, self._node = spoilt, node
        self._given = [n for n in module.graph.nodes if n.op == "placeholder"][feed]

    def run_node(self, n: fx.Node) -> object:
        if self.found is not None:
            return None  # nothing after it matters
        result: object = super().run_node(n)
        value = result[0] if isinstance(result, tuple) else result
        if isinstance(value, Tensor) and value.is_floating_point() and self._is_source(n):
            result = value = self._spoil(value)
        if self._node in n.meta.get("nodes", ()) and isinstance(value, Tensor):
            self.found = value
        return result

    def _is_source(self, n: fx.Node) -> bool:
        """Whether it is the input itself, or what has just made numbers of its symbols."""
        if n is self._given:
            return True
        sources = [a for a in n.args if isinstance(a, fx.Node)]
        given = self.env.get(self._given)
        is_whole = isinstance(given, Tensor) and not given.is_floating_point()
        return is_whole and sources == [self._given]

    def _spoil(self, value: Tensor) -> Tensor:
        value = value.clone()
        for copy, (axis, start, end) in enumerate(self._spoilt):
            value[copy].narrow(axis, start, end - start).fill_(math.nan)
        return value
