"""What a probe is: one question asked of a network between two steps, and the moment at which it is asked.

A probe never touches the training: it reads a forward and backward pass of its own, whose gradients are handed out and
never stored in the parameters. What several probes need is computed once. A probe that nobody reads does not run.

Losses and activations are those of inference. Gradients are those that training works with: batch norm takes its
figures from the batch, for with running figures that know nothing yet it would hide how signals fade or grow. Dropout
is off, so that what is read does not jump.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase

from engine.axes import Sequence, Target
from engine.dataset import Part
from engine.events import Reading
from engine.feeding import on_device, tensors
from engine.graph import Graph, NodeId
from engine.network import Network, Trace
from engine.planning import Feed
from engine.shapes import Shapes


class Moment:
    """A network as it is between two steps, and what can be asked of it."""

    def __init__(
        self,
        network: Network,
        graph: Graph,
        target: Target,
        step: int,
        probe: "Batch",
        example: "Batch",
        *,
        shapes: Shapes | None = None,
        fewer: "Batch | None" = None,
        update: "Update | None" = None,
    ) -> None:
        self.network, self.graph, self.target, self.step = network, graph, target, step
        self.shapes = shapes or Shapes({}, {})
        self.update = update
        self.on_probe = Look(network, probe)
        self.on_example = Look(network, example)
        self._probe, self._fewer = probe, fewer or probe

    @cached_property
    def in_training(self) -> "Look":
        """The probe batch, or as many of its first examples as there is time for, with gradients as in training."""
        norms_by_batch = any(isinstance(m, _NormBase) for m in self.network.module.modules())
        if self._fewer is self._probe and not norms_by_batch:
            return self.on_probe
        return Look(self.network, self._fewer, in_training=len(self._fewer.targets) > 1)

    def gradients_of_parts(self, count: int) -> Iterator[Tensor]:
        """The gradient of all weights and biases as one row, for each of so many equal parts of the probe batch."""
        size = len(self._fewer.targets) // count
        for place in range(0, size * count, max(1, size)):
            look = Look(self.network, self._fewer.cut(place, size), in_training=size > 1)
            grads = [grad.flatten() for group in look.weight_gradients.values() for grad in group]
            yield torch.cat(grads) if grads else torch.empty(0)

    def units(self, node: NodeId, value: Tensor) -> Tensor:
        """A node's output as (units, all that each gave): channels of images, features of rows and sequences."""
        sized = self.shapes.sized.get(node)
        axes = next(iter(sized.outputs.values()), None) if sized else None
        place = value.ndim - 1 if isinstance(axes, Sequence) else min(1, value.ndim - 1)
        return value.movedim(place, 0).flatten(1)


