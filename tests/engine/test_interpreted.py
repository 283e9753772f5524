"""A built network gives what a plain walk over the drawing gives, which unfolds nothing and knows no torch.fx.

The drawings are random: branches, several parts and outputs, groups in groups, repeats, shared, frozen and idle nodes.
"""

from collections.abc import Callable, Mapping

import pytest
import torch
from fitting import drawing
from torch import Tensor, nn

from engine.axes import Axes
from engine.graph import Graph, Group, Node, NodeId
from engine.layer import Loss
from engine.layers.data import Input, Output
from engine.network import build
from engine.shapes import infer

Value = Tensor | None
Values = dict[tuple[NodeId, str], Value]
EACH = 25  # drawings a test


class Walk:
    """The values of a drawing, node by node; a group is walked as often as it is repeated."""

    def __init__(self, modules: Mapping[str, nn.Module], batch: Tensor) -> None:
        self.modules, self.batch = modules, batch  # the batch is what who hears from nobody is told

    def through(
        self, graph: Graph, given: Callable[[Node], Value], owner: str = ""
    ) -> tuple[dict[NodeId, Value], dict[NodeId, Value]]:
        """What flows into the Outputs and into the losses of a drawing."""
        values: Values = {}
        outputs: dict[NodeId, Value] = {}
        judged: dict[NodeId, Value] = {}
        for name in graph.order:
            node = graph.nodes[name]
            came = self._came(graph, node, values)
            first = next((found[0] for found in came.values() if found), None)
            match node.layer:
                case Output():
                    outputs[name] = first
                case Loss():
                    judged[name] = first
                case Input():
                    values[name, "out"] = given(node)
                case Group() if node.enabled:
                    gave = self._turns(node, came, owner)
                    values |= {(name, str(port)): value for port, value in gave.items()}
                case _ if not node.enabled:
                    values |= {(name, port.name): first for port in node.layer.outputs}
                case _:
                    values |= self._run(node, came, owner)
        return outputs, judged

    def _came(self, graph: Graph, node: Node, values: Values) -> dict[str, list[Value]]:
        edges = [edge for edge in graph.edges if edge.target == node.id]
        return {
            port.name: [
                values[e.source, e.source_port] for e in edges if e.target_port == port.name
            ]
            for port in node.layer.inputs
        }

    def _turns(
        self, node: Node, came: Mapping[str, list[Value]], owner: str
    ) -> dict[NodeId, Value]:
        group, own = node.layer, node.shares or node.id
        assert isinstance(group, Group)
        given = {port: found[0] if found else None for port, found in came.items()}
        gave: dict[NodeId, Value] = {}
        for turn in range(group.repeat):
            if turn:  # what came out goes in again, in the order of the ports
                given |= dict(
                    zip(given, (gave[NodeId(p.name)] for p in group.outputs), strict=False)
                )
            alone = group.shared or group.repeat == 1
            inside = f"{owner}{own}." if alone else f"{owner}{own}.{turn}."
            gave, _ = self.through(group.graph, lambda door: given[door.id], inside)  # noqa: B023
        return gave

    def _run(self, node: Node, came: Mapping[str, list[Value]], owner: str) -> Values:
        module = self.modules.get(owner + (node.shares or node.id))
        if module is None:  # what leads nowhere is not built
            return {(node.id, port.name): None for port in node.layer.outputs}
        given = [value for found in came.values() for value in (found or [None])] or [self.batch]
        while given[-1] is None:
            given.pop()
        result = module(*given)
        several = result if isinstance(result, tuple) else (result,)
        ports = node.layer.outputs
        return {(node.id, p.name): value for p, value in zip(ports, several, strict=False)}


def real(axes: Axes) -> Tensor:
    sizes = [3, *(size for size in axes.sizes if isinstance(size, int))]
    return (
        torch.randint(0, getattr(axes, "vocabulary", 2), sizes)
        if axes.whole
        else torch.randn(sizes)
    )


@pytest.mark.parametrize("start", range(0, 6 * EACH, EACH))
def test_a_network_gives_what_a_walk_over_its_drawing_gives(start: int) -> None:
    compared = 0
    for seed in range(start, start + EACH):
        made = drawing(seed, free=False)
        torch.manual_seed(seed)
        network = build(made.graph, infer(made.graph, made.parts, made.target))
        network.train(False)
        data = {part: real(axes) for part, axes in made.parts.items()}
        given = [data[feed.part] for feed in network.feeds]
        results = network.module(*given)
        walk = Walk(dict(network.module.named_modules()), given[0])
        outputs, judged = walk.through(made.graph, lambda node: data[node.layer.part])  # type: ignore[attr-defined]  # noqa: B023
        places = {
            name: judge.prediction
            for name, judge in zip(network.losses, network.judges, strict=True)
        }
        for name, place in {**network.outputs, **places}.items():
            walked = {**outputs, **judged}[name]
            assert walked is not None
            torch.testing.assert_close(results[place], walked, msg=f"{name} of drawing {seed}")
            compared += 1
    assert compared > 2 * EACH
