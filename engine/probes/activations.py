"""What the layers give out."""

from collections.abc import Iterator
from typing import ClassVar

from engine.events import Reading
from engine.graph import NodeId
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
    """∂L/∂h of every node's output for the chosen example: where a change would help.

    Of a sample that a person brought L is the loss if the class that the network answers were the truth.
    """

    needs: ClassVar[Pass] = "example"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, value in moment.example_as_answered.gradients.items():
            if value[0].numel() <= MOST_NUMBERS:
                yield self.say(moment, node, value[0].cpu().numpy().copy())


class ByExample(Probe):
    """What each unit of the node in focus gives for each probe example, (examples, units); of a map its mean."""

    needs: ClassVar[Pass] = "forward"
    follows: ClassVar[bool] = True

    def read(self, moment: Moment) -> Iterator[Reading]:
        node = NodeId(moment.focus.node) if moment.focus else None
        value = moment.on_probe.values.get(node) if node else None
        if node is None or value is None or value.ndim < 2:
            return
        units = moment.units(node, value)  # (units, examples · places)
        rows = units.reshape(len(units), len(value), -1).double().mean(2).T
        if rows.numel() <= MOST_NUMBERS:
            yield self.say(moment, node, rows.float().cpu().numpy().copy())
