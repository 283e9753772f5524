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
from engine.control import Focus, Own
from engine.dataset import Data, Part
from engine.events import Reading
from engine.feeding import tensors
from engine.graph import Graph, NodeId
from engine.network import Network, Trace
from engine.planning import Feed
from engine.sight import Ranges, sight


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
        focus: Focus | None = None,
        data: Data | None = None,
    ) -> None:
        self.network, self.graph, self.target, self.step = network, graph, target, step
        self.focus, self.data = focus, data
        self.on_probe = Look(network, probe)
        self.on_example = Look(network, example)

    def look(self, part: Part, indices: "slice | list[int]") -> "Look":
        """Other examples, sent through the same network."""
        return Look(self.network, Batch(part, indices, self.device, self.network.feeds))

    def feed(self, *inputs: Tensor) -> "Look":
        """Numbers that are no examples, sent through the same network; nobody knows what is true of them."""
        return Look(self.network, Batch.of(*inputs))

    @property
    def device(self) -> str:
        """Where the network is."""
        return next((str(p.device) for p in self.network.module.parameters()), "cpu")


class Batch:
    """Inputs (an entry for each tensor that the network takes) and targets, on the device of the network."""

    def __init__(
        self,
        part: Part,
        indices: "slice | list[int]",
        device: str,
        feeds: tuple[Feed, ...] = (Feed(""),),
        own: Own | None = None,
    ) -> None:
        self.inputs = tensors(part, feeds, device, indices)
        self.targets: Tensor | None = torch.tensor(part.targets[indices], device=device)
        if own is not None:
            self.inputs, self.targets = tuple(_given(own, feeds, self.inputs)), None

    @classmethod
    def of(cls, *inputs: Tensor) -> "Batch":
        """These numbers, of which nobody knows what is true."""
        made = cls.__new__(cls)
        made.inputs, made.targets = inputs, None
        return made


def _given(own: Own, feeds: tuple[Feed, ...], before: tuple[Tensor, ...]) -> Iterator[Tensor]:
    """The tensors of a sample that a person brought; what it lacks is the example's."""
    for feed, tensor in zip(feeds, before, strict=True):
        brought = None if feed.lengths else own.arrays.get(feed.part)
        fits = brought is not None and brought.shape == tensor.shape[1:]
        yield torch.tensor(brought[None]).to(tensor) if brought is not None and fits else tensor


class Look:
    """One batch sent forward and backward through a network in inference mode, on demand."""

    def __init__(self, network: Network, batch: Batch) -> None:
        self._network, self._batch = network, batch

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What the network takes, in the order of its feeds."""
        return self._batch.inputs

    @property
    def targets(self) -> Tensor | None:
        """What is true; None where nobody knows it."""
        return self._batch.targets

    @cached_property
    def _forward(self) -> Trace:
        with _inference(self._network), torch.enable_grad():
            # A leaf that asks for its gradient makes every node's output part of the backward pass, weights or none.
            leaves = [
                given.detach().requires_grad_(given.is_floating_point())
                for given in self._batch.inputs
            ]
            return self._network.trace(*leaves)

    @cached_property
    def _loss(self) -> Tensor:
        if self._batch.targets is None:
            raise ValueError("Nobody knows what is true of this, so there is no loss.")
        with _inference(self._network), torch.enable_grad():
            return self._network.loss(self._forward.results, self._batch.targets)

    @property
    def values(self) -> Mapping[NodeId, Tensor]:
        """Every node's output, without the graph behind it."""
        return {name: value.detach() for name, value in self._forward.values.items()}

    @property
    def loss(self) -> float:
        """The mean loss over the batch."""
        return float(self._loss.detach())

    @property
    def predictions(self) -> tuple[Tensor, ...]:
        """What flows into each loss."""
        return tuple(p.detach() for p in self._network.predictions(self._forward.results))

    @cached_property
    def losses(self) -> Tensor:
        """(examples,) the loss of each example by itself."""
        if self._batch.targets is None:
            raise ValueError("Nobody knows what is true of this, so there is no loss.")
        results = [result.detach() for result in self._forward.results]
        found = [
            self._network.loss(tuple(r[i : i + 1] for r in results), self._batch.targets[i : i + 1])
            for i in range(len(self._batch.targets))
        ]
        return torch.stack(found).detach()

    def into(self, node: NodeId) -> tuple[object, ...]:
        """What flows into a node's module: its arguments."""
        with _inference(self._network), torch.no_grad():
            return self._network.into(node, *self._batch.inputs)

    def sight(self, node: NodeId, cell: tuple[int, ...]) -> list[Ranges | None]:
        """What a cell of a node's output can see of each tensor that the network takes."""
        with _inference(self._network):
            return sight(self._network, self._batch.inputs, node, cell)

    @cached_property
    def gradients(self) -> Mapping[NodeId, Tensor]:
        """∂L/∂h: the gradient of the loss with respect to every node's output, over all paths; none without truth."""
        if self._batch.targets is None:
            return {}
        trace, loss = self._forward, self._loss
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
        grads = iter(torch.autograd.grad(self._loss, flat, retain_graph=True, allow_unused=True))
        found = {
            name: tuple(next(grads) for _ in group) for name, group in parameters.items() if group
        }
        return {name: tuple(g for g in group if g is not None) for name, group in found.items()}


Pass = Literal["forward", "backward", "example", "plane", "review"]
"""The probe batch forward alone, or forward and backward; the chosen example, both ways; a grid of points over data of
two numbers; or the dev part, a few examples at a time."""


class Probe:
    """One question. Subclasses are declared in `engine/probes/`; their name names their readings.

    A probe lives as long as it is watched, so it may keep what does not change or is gathered bit by bit.
    """

    unit: ClassVar[str] = ""
    needs: ClassVar[Pass] = "backward"
    """Which pass it reads: probes of one pass share it, are read together, and are as frequent as it is cheap."""

    def read(self, moment: Moment) -> Iterator[Reading]:
        """What is measured at this moment."""
        raise NotImplementedError

    def finish(self, moment: Moment) -> Iterator[Reading]:
        """The same with all that is left to gather: the network stands still."""
        return self.read(moment)

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
