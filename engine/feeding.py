"""Samples on their way into a network: for each tensor that it takes, the numbers of a part, on its device.

What is in memory becomes one tensor; what is streamed becomes a `Stream`, which reads a batch when it is asked for.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.ahead import Ahead
from engine.dataset import Part
from engine.planning import Feed
from engine.samples import Inputs
from engine.settings import Settings
from engine.streamed import Streamed


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


class Stream:
    """A part that is read bit by bit: it can be asked for batches in the words of a tensor, which come out as tensors.

    Told what will be asked for `ahead`, it reads that in a thread beside the training, which ends with the batch.
    """

    def __init__(self, rows: Streamed, device: str, dtype: torch.dtype) -> None:
        self._rows, self._device, self._dtype = rows, device, dtype
        self.shape = rows.shape
        self._coming: tuple[Tensor, Ahead[Tensor]] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, chosen: slice) -> Tensor:
        return on_device(self._rows[chosen], self._device, self._dtype)

    def narrow(self, _dimension: int, start: int, length: int) -> "Stream":
        """So many examples from `start` on, not read yet."""
        return Stream(self._rows.rows(slice(start, start + length)), self._device, self._dtype)

    def index_select(self, _dimension: int, places: Tensor) -> Tensor:
        """The examples at these places."""
        coming, self._coming = self._coming, None
        if coming is not None:
            if torch.equal(coming[0], places):
                return coming[1].result()
            coming[1].close()
        return self._read(places)

    def ahead(self, places: Tensor) -> None:
        """Begin to read what will be asked for next."""
        if not self._rows.slow or not len(places):
            return
        self.close()
        self._coming = places, Ahead(lambda: self._read(places))

    def close(self) -> None:
        """Wait for what is being read; it comes to nothing."""
        coming, self._coming = self._coming, None
        if coming is not None:
            coming[1].close()

    def _read(self, places: Tensor) -> Tensor:
        return on_device(self._rows[places.cpu().numpy()], self._device, self._dtype)


Source = Tensor | Stream


def sources(
    part: Part, feeds: tuple[Feed, ...], device: str, dtype: torch.dtype = torch.float32
) -> tuple[Source, ...]:
    """What a network with these feeds takes of a whole part, to be taken batch by batch."""

    def source(inputs: Inputs) -> Source:
        if isinstance(inputs, Streamed):
            return Stream(inputs, device, dtype)
        return on_device(inputs, device, dtype)

    return tuple(source(part.array(feed.part, feed.lengths)) for feed in feeds)


def on_device(
    array: NDArray[np.generic], device: str, dtype: torch.dtype = torch.float32
) -> Tensor:
    """An array as a tensor; its decimals as `dtype`, whole numbers as they are."""
    tensor = torch.tensor(array, device=device)
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def decimals(settings: Settings) -> torch.dtype:
    """What decimals are kept as: 64 bits, or 32 also where a pass may compute in 16."""
    return torch.float64 if settings.precision == "float64" else torch.float32