class Batch:
    """Inputs (an entry for each tensor that the network takes) and targets, on the device of the network."""

    def __init__(
        self,
        part: Part,
        indices: "slice | list[int]",
        device: str,
        feeds: tuple[Feed, ...] = (Feed(""),),
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.inputs = tensors(part, feeds, device, indices, dtype)
        self.targets = on_device(part.targets[indices], device, dtype)

    def cut(self, start: int, count: int) -> "Batch":
        """Some of its examples as a batch of its own; the numbers are not copied."""
        part = object.__new__(Batch)
        part.inputs = tuple(given[start : start + count] for given in self.inputs)
        part.targets = self.targets[start : start + count]
        return part


class Update:
    """One step of the optimiser, whichever it is: the weights of every layer before it and after it."""

    def __init__(self, network: Network) -> None:
        self._parameters = parameters_of(network)
        self.before = {
            name: tuple(p.detach().clone() for p in group.values())
            for name, group in self._parameters.items()
        }

    @cached_property
    def differences(self) -> Mapping[NodeId, tuple[Tensor, ...]]:
        """What was added to the weights of every layer; to be asked for after the step."""
        return {
            name: tuple(
                p.detach() - old for p, old in zip(group.values(), self.before[name], strict=True)
            )
            for name, group in self._parameters.items()
        }


class Look:
    """One batch sent forward and backward through a network, on demand."""

    def __init__(self, network: Network, batch: Batch, *, in_training: bool = False) -> None:
        self._network, self._batch, self._in_training = network, batch, in_training

    @property
    def count(self) -> int:
        """How many examples there are."""
        return len(self._batch.targets)

    @cached_property
    def _pass(self) -> tuple[Trace, Tensor]:
        with _quietly(self._network, by_batch=self._in_training), torch.enable_grad():
            # A leaf that asks for its gradient makes every node's output part of the backward pass, weights or none.
            leaves = [
                given.detach().requires_grad_(given.is_floating_point())
                for given in self._batch.inputs
            ]
            trace = self._network.trace(*leaves)
            loss = self._network.loss(trace.results, self._batch.targets)
        return trace, loss

    @property
    def values(self) -> Mapping[NodeId, Tensor]:
        """Every node's output, without the graph behind it."""
        return {name: value.detach() for name, value in self._pass[0].values.items()}

    @property
    def loss(self) -> float:
        """The mean loss over the batch."""
        return float(self._pass[1].detach())

    @property
    def predictions(self) -> tuple[Tensor, ...]:
        """What flows into each loss."""
        return tuple(p.detach() for p in self._network.predictions(self._pass[0].results))

    @cached_property
    def gradients(self) -> Mapping[NodeId, Tensor]:
        """∂L/∂h: the gradient of the loss with respect to every node's output, over all paths."""
        trace, loss = self._pass
        asked = {name: value for name, value in trace.values.items() if value.requires_grad}
        grads = torch.autograd.grad(
            loss, list(asked.values()), retain_graph=True, allow_unused=True
        )
        return {name: grad for name, grad in zip(asked, grads, strict=True) if grad is not None}

    @cached_property
    def parameter_gradients(self) -> Mapping[NodeId, Mapping[str, Tensor]]:
        """∂L/∂W of each weight and bias that learns, by node and by PyTorch's name, such as "weight"."""
        groups = parameters_of(self._network)
        flat = [parameter for group in groups.values() for parameter in group.values()]
        if not flat:
            return {}
        grads = iter(torch.autograd.grad(self._pass[1], flat, retain_graph=True, allow_unused=True))
        found = {node: {name: next(grads) for name in group} for node, group in groups.items()}
        return {
            node: {name: grad for name, grad in group.items() if grad is not None}
            for node, group in found.items()
        }

    @property
    def weight_gradients(self) -> Mapping[NodeId, tuple[Tensor, ...]]:
        """∂L/∂W of every node with weights: of its weights and biases, in PyTorch's order."""
        return {node: tuple(group.values()) for node, group in self.parameter_gradients.items()}


def parameters_of(network: Network) -> dict[NodeId, dict[str, torch.nn.Parameter]]:
    """What learns, by the node that owns it and by PyTorch's name."""
    owners = network.owners
    groups = {
        name: {n: p for n, p in network.of(name).named_parameters() if p.requires_grad}
        for name in network.order
        if owners.get(name) == name
    }
    return {name: group for name, group in groups.items() if group}


Pass = Literal["forward", "backward", "spread", "example", "update"]
"""What a reading costs: the probe batch forward alone; forward and backward; the same, and every number looked at; the
chosen example, both ways; a copy of the weights before a step of the optimiser, beside those after it."""


class Probe:
    """One question. Subclasses are declared in `engine/probes/`; their name names their readings."""

    unit: ClassVar[str] = ""
    needs: ClassVar[Pass] = "backward"
    """Which pass it reads: probes of one pass share it, are read together, and are as frequent as it is cheap."""

    def read(self, moment: Moment) -> Iterator[Reading]:
        """What is measured at this moment."""
        raise NotImplementedError

    def say(
        self, moment: Moment, node: NodeId | None, value: float | NDArray[np.generic]
    ) -> Reading:
        """A reading under this probe's name."""
        return Reading(moment.step, type(self).__name__, node, value)


def norms(groups: Mapping[NodeId, tuple[Tensor, ...]]) -> dict[NodeId, float]:
    """The Euclidean length of each group of gradients, summed up in float64: float32 squares underflow to 0."""
    lengths = [
        torch.stack([torch.linalg.vector_norm(g, dtype=torch.float64) for g in group]).norm()
        for group in groups.values()
        if group
    ]
    values = torch.stack(lengths).tolist() if lengths else []
    return dict(zip((name for name, group in groups.items() if group), values, strict=True))


@contextmanager
def _quietly(network: Network, *, by_batch: bool) -> Iterator[None]:
    """Inference mode for a while, nothing noted by anyone; each module gets back what it had.

    With `by_batch`, norms that are not frozen take their figures from the batch, as they do in training. Recurrent
    layers stay in training mode without their dropout: the same numbers, and cuDNN goes backward in no other.
    """
    modules = [(module, module.training) for module in network.module.modules()]
    network.module.eval()
    lent: list[tuple[torch.nn.Module, dict[str, object]]] = []
    for module, training in modules:
        if isinstance(module, _NormBase) and by_batch and training:
            lent.append((module, _lend(module, running_mean=None, running_var=None)))
            lent.append((module, _lend(module, track_running_stats=False)))
        elif isinstance(module, torch.nn.RNNBase):
            lent.append((module, _lend(module, training=True, dropout=0.0)))
    try:
        yield
    finally:
        for module, kept in reversed(lent):
            _lend(module, **kept)
        for module, training in modules:
            module.training = training


def _lend(module: torch.nn.Module, **values: object) -> dict[str, object]:
    """Set attributes, and hand out what they were."""
    before = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    return before
