"""A step, or several in a row, as one function of tensors that changes weights and memories in place.

The function takes one flat list, so that a run and the process that compiled it agree on its order by construction:
`state` (weights and running figures), `memory` (of the optimiser), knobs (7,), rates (count,), the numbers of the whole
train part, its targets, and the places of the examples (count·size,). It gives the losses, (count,).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call

from engine.fast.rules import KNOBS, RULES, Knobs, Memory, rule_of, shaped
from engine.network import Network
from engine.settings import Settings
from engine.updating import Updates


@dataclass(frozen=True, slots=True)
class Size:
    """What a compiled step is made for: examples in a minibatch, and minibatches in one call."""

    batch: int
    count: int


def state(network: Network) -> list[Tensor]:
    """All weights and running figures, by the names of the network's state; the very tensors, not copies."""
    return list(network.module.state_dict().values())


def memory(updates: Updates) -> list[Tensor]:
    """What the optimiser remembers, weight by weight, each by name; the very tensors."""
    found = []
    for parameter in updates.parameters:
        kept = updates.optimizer.state.get(parameter, {})
        found += [kept[name] for name in sorted(kept) if isinstance(kept[name], Tensor)]
    return found


def whole(
    network: Network, updates: Updates, settings: Settings, size: Size
) -> Callable[..., Tensor]:
    """The function. The optimiser must have taken a step: before, it remembers nothing that could be handed on."""
    names = list(network.module.state_dict())
    kept = {
        name: sorted(n for n, v in updates.optimizer.state.get(p, {}).items() if isinstance(v, Tensor))
        for name, p in updates.named.items()
    }  # fmt: skip
    groups = _groups(updates)
    feeds = len(network.feeds)

    def run(*given: Tensor) -> Tensor:
        rest = iter(given)
        held = {name: next(rest) for name in names}
        remembered = {n: {m: next(rest) for m in of} for n, of in kept.items()}
        knobs, rates = next(rest), next(rest)
        inputs, targets, order = [next(rest) for _ in range(feeds)], next(rest), next(rest)
        now, memories, losses = dict(held), {n: dict(m) for n, m in remembered.items()}, []
        for number in range(size.count):
            chosen = order[number * size.batch : (number + 1) * size.batch]
            batch = tuple(given.index_select(0, chosen) for given in inputs)
            leaves = {name: now[name].detach().requires_grad_() for name in updates.named}
            results = functional_call(network.module, {**now, **leaves}, batch)
            loss = network.loss(results, targets.index_select(0, chosen))
            grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
            reached = {n: g for n, g in zip(leaves, grads, strict=True) if g is not None}
            losses.append(loss.detach())
            with torch.no_grad():
                changed = _updated(
                    settings, groups, leaves, reached, memories, knobs, rates[number]
                )
            for name, (weight, mind) in changed.items():
                now[name], memories[name] = weight, mind
        for name in updates.named:
            held[name].copy_(now[name])
            for part, tensor in remembered[name].items():
                tensor.copy_(memories[name][part])
        return torch.stack(losses)

    return run


def _groups(updates: Updates) -> dict[str, tuple[float, float | None]]:
    """Of each weight, by name: the factor of the rate, and its own weight decay if it has one."""
    of = {
        id(parameter): (group["factor"], group["decay"])
        for group in updates.optimizer.param_groups
        for parameter in group["params"]
    }
    return {name: of[id(parameter)] for name, parameter in updates.named.items()}


def _updated(
    settings: Settings,
    groups: dict[str, tuple[float, float | None]],
    leaves: dict[str, Tensor],
    reached: dict[str, Tensor],
    memories: dict[str, Memory],
    knobs: Tensor,
    rate: Tensor,
) -> dict[str, tuple[Tensor, Memory]]:
    """The weights that have a gradient, and their memories, after one update."""
    given = dict(zip(KNOBS, knobs.unbind(), strict=True))
    weights = [leaves[name].detach() for name in reached]
    l1 = given["l1"] if settings.l1 else None
    grads = shaped(list(reached.values()), weights, settings.clipping, l1, given["clip_at"])
    rule = RULES[rule_of(settings)]
    found = {}
    for name, weight, grad in zip(reached, weights, grads, strict=True):
        factor, decay = groups[name]
        turned = Knobs(
            rate * factor if factor != 1 else rate,
            given["weight_decay"] if decay is None else torch.tensor(decay, dtype=torch.float64),
            given["momentum"], given["beta_1"], given["beta_2"], given["alpha"],
        )  # fmt: skip
        found[name] = rule(weight, grad, memories[name], turned)
    return found
