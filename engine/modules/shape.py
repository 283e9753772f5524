"""Numbers rearranged: nothing is computed, only where each stands changes."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Reshape(nn.Module):
    """Each sample laid out anew; one size may be -1 and follows from the others."""

    def __init__(self, shape: Sequence[int]) -> None:
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], *self.shape)

    def extra_repr(self) -> str:
        return f"shape={self.shape}"


class Permute(nn.Module):
    """The axes of each sample in another order; 1 is the first, the batch stays where it is."""

    def __init__(self, dims: Sequence[int]) -> None:
        super().__init__()
        self.dims = tuple(dims)

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, *self.dims)

    def extra_repr(self) -> str:
        return f"dims={self.dims}"


class Squeeze(nn.Module):
    """An axis of size 1 taken away."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.squeeze(self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Unsqueeze(nn.Module):
    """An axis of size 1 put in."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.unsqueeze(self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Slice(nn.Module):
    """A stretch of one axis: from `start` up to, but without, `stop`."""

    def __init__(self, dim: int, start: int = 0, stop: int | None = None, step: int = 1) -> None:
        super().__init__()
        self.dim, self.start, self.stop, self.step = dim, start, stop, step

    def forward(self, x: Tensor) -> Tensor:
        before = (slice(None),) * self.dim
        return x[(*before, slice(self.start, self.stop, self.step))]

    def extra_repr(self) -> str:
        return f"dim={self.dim}, start={self.start}, stop={self.stop}, step={self.step}"


class Pad(nn.Module):
    """A border around each sample; `padding` goes from the last axis to the first, before and after each."""

    def __init__(self, padding: Sequence[int], mode: str = "constant", value: float = 0.0) -> None:
        super().__init__()
        self.padding, self.mode, self.value = tuple(padding), mode, value

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            return self._at_each_end(x, lengths)
        if self.mode == "constant":
            return functional.pad(x, self.padding, value=self.value)
        return functional.pad(x, self.padding, mode=self.mode)

    def _at_each_end(self, x: Tensor, lengths: Tensor) -> Tensor:
        """The border of signals (batch, channels, steps), each of which ends elsewhere."""
        before, after = self.padding
        place = torch.arange(-before, x.shape[2] + after, device=x.device)
        last = lengths[:, None] - 1
        source = place.clamp(min=0).minimum(last)  # (batch, steps): where each number comes from
        if self.mode == "reflect":
            source = torch.where(place.abs() > last, 2 * last - place.abs(), place.abs())
        if self.mode == "circular":
            source = place % lengths[:, None]
        source = source.clamp(0, x.shape[2] - 1)[:, None].expand(-1, x.shape[1], -1)
        out = x.gather(2, source)
        if self.mode != "constant":
            return out
        return out.masked_fill(((place < 0) | (place > last))[:, None], self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, mode={self.mode!r}, value={self.value}"


class PadSequence(nn.Module):
    """Every sequence brought to one number of steps: cut off, or filled up with a value."""

    def __init__(self, length: int, value: float = 0.0) -> None:
        super().__init__()
        self.length, self.value = length, value

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            steps = torch.arange(x.shape[1], device=x.device)
            beyond = (steps >= lengths[:, None]).reshape(*x.shape[:2], *(1,) * (x.ndim - 2))
            x = x.masked_fill(beyond, self.value)
        x = functional.pad(x, (*(0, 0) * (x.ndim - 2), 0, self.length), value=self.value)
        return x[:, : self.length]

    def extra_repr(self) -> str:
        return f"length={self.length}, value={self.value}"
