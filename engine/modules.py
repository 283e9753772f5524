"""The few modules that torch lacks: arithmetic between wires, as ordinary `nn.Module`s."""

import functools
import operator

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.add, inputs)


class Multiply(nn.Module):
    """The product of all inputs, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.mul, inputs)


class Concat(nn.Module):
    """All inputs one after another along the first axis of a sample (the channels of an image)."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, dim=1)
