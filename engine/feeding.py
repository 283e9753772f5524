"""Samples on their way into a network: for each tensor that it takes, the numbers of a part, on its device."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.dataset import Part
from engine.planning import Feed
from engine.settings import Settings


def tensors(
    part: Part,
    feeds: tuple[Feed, ...],
    device: str,
    indices: "slice | list[int]" = slice(None),
    dtype: torch.dtype = torch.float32,
) -> tuple[Tensor, ...]:
    """What a network with these feeds takes, for some examples of a part of the data; decimals as `dtype`."""
    return tuple(
        on_device(part.array(feed.part, feed.lengths)[indices], device, dtype) for feed in feeds
    )


def on_device(
    array: NDArray[np.generic], device: str, dtype: torch.dtype = torch.float32
) -> Tensor:
    """An array as a tensor; its decimals as `dtype`, whole numbers as they are."""
    tensor = torch.tensor(array, device=device)
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def decimals(settings: Settings) -> torch.dtype:
    """What decimals are kept as: 64 bits, or 32 also where a pass may compute in 16."""
    return torch.float64 if settings.precision == "float64" else torch.float32
