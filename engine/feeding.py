"""Samples on their way into a network: for each tensor that it takes, the numbers of a part, on its device."""

import torch
from torch import Tensor

from engine.dataset import Part
from engine.planning import Feed


def tensors(
    part: Part, feeds: tuple[Feed, ...], device: str, indices: "slice | list[int]" = slice(None)
) -> tuple[Tensor, ...]:
    """What a network with these feeds takes, for some examples of a part of the data."""
    return tuple(
        torch.tensor(part.array(feed.part, feed.lengths)[indices], device=device) for feed in feeds
    )
