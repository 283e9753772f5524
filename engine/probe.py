"""What a probe is: one question asked of a network between two steps, and the moment at which it is asked.

A probe never touches the training: it reads a forward and backward pass of its own, in inference mode, whose gradients
are handed out and never stored in the parameters. What several probes need is computed once. A probe that nobody reads
does not run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.axes import Target
from engine.dataset import Part
from engine.events import Reading
from engine.feeding import on_device, tensors
from engine.graph import Graph, NodeId
from engine.network import Network, Trace
from engine.planning import Feed


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
    ) -> None:
        self.network, self.graph, self.target, self.step = network, graph, target, step
        self.on_probe = Look(network, probe)
        self.on_example = Look(network, example)


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


class Look:
    """One batch sent forward and backward through a network in inference mode, on demand."""

    def __init__(self, network: Network, batch: Batch) -> None:
        self._network, self._batch = network, batch

    @cached_property
    def _pass(self) -> tuple[Trace, Tensor]:
        with _inference(self._network), torch.enable_grad():
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
    def weight_gradients(self) -> Mapping[NodeId, tuple[Tensor, ...]]:
        """∂L/∂W of every node with weights: of its weights and biases, in PyTorch's order."""
        parameters = {
            name: [p for p in self._network.of(name).parameters() if p.requires_grad]
            for name in self._network.order
            if self._network.owners.get(name) == name
        }
        flat = [parameter for group in parameters.values() for parameter in group]
        if not flat:
            return {}
        grads = iter(torch.autograd.grad(self._pass[1], flat, retain_graph=True, allow_unused=True))
        found = {
            name: tuple(next(grads) for _ in group) for name, group in parameters.items() if group
        }
        return {name: tuple(g for g in group if g is not None) for name, group in found.items()}


Pass = Literal["forward", "backward", "example"]
"""The probe batch forward alone, or forward and backward; or the chosen example, both ways."""


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
def _inference(network: Network) -> Iterator[None]:
    """Inference mode for a while; each module gets back the mode it had."""
    before = [(module, module.training) for module in network.module.modules()]
    network.module.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training
