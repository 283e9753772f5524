"""One cell of what a layer gives out, taken apart: the window it looks at, the weights, and their products.

For convolutions of one, two and three dimensions, with any kernel, stride, padding, dilation and groups, for
transposed ones, and for dense layers: each cell is Σ x·w + b over its window (`visuals` §2.12). So it is for poolings
and for batch norm, whose weights are not filters but follow from the rule (`pools`).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from engine.pools import normed, pooled

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The window `x` and the weights `w`, both (channels, *kernel), or (features,) for a dense layer.

    `inside` is 1 where x is a number of the layer's input and 0 where it is padding, or where nothing meets the weight.
    """

    x: Floats
    w: Floats
    inside: Floats
    bias: float

    @property
    def products(self) -> Floats:
        """x·w, place by place."""
        return self.x * self.w

    @property
    def total(self) -> float:
        """Σ x·w + b, summed in float64."""
        return float(self.products.sum()) + self.bias


def packed(patch: Patch) -> Floats:
    """A patch as one row of numbers, which an event can carry: how many axes, their lengths, the bias, x, w, inside."""
    head = [patch.x.ndim, *patch.x.shape, patch.bias]
    return np.concatenate([head, patch.x.ravel(), patch.w.ravel(), patch.inside.ravel()])


def unpacked(row: Floats) -> Patch:
    """The patch that was packed."""
    axes = int(row[0])
    shape = row[1 : axes + 1].astype(int)
    x, w, inside = row[axes + 2 :].reshape(3, *shape)
    return Patch(x, w, inside, float(row[axes + 1]))


def patch_of(module: nn.Module, x: Tensor, cell: tuple[int, ...]) -> Patch | None:
    """Take apart a cell of what a layer makes of one example x (without the batch); None where it is no such sum.

    `cell` is (channel, *place) of a convolution's output, and (*steps, unit) of a dense layer's.
    """
    with torch.no_grad():
        if isinstance(module, _ConvTransposeNd):
            return _transposed(module, x, cell)
        if isinstance(module, _ConvNd):
            return _convolved(module, x, cell)
        if isinstance(module, nn.Linear):
            return _dense(module, x, cell)
        found = pooled(module, x, cell) or normed(module, x, cell)
    if found is None:
        return None
    window, weights, inside, bias = found
    return Patch(_floats(window), _floats(weights), _floats(inside), bias)


def _convolved(module: _ConvNd, x: Tensor, cell: tuple[int, ...]) -> Patch:
    channel, *place = cell
    widths = list(module._reversed_padding_repeated_twice)  # as F.pad takes them, for "same" too
    mode = "constant" if module.padding_mode == "zeros" else module.padding_mode
    real = functional.pad(torch.ones_like(x[None]), widths)[0]
    window = functional.pad(x[None], widths, mode)[0]
    each, group = _group(module, channel, module.out_channels)
    window, real = (
        window[each * group : each * (group + 1)],
        real[each * group : each * (group + 1)],
    )
    for axis, start in enumerate(place):
        step, apart, size = module.stride[axis], module.dilation[axis], module.kernel_size[axis]
        chosen = start * step + apart * torch.arange(size, device=x.device)
        window, real = window.index_select(axis + 1, chosen), real.index_select(axis + 1, chosen)
    return Patch(
        _floats(window), _floats(module.weight[channel]), _floats(real), _bias(module, channel)
    )


def _transposed(module: _ConvTransposeNd, x: Tensor, cell: tuple[int, ...]) -> Patch:
    """The weight at k meets x at (o + padding − dilation·k) / stride, where that is a place of x."""
    channel, *place = cell
    each = module.in_channels // module.groups
    group, within = divmod(channel, module.out_channels // module.groups)
    weight = module.weight[each * group : each * (group + 1), within]
    met = [
        [_met(module, axis, o, k, x.shape[axis + 1]) for k in range(module.kernel_size[axis])]
        for axis, o in enumerate(place)
    ]
    window, real = torch.zeros_like(weight), torch.zeros_like(weight)
    for k in itertools.product(*(range(size) for size in module.kernel_size)):
        where = [met[axis][step] for axis, step in enumerate(k)]
        known = [one for one in where if one is not None]
        if len(known) == len(where):
            window[_at(slice(None), k)] = x[_at(slice(each * group, each * (group + 1)), known)]
            real[_at(slice(None), k)] = 1.0
    return Patch(_floats(window), _floats(weight), _floats(real), _bias(module, channel))


def _met(module: _ConvTransposeNd, axis: int, o: int, k: int, size: int) -> int | None:
    padding = int(module.padding[axis])
    place, left = divmod(o + padding - module.dilation[axis] * k, module.stride[axis])
    return place if not left and 0 <= place < size else None


def _at(channels: slice, place: Sequence[int]) -> tuple[slice | int, ...]:
    return (channels, *place)


def _dense(module: nn.Linear, x: Tensor, cell: tuple[int, ...]) -> Patch:
    *steps, unit = cell
    row = x[tuple(steps)]
    return Patch(
        _floats(row), _floats(module.weight[unit]), np.ones(row.shape), _bias(module, unit)
    )


def _group(module: _ConvNd, channel: int, channels: int) -> tuple[int, int]:
    """How many input channels a group has, and which group an output channel is of."""
    return module.in_channels // module.groups, channel // (channels // module.groups)


def _bias(module: _ConvNd | nn.Linear, channel: int) -> float:
    return float(module.bias[channel]) if module.bias is not None else 0.0


def _floats(values: Tensor) -> Floats:
    return np.asarray(values.detach().double().cpu().numpy())
