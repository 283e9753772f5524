"""One batch sent through a network beside the training, on demand: values, losses, gradients, what a cell can see.

Nothing is stored in the parameters, and each module gets back the mode it had. What is asked twice is computed once.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase

from engine.control import Own
from engine.dataset import Part
from engine.feeding import on_device, tensors
from engine.graph import Edge, NodeId
from engine.network import Network, Trace
from engine.planning import Feed
from engine.sight import Ranges, sight

Key = TypeVar("Key")


class Batch:
    """Inputs (an entry for each tensor that the network takes) and targets, on the device of the network."""

    def __init__(
        self,
        part: Part,
        indices: "slice | list[int]",
        device: str,
        feeds: tuple[Feed, ...] = (Feed(""),),
        dtype: torch.dtype = torch.float32,
        own: Own | None = None,
    ) -> None:
        self.inputs = tensors(part, feeds, device, indices, dtype)
        self.targets = on_device(part.targets[indices], device, dtype)
        self.known = own is None  # whether the targets are true of the inputs
        if own is not None:
            self.inputs = tuple(_given(own, feeds, self.inputs))

    @classmethod
    def unknown(cls, *inputs: Tensor) -> "Batch":
        """These numbers, of which nobody knows what is true."""
        made = object.__new__(cls)
        made.inputs, made.targets, made.known = inputs, torch.empty(len(inputs[0])), False
        return made

    def told(self, targets: Tensor) -> "Batch":
        """The same numbers, of which these are said to be true."""
        part = object.__new__(Batch)
        part.inputs, part.targets, part.known = self.inputs, targets, True
        return part

    def cut(self, start: int, count: int) -> "Batch":
        """Some of its examples as a batch of its own; the numbers are not copied."""
        part = object.__new__(Batch)
        part.inputs = tuple(given[start : start + count] for given in self.inputs)
        part.targets, part.known = self.targets[start : start + count], self.known
        return part


def _given(own: Own, feeds: tuple[Feed, ...], before: tuple[Tensor, ...]) -> Iterator[Tensor]:
    """The tensors of a sample that a person brought; what it lacks is the example's."""
    for feed, tensor in zip(feeds, before, strict=True):
        brought, length = own.arrays.get(feed.part), own.lengths.get(feed.part)
        if brought is None or (brought.shape != tensor.shape[1:] and length is None):
            yield tensor
        elif feed.lengths:
            yield tensor if length is None else torch.tensor([length]).to(tensor)
        else:
            yield torch.tensor(brought[None]).to(tensor)


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
    """One batch sent forward and backward through a network, on demand.

    If the `whole` backward pass will be asked for, that of outputs and of weights, both are found at once. With
    `to_inputs` it goes on to what the network takes, which makes it half as long again where that meets a convolution.
    `by_wire` asks for what comes back along each wire too. With `as_it_is` the modules stay in the mode that they are
    in, with all that they draw and note: for a network of one's own.
    """

    def __init__(
        self,
        network: Network,
        batch: Batch,
        *,
        in_training: bool = False,
        whole: bool = False,
        to_inputs: bool = True,
        by_wire: bool = False,
        as_it_is: bool = False,
    ) -> None:
        self._network, self._batch = network, batch
        self._in_training, self._whole, self._to_inputs = in_training, whole, to_inputs
        self._by_wire, self._as_it_is = by_wire, as_it_is

    @property
    def count(self) -> int:
        """How many examples there are."""
        return len(self._batch.targets)

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What the network takes, in the order of its feeds."""
        return self._batch.inputs

    @cached_property
    def _trace(self) -> Trace:
        softly = quietly(self._network, by_batch=self._in_training)
        with nullcontext() if self._as_it_is else softly, torch.enable_grad():
            # A leaf that asks for its gradient makes every node's output part of the backward pass, weights or none.
            leaves = [
                given.detach().requires_grad_(self._to_inputs and given.is_floating_point())
                for given in self._batch.inputs
            ]
            return self._network.trace(*leaves, by_wire=self._by_wire)

    @cached_property
    def _loss(self) -> Tensor:
        if not self._batch.known:
            raise ValueError("Nobody knows what is true of this, so there is no loss.")
        with torch.enable_grad():
            return self._network.loss(self._trace.results, self._batch.targets)

    @property
    def values(self) -> Mapping[NodeId, Tensor]:
        """Every node's output, without the graph behind it."""
        return {name: value.detach() for name, value in self._trace.values.items()}

    @property
    def loss(self) -> float:
        """The mean loss over the batch."""
        return float(self._loss.detach())

    @property
    def predictions(self) -> tuple[Tensor, ...]:
        """What flows into each loss."""
        return tuple(p.detach() for p in self._network.predictions(self._trace.results))

    @cached_property
    def losses(self) -> Tensor:
        """(examples,) the loss of each example by itself."""
        results = [result.detach() for result in self._trace.results]
        found = [
            self._network.loss(tuple(r[i : i + 1] for r in results), self._batch.targets[i : i + 1])
            for i in range(self.count)
        ]
        return torch.stack(found).detach()

    def into(self, node: NodeId) -> tuple[object, ...]:
        """What flows into a node's module: its arguments."""
        with quietly(self._network, by_batch=False), torch.no_grad():
            return self._network.into(node, *self._batch.inputs)

    def sight(self, node: NodeId, cell: tuple[int, ...]) -> list[Ranges | None]:
        """What a cell of a node's output can see of each tensor that the network takes."""
        with quietly(self._network, by_batch=False):
            return sight(self._network, self._batch.inputs, node, cell)

    @cached_property
    def gradients(self) -> Mapping[NodeId, Tensor]:
        """∂L/∂h: the gradient of the loss with respect to every node's output, over all paths; none without truth."""
        if not self._batch.known:
            return {}
        return self._backward[0] if self._whole else self._grads(self._asked())

    @cached_property
    def wire_gradients(self) -> Mapping[Edge, Tensor]:
        """∂L/∂x: the gradient of the loss with respect to what flows along each wire, over this wire alone."""
        if not self._batch.known:
            return {}
        return self._backward[2] if self._whole else self._grads(self._wires())

    @cached_property
    def parameter_gradients(self) -> Mapping[NodeId, Mapping[str, Tensor]]:
        """∂L/∂W of each weight and bias that learns, by node and by PyTorch's name, such as "weight"."""
        learns = self._learns()
        found = self._backward[1] if self._whole else self._grads(learns)
        grouped: dict[NodeId, dict[str, Tensor]] = {}
        for node, name in found:
            grouped.setdefault(node, {})[name] = found[node, name]
        return grouped

    @cached_property
    def _backward(
        self,
    ) -> tuple[Mapping[NodeId, Tensor], Mapping[tuple[NodeId, str], Tensor], Mapping[Edge, Tensor]]:
        """All in one backward pass, where each by itself would cost as much."""
        values, learns, wires = self._asked(), self._learns(), self._wires()
        asked: dict[object, Tensor] = {}
        for group in (values, learns, wires):
            asked.update(group)  # type: ignore[arg-type]  # keys of three kinds
        found = self._grads(asked)
        return (
            {name: found[name] for name in values if name in found},
            {key: found[key] for key in learns if key in found},
            {edge: found[edge] for edge in wires if edge in found},
        )

    def _asked(self) -> dict[NodeId, Tensor]:
        return {name: value for name, value in self._trace.values.items() if value.requires_grad}

    def _wires(self) -> dict[Edge, Tensor]:
        return {edge: value for edge, value in self._trace.wires.items() if value.requires_grad}

    def _learns(self) -> dict[tuple[NodeId, str], Tensor]:
        groups = parameters_of(self._network)
        return {(node, name): p for node, group in groups.items() for name, p in group.items()}

    def _grads(self, tensors: Mapping[Key, Tensor]) -> dict[Key, Tensor]:
        """The gradient of the loss with respect to each of these, where it has one."""
        if not tensors:
            return {}
        grads = torch.autograd.grad(
            self._loss, list(tensors.values()), retain_graph=True, allow_unused=True
        )
        return {key: grad for key, grad in zip(tensors, grads, strict=True) if grad is not None}

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


@contextmanager
def quietly(network: Network, *, by_batch: bool) -> Iterator[None]:
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
