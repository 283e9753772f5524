"""What the layers give out."""

from collections.abc import Iterator
from typing import ClassVar

import torch

from engine.axes import Labels
from engine.events import Reading
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


class Prediction(Probe):
    """What the network says of the chosen example: a probability for each class, or the values."""

    needs: ClassVar[Pass] = "example"

    def read(self, moment: Moment) -> Iterator[Reading]:
        look = moment.on_example
        for node, scores in zip(moment.network.losses, look.predictions, strict=True):
            is_class = isinstance(moment.target, Labels)
            said = torch.softmax(scores[0].double(), 0) if is_class else scores[0].double()
            yield self.say(moment, node, said.cpu().numpy().copy())
