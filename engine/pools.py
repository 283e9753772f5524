"""A cell of a pooling or of a batch norm as a sum of products: what a maximum takes one of, and an average all.

The weights are ∂cell/∂x: of a maximum 1 where the largest number stands and 0 elsewhere, of an average an equal share.
"""

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.pooling import (
    _AdaptiveAvgPoolNd,
    _AdaptiveMaxPoolNd,
    _AvgPoolNd,
    _MaxPoolNd,
)

Windows = tuple[Tensor, Tensor, Tensor, float]  # x, w, inside and bias of a cell


def pooled(module: nn.Module, x: Tensor, cell: tuple[int, ...]) -> Windows | None:
    """The window of a cell (channel, *place) with one plane, (1, *kernel); None where it is no pooling."""
    channel, *place = cell
    sizes = tuple(x.shape[1:])
    if isinstance(module, _AdaptiveAvgPoolNd | _AdaptiveMaxPoolNd):
        wanted = _each(module.output_size, len(sizes))
        spans = [
            torch.arange(at * size // (out or size), -(-(at + 1) * size // (out or size)))
            for at, size, out in zip(place, sizes, wanted, strict=True)
        ]
    elif isinstance(module, _AvgPoolNd | _MaxPoolNd):
        spans = _spans(module, place)
    else:
        return None
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        slope = torch.autograd.grad(module(leaf[None])[0][cell], leaf)[0][channel]
    window, inside = x[channel], torch.ones(sizes, device=x.device)
    for axis, (span, size) in enumerate(zip(spans, sizes, strict=True)):
        near = span.clamp(0, size - 1).to(x.device)
        real = ((span >= 0) & (span < size)).to(x.device, x.dtype)
        shape = [-1 if other == axis else 1 for other in range(len(sizes))]
        slope, window = slope.index_select(axis, near), window.index_select(axis, near)
        inside = inside.index_select(axis, near) * real.reshape(shape)
    return (window * inside)[None], (slope * inside)[None], inside[None], 0.0


def _spans(module: nn.Module, place: list[int]) -> list[Tensor]:
    """Where the window of a place lies along each axis; what lies outside is padding."""
    count = len(place)
    sizes, padding = _each(module.kernel_size, count), _each(module.padding, count)
    strides = _each(module.stride or module.kernel_size, count)
    apart = _each(getattr(module, "dilation", 1), count)
    return [
        at * stride - pad + gap * torch.arange(size)
        for at, stride, pad, gap, size in zip(place, strides, padding, apart, sizes, strict=True)
    ]


def _each(setting: object, count: int) -> tuple[int, ...]:
    """A setting of torch's poolings, one number for all axes or one for each."""
    return tuple(setting) if isinstance(setting, tuple | list) else (setting,) * count  # type: ignore[return-value]


def normed(module: nn.Module, x: Tensor, cell: tuple[int, ...]) -> Windows | None:
    """A cell of a batch norm as it is when not training: γ/√(σ²+ε) times x, and what is left of β."""
    if not isinstance(module, _BatchNorm) or module.running_mean is None:
        return None
    feature = cell[-1] if getattr(module, "steps_first", False) else cell[0]
    mean, variance = module.running_mean[feature], module.running_var[feature]  # type: ignore[index]
    scale = torch.rsqrt(variance + module.eps)
    scale = scale * module.weight[feature] if module.affine else scale
    shift = module.bias[feature] if module.affine else torch.zeros(())
    one = x[cell].reshape(1)
    return one, scale.reshape(1), torch.ones(1), float(shift - mean * scale)
