"""From a loss to changed weights: backward pass, penalties, clipping, and the optimiser with its groups of weights.

What is decided here is decided once: the program, its compiled step and the scripts it writes follow it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.graph import Graph
from engine.network import Network
from engine.optimizers import make_optimizer
from engine.settings import Settings


class Updates:
    """What a run does to weights. `adjust` takes over other settings from the next step on."""

    def __init__(self, network: Network, graph: Graph, settings: Settings) -> None:
        self.settings = settings
        self.named = {n: p for n, p in network.module.named_parameters() if p.requires_grad}
        self.parameters = list(self.named.values())
        self.optimizer = make_optimizer(settings, groups(network, graph, self.named, settings))
        self._factors = [group["factor"] for group in self.optimizer.param_groups]
        self._decays = [group["decay"] for group in self.optimizer.param_groups]
        self._step = _bare_step(self.optimizer)
        self._rate = settings.learning_rate
        self._scaler = _scaler(settings)
        self._mixed = _mixed(settings)
        self._added = self._examples = (
            0  # batches, and their examples, whose gradients wait for an update
        )
        self._whole = 1  # examples of an update that is not cut short by the end of an epoch

    def adjust(self, settings: Settings) -> None:
        """Take over other settings from the next step on."""
        self.settings = settings
        for group, decay in zip(self.optimizer.param_groups, self._decays, strict=True):
            group["weight_decay"] = settings.weight_decay if decay is None else decay
            if "momentum" in group and settings.optimizer in ("Momentum", "Nesterov"):
                group["momentum"] = settings.momentum

    def go_at(self, rate: float) -> None:
        """Use this learning rate from the next update on; each group by its own factor."""
        if rate != self._rate:
            self._rate = rate
            for group, factor in zip(self.optimizer.param_groups, self._factors, strict=True):
                group["lr"] = rate * factor

    def mixed(self) -> AbstractContextManager[object]:
        """Where a forward pass may compute in 16 bits, if the settings say so."""
        return self._mixed()

    def learn(self, loss: Tensor, examples: int, *, last: bool) -> None:
        """Go back from the loss of a minibatch of so many examples, and update the weights.

        They wait until `accumulate` minibatches have been added up, or this is the `last` of an epoch. Each counts by
        its examples, so that the update is that of one larger minibatch, whatever is left over at the end of an epoch.
        """
        if not self._added:
            self._whole = self.settings.batch_size * self.settings.accumulate
            for parameter in self.parameters:
                parameter.grad = None
        alone = self.settings.accumulate == 1 and not self._added
        scaled = loss if alone else loss * (examples / self._whole)
        (self._scaler.scale(scaled) if self._scaler else scaled).backward()
        self._added, self._examples = self._added + 1, self._examples + examples
        if last or self._added >= self.settings.accumulate:
            if not alone and self._examples != self._whole:
                grads = [p.grad for p in self.parameters if p.grad is not None]
                torch._foreach_mul_(grads, self._whole / self._examples)
            self._update()
            self.forget()

    def updates_with(self, *, last: bool) -> bool:
        """Whether the next minibatch brings an update; it is the `last` of an epoch, or not."""
        return last or self._added + 1 >= self.settings.accumulate

    @property
    def waits(self) -> bool:
        """Whether gradients have been added up that no update has used yet."""
        return self._added > 0

    def forget(self) -> None:
        """Drop what has been added up and not used yet."""
        self._added = self._examples = 0

    def _update(self) -> None:
        if self._scaler:
            self._scaler.unscale_(self.optimizer)
        if self.settings.l1 or self.settings.clipping != "none":
            shape_gradients(self.parameters, self.settings)
        if self._scaler:
            self._scaler.step(self.optimizer)
            self._scaler.update()
        else:
            with torch.no_grad():
                self._step()


def _bare_step(optimizer: torch.optim.Optimizer) -> Callable[[], object]:
    """An optimiser's step without what torch wraps around it for its profiler: that takes longer than a small step."""
    step: Callable[..., object] = type(optimizer).step
    while hasattr(step, "__wrapped__"):
        step = step.__wrapped__
    return partial(step, optimizer)


def shape_gradients(parameters: Sequence[Tensor], settings: Settings) -> None:
    """Add what L1 pulls, λ·sign(w), then clip, in place: all that happens between backward pass and update."""
    reached = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in reached if p.grad is not None]
    if not grads:
        return
    if settings.l1:
        torch._foreach_add_(
            grads, torch._foreach_sign([p.detach() for p in reached]), alpha=settings.l1
        )
    if settings.clipping == "norm":
        clip_norm(grads, settings.clip_at)
    elif settings.clipping == "value":
        torch._foreach_clamp_min_(grads, -settings.clip_at)
        torch._foreach_clamp_max_(grads, settings.clip_at)


def clip_norm(grads: list[Tensor], longest: float) -> Tensor:
    """Shorten gradients in place so that together they are at most so long; how long they were, in float64.

    Pascanu et al. 2013; unlike torch's clip_grad_norm_ it squares in float64, where small gradients do not vanish.
    Shape of the result: a single number.
    """
    lengths = torch._foreach_norm(grads, 2, torch.float64)
    length: Tensor = torch.linalg.vector_norm(torch.stack(list(lengths)))
    torch._foreach_mul_(grads, (longest / (length + 1e-6)).clamp(max=1.0).to(grads[0].dtype))
    return length


def groups(
    network: Network, graph: Graph, named: Mapping[str, Tensor], settings: Settings
) -> Iterator[dict[str, Any]]:
    """The groups that torch.optim takes: neighbours with the same factor of the rate and weight decay are one.

    The order of the weights stays that of the network, by which their memories are told apart.
    """
    of = grouped(network, graph)
    group: dict[str, Any] | None = None
    for name, parameter in named.items():
        rate, decay = of[name]
        if group is None or (group["factor"], group["decay"]) != (rate, decay):
            if group is not None:
                yield group
            weight_decay = settings.weight_decay if decay is None else decay
            rates = {"lr": settings.learning_rate * rate, "weight_decay": weight_decay}
            group = {"params": [], "factor": rate, "decay": decay, **rates}
        group["params"].append(parameter)
    if group is not None:
        yield group


def grouped(network: Network, graph: Graph) -> dict[str, tuple[float, float | None]]:
    """Of each weight by name: what the learning rate is multiplied by, and a weight decay of its own, if any."""
    of: dict[str, tuple[float, float | None]] = {}
    for user, owner in network.owners.items():  # the owner itself may be switched off
        node = graph.nodes[owner if owner in graph.nodes else user]
        for name, _ in network.module.get_submodule(owner).named_parameters():
            of.setdefault(f"{owner}.{name}", (node.rate, node.decay))
    return of


def _mixed(settings: Settings) -> Callable[[], AbstractContextManager[object]]:
    if settings.precision != "mixed":
        return nullcontext
    return lambda: torch.autocast(settings.device, dtype=_half(settings.device))


def _half(device: str) -> torch.dtype:
    """The 16 bits that a device computes in: bfloat16 where it can, for its range needs no scaling."""
    if device == "cpu" or (device == "cuda" and torch.cuda.is_bf16_supported()):
        return torch.bfloat16
    return torch.float16


def _scaler(settings: Settings) -> "torch.amp.GradScaler | None":
    """What keeps small gradients of float16 above 0; None where it is not needed."""
    if settings.precision != "mixed" or _half(settings.device) is not torch.float16:
        return None
    return torch.amp.GradScaler(settings.device)
