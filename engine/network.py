"""From a drawing to one `nn.Module` whose submodules bear the nodes' names, so that its state reads `conv_1.weight`.

The drawing is written as a torch.fx graph: torch generates a plain `forward` from it, and its interpreter can be
asked for every node's output without hooks. Only what leads to a loss or an output is built. Where samples differ in
length, their lengths flow along with them, to whoever reads them (`engine.wiring`).
"""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from engine.axes import Labels, StepLabels, Target, Transcript
from engine.graph import Edge, Graph, NodeId
from engine.initial import initialise
from engine.layer import Loss, Weighted
from engine.layers.data import Input, Output
from engine.modules.recurrent import GRU, LSTM, RNN
from engine.planning import Feed, Plan, plan
from engine.shapes import Shapes

Recurrent = RNN | GRU | LSTM


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """One loss of a network: its module, where in the results it finds what it compares, and how much it counts."""

    module: nn.Module
    prediction: int
    target: int | None
    lengths: int | None
    factor: float
    threshold: float | None = None  # above which a single score means the second of two classes


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A drawing, built.

    `module(*tensors)` takes what `feeds` names, in that order, and gives a tuple: the prediction of the first loss
    first, then whatever else losses compare, then what flows into the outputs.
    """

    module: fx.GraphModule
    losses: Mapping[NodeId, nn.Module]
    order: tuple[NodeId, ...]  # the nodes that are run, inputs first, losses and outputs left out
    feeds: tuple[Feed, ...] = (Feed(""),)
    judges: tuple[Judge, ...] = ()
    outputs: Mapping[NodeId, int] = None  # type: ignore[assignment]  # always given; where each Output's result is
    frozen: tuple[
        str, ...
    ] = ()  # the submodules whose weights and running figures stay as they are
    ended: tuple[Recurrent, ...] = ()  # the recurrent layers of which only the last state is read

    def to(self, device: str, dtype: torch.dtype) -> fx.GraphModule:
        """Move the network and its losses to a device, their decimals to `dtype`; the module."""
        for judge in self.judges:
            judge.module.to(device, dtype)
        return self.module.to(device, dtype)

    def loss(self, results: tuple[Tensor, ...], targets: Tensor) -> Tensor:
        """The weighted sum of all losses over a batch: a single number."""
        terms = [self._term(judge, results, targets) for judge in self.judges]
        return terms[0] if len(terms) == 1 else torch.stack(terms).sum()

    def _term(self, judge: Judge, results: tuple[Tensor, ...], targets: Tensor) -> Tensor:
        wanted = targets if judge.target is None else results[judge.target]
        more = () if judge.lengths is None else (results[judge.lengths],)
        found: Tensor = judge.module(results[judge.prediction], wanted, *more)
        return found if judge.factor == 1 else judge.factor * found

    def results(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What `module` gives. Of layers that are read at their end alone, the steps before are not laid out."""
        if not self.ended:
            return self.module(*inputs)  # type: ignore[no-any-return]
        for layer in self.ended:
            layer.whole = False
        try:
            return self.module(*inputs)  # type: ignore[no-any-return]
        finally:
            for layer in self.ended:
                layer.whole = True

    def predictions(self, results: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """What flows into each loss, in the order of `losses`."""
        return tuple(results[judge.prediction] for judge in self.judges)

    def trace(self, *inputs: Tensor, by_wire: bool = False) -> "Trace":
        """Every node's output for a batch, in the order of the network, and the results.

        With `by_wire` also what flows along each wire, as a view of its own, so that one can ask what comes back.
        """
        tracer = _Tracer(self.module, by_wire=by_wire)
        results = tracer.run(*inputs)
        return Trace({name: tracer.seen[name] for name in self.order}, results, tracer.wires)

    def breaks_at(self, *inputs: Tensor) -> NodeId | None:
        """The first node that raises an exception for a batch, whatever it is; None if none does."""
        tracer = _Tracer(self.module)
        try:
            tracer.run(*inputs)
        except Exception:  # noqa: BLE001 (user code may raise anything)
            return tracer.at
        return None

    def into(self, node: NodeId, *inputs: Tensor) -> tuple[object, ...]:
        """What a node's module is called with, for a batch; nothing for an Input."""
        tracer = _Tracer(self.module, node)
        tracer.run(*inputs)
        return tracer.called_with

    def train(self, training: bool = True) -> None:
        """Go into training mode, or out of it; what is frozen stays out of it."""
        self.module.train(training)
        for name in self.frozen:
            self.module.get_submodule(name).eval()

    def of(self, node: NodeId) -> nn.Module:
        """The module that a node runs, which may be another node's; an Input's does nothing."""
        owner = self.owners.get(node)
        return self.module.get_submodule(owner) if owner else nn.Identity()

    @property
    def owners(self) -> Mapping[NodeId, NodeId]:
        """Whose weights each node uses: its own, or another's."""
        calls = (node for node in self.module.graph.nodes if node.op == "call_module")
        return {node.meta["nodes"][0]: NodeId(str(node.target)) for node in calls}


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What a batch gave: each node's (first) output, and the results of the whole network."""

    values: Mapping[NodeId, Tensor]
    results: tuple[Tensor, ...]
    wires: Mapping[Edge, Tensor]  # empty unless it was asked for


class _Tracer(fx.Interpreter):
    """Runs a network and keeps each node's output; of several outputs the first. Of one node it keeps what comes in."""

    def __init__(
        self, module: fx.GraphModule, asked: NodeId | None = None, *, by_wire: bool = False
    ) -> None:
        super().__init__(module)
        self.wires: dict[Edge, Tensor] = {}
        self._by_wire = by_wire
        self.seen: dict[NodeId, Tensor] = {}
        self.called_with: tuple[object, ...] = ()
        self._asked = asked
        self.at: NodeId | None = None  # the node that is run

    def run_node(self, n: fx.Node) -> object:
        self.at = next(iter(n.meta.get("nodes", ())), self.at)
        if self._asked is not None and n.op == "call_module" and self._asked in n.meta["nodes"]:
            self.called_with = tuple(self.fetch_args_kwargs_from_env(n)[0])
        result = super().run_node(n)
        for name in n.meta.get("nodes", ()):
            first = result[0] if isinstance(result, tuple) else result
            if isinstance(first, Tensor):
                self.seen[name] = first
        return result

    def fetch_args_kwargs_from_env(
        self, n: fx.Node
    ) -> tuple[tuple[object, ...], dict[str, object]]:
        args, kwargs = super().fetch_args_kwargs_from_env(n)
        wires = n.meta.get("wires") if self._by_wire else None
        if not wires:
            return args, kwargs
        given = args[0] if n.op == "output" else args
        parted = tuple(self._parted(*pair) for pair in zip(wires, given, strict=True))
        return ((parted,) if n.op == "output" else parted), kwargs

    def _parted(self, edge: Edge | None, value: object) -> object:
        """The same numbers, apart from what flows along the other wires of its port."""
        if edge is None or not isinstance(value, Tensor):
            return value
        self.wires[edge] = value.view_as(value)
        return self.wires[edge]


def build(graph: Graph, shapes: Shapes) -> Network:
    """Make the network of a drawing without errors.

    Weights are drawn from torch's global generator, in the order of the nodes.
    """
    flat = graph.flat
    planned = plan(flat, shapes)
    root = nn.Module()
    made: set[NodeId] = set()
    for name in planned.order:
        owner = flat.nodes[name].shares or name  # whose layer may be switched off, or lead nowhere
        if owner not in made and not isinstance(flat.nodes[name].layer, Input):
            made.add(owner)
            _add(root, owner, _module(flat, name, shapes))
    module = fx.GraphModule(root, planned.graph)
    # torch's wrapper prints the generated code at an exception, which is ours to tell.
    type(module).__call__ = nn.Module.__call__  # type: ignore[method-assign]
    frozen = (
        name
        for name in planned.order
        if flat.nodes[name].frozen and not isinstance(flat.nodes[name].layer, Input)
    )
    owned = tuple(dict.fromkeys(flat.nodes[name].shares or name for name in frozen))
    for name in owned:
        module.get_submodule(name).requires_grad_(False).eval()
    judges = tuple(_judge(flat, planned, name, shapes) for name in planned.losses)
    losses = {name: judge.module for name, judge in zip(planned.losses, judges, strict=True)}
    outputs = {name: planned.results[name, "in"] for name in planned.outputs}
    ended = tuple(_ended(module))
    return Network(module, losses, planned.order, planned.feeds, judges, outputs, owned, ended)


def _ended(module: fx.GraphModule) -> Iterator[Recurrent]:
    """The recurrent layers of a network of which nobody reads more than the last state."""
    calls = [node for node in module.graph.nodes if node.op == "call_module"]
    read = {
        call.target
        for call in calls
        if any(user.target is not operator.getitem or user.args[1] == 0 for user in call.users)
    }
    for name in dict.fromkeys(str(call.target) for call in calls if call.target not in read):
        layer = module.get_submodule(name)
        if isinstance(layer, Recurrent):
            yield layer


def _add(root: nn.Module, path: str, module: nn.Module) -> None:
    """Add a submodule under a path such as `block.0.conv_1`, with plain modules on the way to it."""
    *way, name = path.split(".")
    for step in way:
        if step not in root._modules:
            root.add_module(step, nn.Module())
        root = root.get_submodule(step)
    root.add_module(name, module)


def _judge(flat: Graph, planned: Plan, name: NodeId, shapes: Shapes) -> Judge:
    layer = flat.nodes[name].layer
    factor, threshold = (layer.factor, layer.threshold) if isinstance(layer, Loss) else (1.0, None)
    where = planned.results
    return Judge(
        shapes.sized[name].call.build(),
        where[name, "prediction"],
        where.get((name, "target")),
        where.get((name, "lengths")),
        factor,
        threshold,
    )


def _module(graph: Graph, name: NodeId, shapes: Shapes) -> nn.Module:
    layer, module = graph.nodes[name].layer, shapes.sized[name].call.build()
    if isinstance(layer, Weighted):
        initialise(module, layer.initial_weights, layer.starts)
    return module


def outcomes(
    results: tuple[Tensor, ...], targets: Tensor, target: Target, threshold: float | None = None
) -> Tensor | None:
    """What the first prediction says of each target, in their shape: a class, or the measured values themselves.

    A single score for two classes means the second above `threshold`. None where the two cannot be compared.
    """
    scores = results[0]
    if isinstance(target, Transcript):
        return None
    if not isinstance(target, Labels):
        return scores if threshold is None and scores.shape == targets.shape else None
    if threshold is not None and target.count == 2 and scores.shape[1:] == (1,):
        return (scores[:, 0] > threshold).long()
    if scores.shape[-1] != target.count or scores.shape[:-1] != targets.shape:
        return None
    return scores.argmax(-1)


def hits(found: Tensor, targets: Tensor, target: Target) -> Tensor | None:
    """How many of a batch are classified right, given the `outcomes`; None where nothing is classified.

    Where each step has a class, the share of its steps that are right counts for an example.
    """
    if not isinstance(target, Labels):
        return None
    right = found == targets
    if not isinstance(target, StepLabels):
        return right.sum()
    asked = targets >= 0
    return ((right & asked).sum(1) / asked.sum(1).clamp(min=1)).sum()


__all__ = ["Feed", "Judge", "Network", "Output", "Trace", "build", "hits", "outcomes"]
