"""What the layers give out."""

from collections.abc import Iterator
from typing import ClassVar

from engine.events import Reading
from engine.graph import NodeId
from engine.layers.activation import ELU, GELU, LeakyReLU, ReLU, SiLU
from engine.probe import Moment, Pass, Probe

MOST_NUMBERS = 1 << 20  # of one node that are handed out: larger outputs are not drawn


class Activations(Probe):
    """Every node's output for the chosen example: for an image, one map a channel."""

    needs: ClassVar[Pass] = "example"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.on_example.values.items():
            if value[0].numel() <= MOST_NUMBERS:
                yield self.say(moment, node, value[0].cpu().numpy().copy())


class ActivationGradients(Probe):
    """∂L/∂h of every node's output for the chosen example: where a change would help."""

    needs: ClassVar[Pass] = "example"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.on_example.gradients.items():
            if value[0].numel() <= MOST_NUMBERS:
                yield self.say(moment, node, value[0].cpu().numpy().copy())


class ByExample(Probe):
    """What each unit of the node in focus gives for each probe example, (examples, units); of a map its mean."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        focus = moment.focus
        value = moment.on_probe.values.get(NodeId(focus.node)) if focus else None
        if focus is None or value is None or value.ndim < 2:
            return
        rows = value.double().flatten(2).mean(2) if value.ndim > 2 else value
        if rows.numel() <= MOST_NUMBERS:
            yield self.say(moment, NodeId(focus.node), rows.float().cpu().numpy().copy())


class Silent(Probe):
    """Which units of a ReLU-like layer (channels, for an image) are never above 0 on the probe batch."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.on_probe.values.items():
            if isinstance(moment.graph.nodes[node].layer, ReLU | LeakyReLU | ELU | GELU | SiLU):
                units = value.transpose(0, 1).flatten(1)  # (units, examples · places)
                yield self.say(moment, node, (units.amax(1) <= 0).cpu().numpy().copy())
