"""Where numbers come from that no wire brings: constants, and noise."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Constant(nn.Module):
    """The same numbers for every example of a batch, which may be learnt."""

    value: Tensor

    def __init__(self, shape: Sequence[int], value: float = 0.0, learnable: bool = False) -> None:
        super().__init__()
        filled = torch.full(tuple(shape), float(value))
        if learnable:
            self.value = nn.Parameter(filled)
        else:
            self.register_buffer("value", filled)

    def forward(self, sample: Tensor) -> Tensor:
        return self.value.expand(sample.shape[0], *self.value.shape)

    def extra_repr(self) -> str:
        return f"shape={tuple(self.value.shape)}"


class Noise(nn.Module):
    """Gaussian noise added while training."""

    def __init__(self, std: float = 0.1) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        return x + self.std * torch.randn_like(x) if self.training else x

    def extra_repr(self) -> str:
        return f"std={self.std}"


class Scale(nn.Module):
    """Each feature times a learnt number."""

    def __init__(self, sizes: Sequence[int], initial: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full(tuple(sizes), float(initial)))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight
