"""Shapes by running each layer on nothing: built and called on torch's meta device, its output's sizes are read.

A layer's answer depends only on its declaration and what comes in, so it is remembered by those two: after an edit only
what lies downstream of it is run again. No random number is drawn and no memory for weights is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.axes import Axes, Labels, Target
from engine.graph import Edge, Graph, NodeId
from engine.layer import Call, Layer, LayerError, Loss
from engine.layers.data import Input

BATCH = 2  # any batch will do: batch norm refuses 1 while training
FREE_LENGTH = 7  # stands in for a length that differs from sample to sample


@dataclass(frozen=True, slots=True)
class Cost:
    """What one example costs: parameters, multiply-adds of the forward pass, numbers in the output."""

    parameters: int
    multiply_adds: int
    activations: int

    @property
    def activation_bytes(self) -> int:
        """Memory of the output in float32."""
        return 4 * self.activations


@dataclass(frozen=True, slots=True)
class Sized:
    """A node that fits: what comes in (in the order of its wires), what goes out, its module and its cost."""

    inputs: tuple[Axes, ...]
    outputs: Mapping[str, Axes]
    call: Call
    cost: Cost


@dataclass(frozen=True, slots=True)
class Misfit:
    """A node that cannot take what comes: what it wanted and what it got, in words; torch's own text is detail."""

    port: str
    wanted: str
    got: str
    inputs: tuple[Axes, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is known of each node. A node that waits for another to be mended is in neither mapping."""

    sized: Mapping[NodeId, Sized]
    misfits: Mapping[NodeId, Misfit]

    def on(self, edge: Edge) -> Axes | None:
        """What flows along an edge; None while it is not known."""
        node = self.sized.get(edge.source)
        return node.outputs.get(edge.source_port) if node else None

    @property
    def total(self) -> Cost:
        """The sum over all nodes that fit."""
        costs = [node.cost for node in self.sized.values()]
        return Cost(
            sum(cost.parameters for cost in costs),
            sum(cost.multiply_adds for cost in costs),
            sum(cost.activations for cost in costs),
        )


def infer(graph: Graph, source: Axes, target: Target) -> Shapes:
    """What flows where, if samples look like `source` and `target` is to be predicted. Raises GraphError on a cycle."""
    sized: dict[NodeId, Sized] = {}
    misfits: dict[NodeId, Misfit] = {}
    for name in graph.order:
        layer = graph.nodes[name].layer
        if isinstance(layer, Input):
            sized[name] = Sized((), {"out": source}, layer.call(), Cost(0, 0, source.count or 0))
            continue
        inputs = _inputs(graph, name, sized)
        if inputs is None:
            continue
        answer = _answer(layer, inputs, target if isinstance(layer, Loss) else None)
        if isinstance(answer, Sized):
            sized[name] = answer
        else:
            misfits[name] = answer
    return Shapes(sized, misfits)


def _inputs(graph: Graph, name: NodeId, sized: Mapping[NodeId, Sized]) -> tuple[Axes, ...] | None:
    """What comes in, port by port, wire by wire; None if a port is open or a neighbour is not sized."""
    edges = graph.incoming.get(name, ())
    found: list[Axes] = []
    for port in graph.nodes[name].layer.inputs:
        wires = [edge for edge in edges if edge.target_port == port.name]
        if not wires or any(edge.source not in sized for edge in wires):
            return None
        found += [sized[edge.source].outputs[edge.source_port] for edge in wires]
    return tuple(found)


@lru_cache(maxsize=8192)
def _answer(layer: Layer, inputs: tuple[Axes, ...], target: Target | None) -> Sized | Misfit:
    """Run one layer on nothing. Remembered by (layer, inputs, target)."""
    port = layer.inputs[0].name
    for place, axes in enumerate(inputs):
        kinds = layer.takes[min(place, len(layer.takes) - 1)]
        # Whoever takes anything takes measurements of any arrangement; indices must be asked for.
        if not isinstance(axes, kinds) or (axes.whole and not any(kind.whole for kind in kinds)):
            wanted = " or ".join(dict.fromkeys(kind.kind for kind in kinds))
            return Misfit(port, wanted, f"{axes.kind}, {axes.text}", inputs)
    try:
        call = layer.call(*inputs)
        return _run(layer, call, inputs, target)
    except LayerError as error:
        return Misfit(error.port, error.wanted, error.got, inputs)
    except (RuntimeError, ValueError, TypeError, IndexError, OverflowError) as error:
        got = " and ".join(axes.text for axes in inputs)
        return Misfit(
            port, "parameters and a shape that go together", got, inputs, detail=str(error)
        )


def _run(layer: Layer, call: Call, inputs: tuple[Axes, ...], target: Target | None) -> Sized:
    """Build and call the module on the meta device and read sizes and cost off it."""
    if target is not None:
        _check_target(layer, inputs[0], target)
        return Sized(inputs, {}, call, Cost(0, 0, 0))
    with torch.device("meta"), torch.no_grad():
        module = call.build()
        samples = [_nothing(axes) for axes in inputs]
        with FlopCounterMode(display=False) as counter:
            output = module(*samples)
    sizes = tuple(output.shape[1:])
    parameters = sum(parameter.numel() for parameter in module.parameters())
    # The counter counts a multiply-add as two operations, over the whole batch.
    cost = Cost(parameters, counter.get_total_flops() // 2 // BATCH, prod(sizes))
    return Sized(inputs, {layer.outputs[0].name: layer.outcome(sizes, inputs)}, call, cost)


def _check_target(layer: Layer, prediction: Axes, target: Target) -> None:
    """Raise LayerError if a loss does not suit what the data asks for."""
    if not isinstance(layer, Loss):
        return
    port = layer.inputs[0].name
    if not isinstance(target, layer.target):
        raise LayerError(
            f"{_asked(layer.target)} to predict", f"data with {_asked(type(target))}", port
        )
    if prediction.count != target.count:
        what, count = _asked(layer.target, plural=False), prediction.count
        wanted = f"{target.count} scores, one for each {what} of the data"
        if target.count == 1:
            wanted = f"1 score, for one {what} of the data"
        raise LayerError(wanted, "1 score" if count == 1 else f"{prediction.text} scores", port)


def _asked(target: type[Target], *, plural: bool = True) -> str:
    """What data of this kind ask a network for, in the user's words."""
    if issubclass(target, Labels):
        return "classes" if plural else "class"
    return "values" if plural else "value"


def _nothing(axes: Axes) -> torch.Tensor:
    sizes = [FREE_LENGTH if size is None else size for size in axes.sizes]
    return torch.empty(BATCH, *sizes, dtype=torch.long if axes.whole else torch.float32)
