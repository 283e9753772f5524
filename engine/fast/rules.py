"""What optimisers do to one weight, as pure functions: the formulas of `torch.optim`, with tensors for all rates.

Each takes weight, gradient, what is remembered of the weight (by torch's own names) and `Knobs`, and gives the new
weight and the new memory. Tested against torch.optim itself, to 1e-12 in float64.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from engine.settings import OptimizerName, Settings

Memory = dict[str, Tensor]
Updated = tuple[Tensor, Memory]
KNOBS = ("momentum", "weight_decay", "beta_1", "beta_2", "alpha", "l1", "clip_at")
"""The settings that are handed to a compiled step as numbers, in this order, and may change between two steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Knobs:
    """What an update depends on besides the gradient: float64 tensors of no dimension."""

    rate: Tensor
    decay: Tensor
    momentum: Tensor
    beta_1: Tensor
    beta_2: Tensor
    alpha: Tensor


Rule = Callable[[Tensor, Tensor, Memory, Knobs], Updated]


def _sgd(weight: Tensor, grad: Tensor, _: Memory, knobs: Knobs) -> Updated:
    return weight - knobs.rate * (grad + knobs.decay * weight), {}


def _momentum(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    moved = knobs.momentum * memory["momentum_buffer"] + (grad + knobs.decay * weight)
    return weight - knobs.rate * moved, {"momentum_buffer": moved}


def _nesterov(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    pulled = grad + knobs.decay * weight
    moved = knobs.momentum * memory["momentum_buffer"] + pulled
    return weight - knobs.rate * (pulled + knobs.momentum * moved), {"momentum_buffer": moved}


def _rmsprop(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    pulled = grad + knobs.decay * weight
    mean = knobs.alpha * memory["square_avg"] + (1 - knobs.alpha) * pulled * pulled
    changed = weight - knobs.rate * (pulled / (mean.sqrt() + 1e-8))
    return changed, {"step": memory["step"] + 1, "square_avg": mean}


def _adagrad(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    pulled = grad + knobs.decay * weight
    total = memory["sum"] + pulled * pulled
    changed = weight - knobs.rate * (pulled / (total.sqrt() + 1e-10))
    return changed, {"step": memory["step"] + 1, "sum": total}


def _adam(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    """Kingma and Ba 2015, algorithm 1."""
    return _moments(weight, grad + knobs.decay * weight, memory, knobs)


def _adamw(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    """Loshchilov and Hutter 2019: the decay apart from the gradient."""
    return _moments(weight * (1 - knobs.rate * knobs.decay), grad, memory, knobs)


def _moments(weight: Tensor, grad: Tensor, memory: Memory, knobs: Knobs) -> Updated:
    step = memory["step"] + 1
    first = knobs.beta_1 * memory["exp_avg"] + (1 - knobs.beta_1) * grad
    second = knobs.beta_2 * memory["exp_avg_sq"] + (1 - knobs.beta_2) * grad * grad
    done = step.double()
    size = knobs.rate / (1 - knobs.beta_1**done)
    length = second.sqrt() / (1 - knobs.beta_2**done).sqrt() + 1e-8
    return weight - size * (first / length), {
        "step": step,
        "exp_avg": first,
        "exp_avg_sq": second,
    }


RULES: Mapping[OptimizerName, Rule] = MappingProxyType(
    {
        "SGD": _sgd,
        "Momentum": _momentum,
        "Nesterov": _nesterov,
        "RMSprop": _rmsprop,
        "Adagrad": _adagrad,
        "Adam": _adam,
        "AdamW": _adamw,
    }
)


def rule_of(settings: Settings) -> OptimizerName:
    """The rule that these settings come to: without momentum, torch's SGD remembers nothing."""
    plain = settings.optimizer in ("Momentum", "Nesterov") and not settings.momentum
    return "SGD" if plain else settings.optimizer


def knobs_of(settings: Settings) -> Tensor:
    """The settings named in `KNOBS` as numbers. Shape: (7,), float64."""
    return torch.tensor([getattr(settings, name) for name in KNOBS], dtype=torch.float64)


def shaped(
    grads: list[Tensor], weights: list[Tensor], clipping: str, l1: Tensor | None, at: Tensor
) -> list[Tensor]:
    """What L1 adds, λ·sign(w), and then clipping: as `engine.updating` does it in place, here as a pure function."""
    if l1 is not None:
        grads = [grad + l1 * weight.sign() for grad, weight in zip(grads, weights, strict=True)]
    if clipping == "value":
        return [
            torch.maximum(torch.minimum(grad, at.to(grad.dtype)), -at.to(grad.dtype))
            for grad in grads
        ]
    if clipping == "norm":
        squares = [grad.double().square().sum() for grad in grads]
        factor = (at / (torch.stack(squares).sum().sqrt() + 1e-6)).clamp(max=1.0)
        return [grad * factor for grad in grads]
    return grads
