"""Some of torch's functions in simpler ones, for the ONNX exporter that traces: it knows no better, and keeps loops.

Each takes what torch's takes and gives the same numbers; what it does not stand in for goes to torch's own.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

USUAL = {
    name: getattr(functional, name)
    for name in """rms_norm bilinear channel_shuffle threshold batch_norm multi_head_attention_forward
    avg_pool2d avg_pool3d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d
    adaptive_max_pool3d""".split()
}
"""torch's own."""


def rms_norm(
    x: Tensor, shape: Any, weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """The rows x / √(mean x² + ε) · weight."""
    axes = tuple(range(-len(shape), 0))
    small = torch.finfo(x.dtype).eps if eps is None else eps
    found = x * torch.rsqrt((x * x).mean(axes, keepdim=True) + small)
    return found if weight is None else found * weight


def bilinear(first: Tensor, second: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x₁ᵀ·W·x₂ + b for each unit."""
    found = torch.einsum("...i,oij,...j->...o", first, weight, second)
    return found if bias is None else found + bias


def channel_shuffle(x: Tensor, groups: int) -> Tensor:
    """Channels of the groups in turn."""
    parted: Tensor = x.unflatten(1, (groups, x.shape[1] // groups))
    return parted.transpose(1, 2).flatten(1, 2)


def threshold(x: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:  # noqa: ARG001
    """What is larger than the threshold as it is, the value elsewhere."""
    found: Tensor = torch.where(x > threshold, x, torch.full_like(x, value))
    return found


def batch_norm(
    x: Tensor, mean: Tensor | None, var: Tensor | None, *given: Any, **named: Any
) -> Tensor:
    """With running figures as torch's; without them by the mean and variance of the batch."""
    if mean is not None:
        found: Tensor = USUAL["batch_norm"](x, mean, var, *given, **named)
        return found
    values = (
        dict(zip(("weight", "bias", "training", "momentum", "eps"), given, strict=False)) | named
    )
    axes = (0, *range(2, x.ndim))
    center = x.mean(axes, keepdim=True)
    spread = ((x - center) ** 2).mean(axes, keepdim=True)
    found = (x - center) * torch.rsqrt(spread + values.get("eps", 1e-5))
    sizes = (1, -1, *(1,) * (x.ndim - 2))
    for name, combine in (("weight", torch.mul), ("bias", torch.add)):
        if values.get(name) is not None:
            found = combine(found, values[name].view(sizes))
    return found


def pooled(x: Tensor, size: Any, sides: int, how: Callable[..., Tensor]) -> Tensor:
    """So many regions of nearly one size along each of the last axes, each made one number.

    Region i of n along L numbers is ⌊i·L/n⌋ … ⌈(i+1)·L/n⌉, as torch cuts them.
    """
    sizes = (size,) * sides if isinstance(size, int) else tuple(size)
    for axis, count in enumerate(sizes, x.ndim - sides):
        length = int(x.shape[axis])
        count = length if count is None else count
        ends = [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
        x = torch.stack([how(x.narrow(axis, a, b - a), axis) for a, b in ends], axis)
    return x


def adaptive(sides: int, how: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Pooling to a size, over so many axes."""

    def run(x: Tensor, output_size: Any, return_indices: bool = False) -> Tensor:  # noqa: ARG001
        return pooled(x, output_size, sides, how)

    return run


def averaged(name: str, sides: int) -> Callable[..., Tensor]:
    """Average pooling whose divisor may be given."""

    def run(
        x: Tensor, kernel: Any, stride: Any = None, padding: Any = 0, ceil: bool = False, pads: bool = True,
        divisor_override: int | None = None,
    ) -> Tensor:  # fmt: skip
        if divisor_override is None or ceil:
            usual: Tensor = USUAL[name](x, kernel, stride, padding, ceil, pads, divisor_override)
            return usual
        count: int = kernel**sides if isinstance(kernel, int) else math.prod(kernel)
        found: Tensor = USUAL[name](x, kernel, stride, padding, False, True)
        return found * (count / divisor_override)

    return run


def attention(
    query: Tensor, key: Tensor, value: Tensor, size: int, heads: int, in_weight: Tensor | None,
    in_bias: Tensor | None, bias_k: Tensor | None, bias_v: Tensor | None, add_zero: bool, _dropout: float,
    out_weight: Tensor, out_bias: Tensor | None, _training: bool = False, **named: Any,
) -> tuple[Tensor, Tensor | None]:  # fmt: skip
    """softmax(q·kᵀ / √d + masks)·v by heads, (steps, batch, features), without dropout (Vaswani et al. 2017)."""
    separate = [named.get(f"{name}_proj_weight") for name in "qkv"]
    weights: Any = separate if in_weight is None else in_weight.chunk(3)
    biases = (None,) * 3 if in_bias is None else in_bias.chunk(3)
    sides = [
        functional.linear(one, weight, bias)
        for one, weight, bias in zip((query, key, value), weights, biases, strict=True)
    ]
    more: list[Any] = [(bias_k, bias_v)] if bias_k is not None else []
    more += [(torch.zeros(1, 1, size), torch.zeros(1, 1, size))] if add_zero else []
    for steps in more:  # that are read beside those that came
        wide = [one.expand(1, query.shape[1], size) for one in steps]
        sides[1:] = [torch.cat(both) for both in zip(sides[1:], wide, strict=True)]
    q, k, v = (side.unflatten(2, (heads, size // heads)).permute(1, 2, 0, 3) for side in sides)
    scores = _masked(q @ k.transpose(2, 3) / math.sqrt(size // heads), len(more), named)
    shares = scores.softmax(-1)  # (batch, heads, steps, steps)
    out = functional.linear((shares @ v).permute(2, 0, 1, 3).flatten(2), out_weight, out_bias)
    if not named.get("need_weights", True):
        return out, None
    return out, shares.mean(1) if named.get("average_attn_weights", True) else shares


def _masked(scores: Tensor, more: int, named: Mapping[str, Any]) -> Tensor:
    """The scores with −∞, or what is added, where masks say so; `more` steps at the end are always seen."""
    hidden, mask = named.get("key_padding_mask"), named.get("attn_mask")
    for one in (None if hidden is None else hidden[:, None, None], mask):
        if one is not None:
            wide = functional.pad(one, (0, more))
            is_yes = wide.dtype == torch.bool
            scores = scores.masked_fill(wide, -math.inf) if is_yes else scores + wide
    return scores


PLAIN: dict[str, Callable[..., Any]] = {
    "rms_norm": rms_norm,
    "bilinear": bilinear,
    "channel_shuffle": channel_shuffle,
    "threshold": threshold,
    "batch_norm": batch_norm,
    "multi_head_attention_forward": attention,
    "avg_pool2d": averaged("avg_pool2d", 2),
    "avg_pool3d": averaged("avg_pool3d", 3),
    **{f"adaptive_avg_pool{sides}d": adaptive(sides, torch.mean) for sides in (2, 3)},
    **{f"adaptive_max_pool{sides}d": adaptive(sides, torch.amax) for sides in (1, 2, 3)},
}


@contextmanager
def traceable() -> Iterator[None]:
    """Put the simpler functions into the place of torch's."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    for name, plain in PLAIN.items():
        setattr(functional, name, plain)
    try:
        yield
    finally:
        for name, usual in USUAL.items():
            setattr(functional, name, usual)
        torch.backends.mha.set_fastpath_enabled(fast)
