"""From a drawing to one `nn.Module` whose submodules bear the nodes' names, so that its state reads `conv_1.weight`.

The drawing is written as a torch.fx graph: torch generates a plain `forward` from it, and its interpreter can be
asked for every node's output without hooks. Only what leads to a loss is built.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from engine.axes import Labels, Target
from engine.graph import Graph, NodeId
from engine.initial import initialise
from engine.layer import Loss, Weighted
from engine.layers.data import Input
from engine.shapes import Shapes


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A drawing, built. `module(x)` gives a tuple with one prediction for each loss, in the order of `losses`."""

    module: fx.GraphModule
    losses: Mapping[NodeId, nn.Module]
    order: tuple[NodeId, ...]  # the nodes that are run, inputs first, losses left out

    def loss(self, predictions: tuple[Tensor, ...], targets: Tensor) -> Tensor:
        """The sum of all losses over a batch: a single number."""
        terms = [
            loss(prediction, targets)
            for loss, prediction in zip(self.losses.values(), predictions, strict=True)
        ]
        return terms[0] if len(terms) == 1 else torch.stack(terms).sum()

    def trace(self, inputs: Tensor) -> dict[NodeId, Tensor]:
        """Every node's output for a batch, in the order of the network."""
        tracer = _Tracer(self.module)
        tracer.run(inputs)
        return {name: tracer.seen[name] for name in self.order}

    def predictions(self, values: Mapping[NodeId, Tensor]) -> tuple[Tensor, ...]:
        """What flows into the losses, out of a trace."""
        output = next(node for node in self.module.graph.nodes if node.op == "output")
        return tuple(values[NodeId(source.target)] for source in output.args[0])


class _Tracer(fx.Interpreter):
    """Runs a network and keeps each submodule's output."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.seen: dict[NodeId, Tensor] = {}

    def run_node(self, n: fx.Node) -> object:
        result = super().run_node(n)
        if n.op == "call_module" and isinstance(result, Tensor):
            self.seen[NodeId(str(n.target))] = result
        return result


def build(graph: Graph, shapes: Shapes) -> Network:
    """Make the network of a drawing without errors.

    Weights are drawn from torch's global generator, in the order of the nodes.
    """
    losses = [node.id for node in graph.of_kind(Loss)]
    needed = graph.ancestors(*losses)
    root, plan = nn.Module(), fx.Graph()
    sample = plan.placeholder("sample")
    flows: dict[tuple[NodeId, str], fx.Node] = {}
    order = [name for name in graph.order if name in needed and name not in losses]
    for name in order:
        layer = graph.nodes[name].layer
        root.add_module(name, _module(graph, name, shapes))
        inputs = [sample] if isinstance(layer, Input) else _inputs(graph, name, flows)
        flows[name, layer.outputs[0].name] = plan.call_module(name, tuple(inputs))
    plan.output(tuple(_inputs(graph, name, flows)[0] for name in losses))
    built = {name: shapes.sized[name].call.build() for name in losses}
    return Network(fx.GraphModule(root, plan), built, tuple(order))


def _module(graph: Graph, name: NodeId, shapes: Shapes) -> nn.Module:
    layer, module = graph.nodes[name].layer, shapes.sized[name].call.build()
    if isinstance(layer, Weighted):
        initialise(module, layer.initial_weights)
    return module


def _inputs(
    graph: Graph, name: NodeId, flows: Mapping[tuple[NodeId, str], fx.Node]
) -> list[fx.Node]:
    """What flows into a node: port by port, wire by wire."""
    edges = graph.incoming.get(name, ())
    return [
        flows[edge.source, edge.source_port]
        for port in graph.nodes[name].layer.inputs
        for edge in edges
        if edge.target_port == port.name
    ]


def hits(predictions: tuple[Tensor, ...], targets: Tensor, target: Target) -> Tensor | None:
    """How many of a batch are classified right by the first prediction; None where nothing is classified."""
    if not isinstance(target, Labels):
        return None
    return (predictions[0].argmax(1) == targets).sum()
