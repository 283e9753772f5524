"""Many numbers made into few: one step of a sequence, or what is common to all places."""

import torch
from torch import Tensor, nn


def real_steps(x: Tensor, lengths: Tensor, axis: int) -> Tensor:
    """Where the steps of `x` (along `axis`) are no padding, in a shape that can be multiplied with it."""
    steps = torch.arange(x.shape[axis], device=x.device)
    shape = [1] * x.ndim
    shape[0], shape[axis] = x.shape[0], x.shape[axis]
    return (steps < lengths[:, None]).reshape(shape)


class Select(nn.Module):
    """One step of each sequence (batch, steps, …), or one number that stands for all its steps."""

    def __init__(self, which: str = "last", index: int = 0) -> None:
        super().__init__()
        self.which, self.index = which, index

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if self.which in ("mean", "max"):
            return _pooled(x, lengths, 1, self.which)
        if self.which != "last":
            return x[:, 0 if self.which == "first" else self.index]
        if lengths is None:
            return x[:, -1]
        last = (lengths - 1).reshape(-1, *(1,) * (x.ndim - 1)).expand(-1, 1, *x.shape[2:])
        return x.gather(1, last)[:, 0]

    def extra_repr(self) -> str:
        return f"which={self.which!r}, index={self.index}"


def _pooled(x: Tensor, lengths: Tensor | None, axis: int, how: str) -> Tensor:
    """The mean or the maximum over the real steps of one axis."""
    if lengths is None:
        return x.mean(axis) if how == "mean" else x.amax(axis)
    real = real_steps(x, lengths, axis)
    if how == "max":
        return x.masked_fill(~real, -torch.inf).amax(axis)
    return x.masked_fill(~real, 0.0).sum(axis) / real.sum(axis)


class GlobalAvgPool(nn.Module):
    """The mean of each channel over all its places; for sequences (batch, steps, features) of each feature."""

    def __init__(self, channels_last: bool = False) -> None:
        super().__init__()
        self.channels_last = channels_last

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if self.channels_last:
            return _pooled(x, lengths, 1, "mean")
        return _pooled(x.flatten(2), lengths, 2, "mean")


class GlobalMaxPool(nn.Module):
    """The largest number of each channel over all its places; for sequences of each feature."""

    def __init__(self, channels_last: bool = False) -> None:
        super().__init__()
        self.channels_last = channels_last

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if self.channels_last:
            return _pooled(x, lengths, 1, "max")
        return _pooled(x.flatten(2), lengths, 2, "max")


class Reduce(nn.Module):
    """One number in place of a whole axis: its mean, sum, largest, smallest, or length."""

    def __init__(self, how: str = "mean", dim: int = 1, keepdim: bool = False) -> None:
        super().__init__()
        self.how, self.dim, self.keepdim = how, dim, keepdim

    def forward(self, x: Tensor) -> Tensor:
        match self.how:
            case "mean":
                return x.mean(self.dim, keepdim=self.keepdim)
            case "sum":
                return x.sum(self.dim, keepdim=self.keepdim)
            case "max":
                return x.amax(self.dim, keepdim=self.keepdim)
            case "min":
                return x.amin(self.dim, keepdim=self.keepdim)
        length: Tensor = torch.linalg.vector_norm(x, dim=self.dim, keepdim=self.keepdim)
        return length

    def extra_repr(self) -> str:
        return f"how={self.how!r}, dim={self.dim}, keepdim={self.keepdim}"


class Softmax(nn.Module):
    """Softmax over the steps of sequences (batch, steps, …), of which padding gets nothing."""

    def __init__(self, dim: int = 1, log: bool = False) -> None:
        super().__init__()
        self.dim, self.log = dim, log

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            x = x.masked_fill(~real_steps(x, lengths, self.dim), torch.finfo(x.dtype).min)
        return x.log_softmax(self.dim) if self.log else x.softmax(self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, log={self.log}"
