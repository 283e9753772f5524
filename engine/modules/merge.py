"""Arithmetic between wires."""

import functools
import operator

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.add, inputs)


class Subtract(nn.Module):
    """The first input less the second."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return first - second


class Multiply(nn.Module):
    """The product of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.mul, inputs)


class Divide(nn.Module):
    """The first input over the second."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return first / second


class Maximum(nn.Module):
    """The largest of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(torch.maximum, inputs)


class Minimum(nn.Module):
    """The smallest of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(torch.minimum, inputs)


class Concat(nn.Module):
    """All inputs one after another along one axis (1: the first of a sample, the channels of an image)."""

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Stack(nn.Module):
    """All inputs side by side along a new axis."""

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.stack(inputs, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Dot(nn.Module):
    """The inner product of two inputs along their last axis, which stays as one number."""

    def __init__(self, normalize: bool = False) -> None:
        super().__init__()
        self.normalize = normalize

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        if self.normalize:
            first = nn.functional.normalize(first, dim=-1)
            second = nn.functional.normalize(second, dim=-1)
        return (first * second).sum(-1, keepdim=True)

    def extra_repr(self) -> str:
        return f"normalize={self.normalize}"


class MatMul(nn.Module):
    """The matrix product of two inputs, example by example."""

    def __init__(self, transpose: bool = False, over_steps: bool = False) -> None:
        super().__init__()
        self.transpose, self.over_steps = transpose, over_steps

    def forward(self, first: Tensor, second: Tensor, lengths: Tensor | None = None) -> Tensor:
        if self.transpose:
            second = second.transpose(-1, -2)
        if self.over_steps and lengths is not None:  # it sums over steps: padding must not count
            steps = torch.arange(second.shape[-2], device=second.device)[:, None]
            beyond = steps >= lengths.reshape(-1, *(1,) * (second.ndim - 1))
            first = first.masked_fill(beyond.transpose(-1, -2), 0.0)
            second = second.masked_fill(beyond, 0.0)
        return first @ second

    def extra_repr(self) -> str:
        return f"transpose={self.transpose}, over_steps={self.over_steps}"
