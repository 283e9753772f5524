"""Symbols as numbers, and where in a sequence each one stands."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class OneHot(nn.Module):
    """Each symbol as a row of zeros with a single one."""

    like: Tensor

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.register_buffer("like", torch.empty(0), persistent=False)  # as fine as all else

    def forward(self, x: Tensor) -> Tensor:
        return functional.one_hot(x, self.num_classes).to(self.like)

    def extra_repr(self) -> str:
        return f"num_classes={self.num_classes}"


class SinusoidalEncoding(nn.Module):
    """Waves of many lengths added to each step (Vaswani et al. 2017, section 3.5)."""

    def __init__(self, features: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.features = features
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        steps = torch.arange(x.shape[1], device=x.device, dtype=torch.float32)[:, None]
        pair = torch.arange(0, self.features, 2, device=x.device, dtype=torch.float32)
        angle = steps * torch.exp(pair * (-math.log(10000.0) / self.features))
        waves = torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)
        result: Tensor = self.dropout(x + waves[:, : self.features].to(x.dtype))
        return result

    def extra_repr(self) -> str:
        return f"features={self.features}"


class LearntEncoding(nn.Module):
    """A learnt row of numbers added to each step, for so many steps."""

    def __init__(self, max_length: int, features: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(max_length, features))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.dropout(x + self.weight[: x.shape[1]])
        return result
