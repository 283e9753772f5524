"""What the network answers: for the chosen example, and for all probe examples beside what is true."""

from collections.abc import Iterator
from typing import ClassVar

from engine.answers import answers
from engine.events import Reading
from engine.probe import Moment, Pass, Probe

MOST_NUMBERS = 1 << 18  # of answers that are handed out at once


class Prediction(Probe):
    """What the network says of the chosen example: a probability for each class, or the values."""

    needs: ClassVar[Pass] = "example"

    def read(self, moment: Moment) -> Iterator[Reading]:
        network, nodes = moment.network, moment.graph.nodes
        scores = moment.on_example.predictions
        for node, judge, given in zip(network.losses, network.judges, scores, strict=True):
            own = judge.target is not None  # compared with what a wire brings: these are no classes
            said = given.double() if own else answers(given, nodes[node].layer, moment.target)
            if said[0].numel() <= MOST_NUMBERS:
                yield self.say(moment, node, said[0].cpu().numpy().copy())


class Answers(Probe):
    """What it says of each probe example, (examples, classes or values); the truth of these is in the train part."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        network, nodes = moment.network, moment.graph.nodes
        scores = moment.on_probe.predictions
        for node, judge, given in zip(network.losses, network.judges, scores, strict=True):
            if judge.target is None and given.ndim == 2 and given.numel() <= MOST_NUMBERS:
                said = answers(given, nodes[node].layer, moment.target)
                yield self.say(moment, node, said.float().cpu().numpy().copy())
